/// Mean, spread, skewness and kurtosis from sums of powers about a value near the mean.
struct Moments {
    let count: Double
    let centre: Double
    /// The sums of (x − centre), its square, its third and its fourth power.
    let sums: [Double]

    private var shift: Double { count > 0 ? sums[0] / count : 0 }
    private var variance: Double { count > 0 ? max(0, sums[1] / count - shift * shift) : 0 }

    var mean: Double { (centre + shift).rounded(ofMagnitude: max(abs(centre + shift), variance.squareRoot())) }

    /// With n − 1 in the denominator.
    var standardDeviation: Double? {
        guard count > 1 else { return nil }
        let value = (variance * count / (count - 1)).squareRoot()
        return value.rounded(ofMagnitude: value)
    }

    /// Adjusted Fisher–Pearson coefficient: g₁ √(n(n − 1)) / (n − 2), as pandas, SAS and DuckDB define it.
    var skewness: Double? {
        guard count > 2, variance > 0 else { return nil }
        let third = sums[2] / count - 3 * shift * sums[1] / count + 2 * shift * shift * shift
        let value = third / (variance * variance.squareRoot()) * (count * (count - 1)).squareRoot() / (count - 2)
        return value.isFinite ? value.rounded(ofMagnitude: max(abs(value), 1)) : nil
    }

    /// Excess kurtosis G₂, unbiased under normality: (n − 1)((n + 1) g₂ + 6) / ((n − 2)(n − 3)), as pandas, SAS and DuckDB define it.
    var kurtosis: Double? {
        guard count > 3, variance > 0 else { return nil }
        let means = sums.map { $0 / count }
        let fourth = means[3] - 4 * shift * means[2] + 6 * shift * shift * means[1] - 3 * shift * shift * shift * shift
        let value = (count - 1) * ((count + 1) * (fourth / (variance * variance) - 3) + 6) / ((count - 2) * (count - 3))
        return value.isFinite ? value.rounded(ofMagnitude: max(abs(value), 1)) : nil
    }
}

extension Double {
    /// The nearest number with eleven digits after the leading one of `magnitude`: what is left of a sum whose order differs from run to run.
    fileprivate func rounded(ofMagnitude magnitude: Double) -> Double {
        guard isFinite, self != 0, magnitude.isFinite, magnitude > 0 else { return self }
        var power = 11
        var rest = magnitude
        while rest >= 10, power > -290 { (rest, power) = (rest / 10, power - 1) }
        while rest < 1, power < 290 { (rest, power) = (rest * 10, power + 1) }
        var scale = 1.0
        for _ in 0..<abs(power) { scale *= 10 }
        let rounded = power >= 0 ? (self * scale).rounded() / scale : (self / scale).rounded() * scale
        return rounded.isFinite ? rounded : self
    }
}
