#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The probability that the one-sample, two-sided Kolmogorov–Smirnov statistic of `n` rows exceeds `x`. Follows Simard & L'Ecuyer (2011) in the
/// choice of method, as SciPy's `kstwo.sf` does, so that both agree where the methods themselves differ in the seventh digit.
func kolmogorovSurvival(_ x: Double, rows n: Double) -> Double {
    guard n >= 1, n * x > 0.5 else { return 1 }
    guard x < 1 else { return 0 }
    let nxx = n * x * x
    if n <= 140 || x >= 0.5 {
        return x >= 0.5 || nxx > 4 ? min(1, 2 * oneSidedSurvival(x, rows: n)) : 1 - durbinProbability(x, rows: n)
    }
    if nxx >= 370 { return 0 }
    if nxx >= 2.2 { return min(1, 2 * oneSidedSurvival(x, rows: n)) }
    let isCentral = n <= 100_000 && (n * pow(x, 1.5) <= 1.4 || n * x <= 1)
    let below = isCentral ? durbinProbability(x, rows: n) : pelzGoodProbability(x, rows: n)
    return min(1, max(0, 1 - below))
}

/// The probability that the one-sided statistic exceeds x: Smirnov's finite sum, every term of which is positive.
private func oneSidedSurvival(_ x: Double, rows n: Double) -> Double {
    var sum = pow(1 - x, n)
    var j = 1.0
    while j < n * (1 - x) {
        sum += x / (x + j / n) * binomialProbability(j, of: n, deviation: -n * x)
        j += 1
    }
    return sum
}

/// P(D < x) by Durbin's matrix, raised to the n-th power (Marsaglia, Tsang & Wang 2003). The exponent is carried apart against overflow.
private func durbinProbability(_ x: Double, rows n: Double) -> Double {
    let k = Int(n * x) + 1
    let size = 2 * k - 1
    let fraction = Double(k) - n * x
    var power = ScaledMatrix(identity: size)
    var square = ScaledMatrix(size: size, values: durbinMatrix(size: size, fraction: fraction))
    var exponent = Int(n)
    while exponent > 0 {
        if exponent & 1 == 1 { power = power.multiplied(by: square) }
        exponent >>= 1
        if exponent > 0 { square = square.multiplied(by: square) }
    }
    let centre = power.values[(k - 1) * size + k - 1]
    guard centre > 0 else { return 0 }
    return exp(log(centre) + Double(power.exponent) * log(2) + logFactorial(n) - n * log(n))
}

private func durbinMatrix(size: Int, fraction h: Double) -> [Double] {
    let factorials = (0...size).map { exp(logFactorial(Double($0))).rounded() }
    var values = [Double](repeating: 0, count: size * size)
    for i in 0..<size {
        for j in 0..<size where i - j + 1 >= 0 {
            var numerator = 1.0
            if j == 0 { numerator -= pow(h, Double(i + 1)) }
            if i == size - 1 { numerator -= pow(h, Double(size - j)) }
            if j == 0, i == size - 1, 2 * h > 1 { numerator += pow(2 * h - 1, Double(size)) }
            // Beyond 20! the reciprocal no longer fits the rounded factorial, and logarithms are as good.
            let order = i - j + 1
            values[i * size + j] = numerator * (order <= 20 ? 1 / factorials[order] : exp(-logFactorial(Double(order))))
        }
    }
    return values
}

/// A square matrix times a power of two.
private struct ScaledMatrix {
    var size: Int
    var values: [Double]
    var exponent = 0

    init(size: Int, values: [Double]) {
        self.size = size
        self.values = values
    }

    init(identity size: Int) {
        self.init(size: size, values: (0..<size * size).map { $0 / size == $0 % size ? 1 : 0 })
    }

    func multiplied(by other: ScaledMatrix) -> ScaledMatrix {
        var product = ScaledMatrix(size: size, values: [Double](repeating: 0, count: size * size))
        product.exponent = exponent + other.exponent
        for i in 0..<size {
            for k in 0..<size where values[i * size + k] != 0 {
                let factor = values[i * size + k]
                for j in 0..<size { product.values[i * size + j] += factor * other.values[k * size + j] }
            }
        }
        let greatest = product.values.max() ?? 0
        guard greatest > 0x1p200 || greatest < 0x1p-200, greatest > 0 else { return product }
        let shift = Int(greatest.exponent)
        let scale = Double(sign: .plus, exponent: -shift, significand: 1)
        product.values = product.values.map { $0 * scale }
        product.exponent += shift
        return product
    }
}

/// P(D < x) by the expansion of Pelz & Good (1976) in powers of 1/sqrt(n), each coefficient in the form that converges for small z.
private func pelzGoodProbability(_ x: Double, rows n: Double) -> Double {
    let z = n.squareRoot() * x
    let (z2, z4, z6) = (z * z, pow(z, 4), pow(z, 6))
    let (pi2, pi4, pi6) = (pow(Double.pi, 2), pow(Double.pi, 4), pow(Double.pi, 6))
    let last = Int((16 * z / Double.pi).rounded(.up))
    var (k0, k1, k2, k3) = (0.0, 0.0, 0.0, 0.0)
    for k in stride(from: last, to: 0, by: -1) {
        let m2 = pow(Double(2 * k - 1), 2)
        let weight = exp(-pi2 * m2 / (8 * z2))
        let (m4, m6) = (m2 * m2, m2 * m2 * m2)
        k0 += weight
        k1 += weight * (pi2 / 4 * m2 - z2)
        k2 += weight * (6 * z6 + 2 * z4 + (2 * z4 - 5 * z2) * pi2 / 4 * m2 + pi4 * (1 - 2 * z2) / 16 * m4)
        let third = pi2 * (135 * z4 - 96 * z6) / 4 * m2 + pi4 * (212 * z4 - 60 * z2) / 16 * m4 + pi6 * (5 - 30 * z2) / 64 * m6
        k3 += weight * (third - 30 * z6 - 90 * pow(z, 8))
    }
    var (even2, even3) = (0.0, 0.0)
    for k in stride(from: last, to: 0, by: -1) {
        let square = Double(k * k)
        let weight = square * exp(-pi2 * square / (2 * z2))
        even2 += weight
        even3 += weight * (3 * z2 - pi2 * square)
    }
    let root = (2 * Double.pi).squareRoot()
    let second = root * (k2 / (72 * pow(z, 7)) - pi2 * even2 / (36 * pow(z, 3)))
    let third = root * (k3 / (6480 * pow(z, 10)) + pi2 * even3 / (216 * z6))
    return root * (k0 / z + k1 / (6 * z4) / n.squareRoot()) + second / n + third / pow(n, 1.5)
}
