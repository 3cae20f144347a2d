/// Mean, spread and skewness from sums of powers about a value near the mean.
struct Moments {
    let count: Double
    let centre: Double
    /// The sums of (x − centre), (x − centre)² and (x − centre)³.
    let sums: [Double]

    private var shift: Double { count > 0 ? sums[0] / count : 0 }
    private var variance: Double { count > 0 ? max(0, sums[1] / count - shift * shift) : 0 }

    var mean: Double { (centre + shift).roundedToDigits() }

    /// With n − 1 in the denominator.
    var standardDeviation: Double? { count > 1 ? (variance * count / (count - 1)).squareRoot().roundedToDigits() : nil }

    /// Adjusted Fisher–Pearson coefficient: g₁ √(n(n − 1)) / (n − 2), as pandas, SAS and DuckDB define it.
    var skewness: Double? {
        guard count > 2, variance > 0 else { return nil }
        let third = sums[2] / count - 3 * shift * sums[1] / count + 2 * shift * shift * shift
        let value = third / (variance * variance.squareRoot()) * (count * (count - 1)).squareRoot() / (count - 2)
        return value.isFinite ? value.roundedToDigits() : nil
    }
}

extension Double {
    /// The nearest number with twelve significant digits: what is left of a sum whose order differs from run to run.
    fileprivate func roundedToDigits() -> Double {
        guard isFinite, self != 0 else { return self }
        let power = 11 - log10Floor
        guard abs(power) < 300 else { return self }
        var scale = 1.0
        for _ in 0..<abs(power) { scale *= 10 }
        let rounded = power >= 0 ? (self * scale).rounded() / scale : (self / scale).rounded() * scale
        return rounded.isFinite ? rounded : self
    }

    private var log10Floor: Int {
        var power = 0
        var magnitude = abs(self)
        while magnitude >= 10, power < 320 { (magnitude, power) = (magnitude / 10, power + 1) }
        while magnitude < 1, power > -320 { (magnitude, power) = (magnitude * 10, power - 1) }
        return power
    }
}
