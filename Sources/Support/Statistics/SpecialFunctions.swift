#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The natural logarithm of n! for real n of at least 0.
func logFactorial(_ n: Double) -> Double { lgamma(n + 1) }

/// The probability that a chi-square variable with `degrees` of freedom exceeds `statistic`.
func chiSquareSurvival(_ statistic: Double, degrees: Double) -> Double {
    guard statistic > 0 else { return 1 }
    guard statistic.isFinite else { return 0 }
    return upperIncompleteGamma(degrees / 2, statistic / 2)
}

/// The two-sided p-value of a standard normal statistic.
func twoSidedNormal(_ z: Double) -> Double { erfc(abs(z) / 2.0.squareRoot()) }

/// The regularised upper incomplete gamma function Q(a, x): the power series of 1 - Q below the turning point, the continued fraction above
/// it (Abramowitz & Stegun 6.5.29 and 6.5.31).
func upperIncompleteGamma(_ a: Double, _ x: Double) -> Double {
    guard x > 0 else { return 1 }
    let scale = exp(a * log(x) - x - lgamma(a))
    return x < a + 1 ? max(0, 1 - scale * lowerSeries(a, x)) : min(1, scale * upperFraction(a, x))
}

/// The sum of x^n / (a (a+1) ... (a+n)).
private func lowerSeries(_ a: Double, _ x: Double) -> Double {
    var (term, sum, step) = (1 / a, 1 / a, a)
    while term > sum * 1e-17 {
        step += 1
        term *= x / step
        sum += term
    }
    return sum
}

/// The continued fraction of Q(a, x) by Lentz's method as Thompson and Barnett (1986) have it.
private func upperFraction(_ a: Double, _ x: Double) -> Double {
    let tiny = Double.leastNormalMagnitude / Double.ulpOfOne
    var b = x + 1 - a
    var c = 1 / tiny
    var d = 1 / b
    var fraction = d
    for n in 1...1_000_000 {
        let numerator = -Double(n) * (Double(n) - a)
        b += 2
        d = numerator * d + b
        if abs(d) < tiny { d = tiny }
        c = b + numerator / c
        if abs(c) < tiny { c = tiny }
        d = 1 / d
        fraction *= d * c
        if abs(d * c - 1) < 1e-16 { break }
    }
    return fraction
}

/// The probability that a binomial variable is `k` of `n`, in Loader's saddle-point form (2000), which does not lose digits for large n.
/// `deviation` is k - n p, given by the caller, who knows it exactly; `k` is strictly between 0 and n.
func binomialProbability(_ k: Double, of n: Double, deviation: Double) -> Double {
    let rest = n - k
    let exponent = stirlingError(n) - stirlingError(k) - stirlingError(rest) - deviance(k, deviation) - deviance(rest, -deviation)
    return exp(exponent) * (n / (2 * Double.pi * k * rest)).squareRoot()
}

/// The logarithm of n! over Stirling's approximation of it.
private func stirlingError(_ n: Double) -> Double {
    guard n > 15 else { return logFactorial(n) - (n + 0.5) * log(n) + n - 0.5 * log(2 * Double.pi) }
    let square = n * n
    return (1.0 / 12 - (1.0 / 360 - (1.0 / 1260 - (1.0 / 1680 - 1.0 / 1188 / square) / square) / square) / square) / n
}

/// x ln(x / m) + m - x for m = x - deviation.
private func deviance(_ x: Double, _ deviation: Double) -> Double {
    let expected = x - deviation
    guard expected > 0 else { return .infinity }
    // ln(x / m) = -ln(1 - deviation / x): exact for small deviations.
    let ratio = deviation / x
    guard abs(ratio) < 0.1 else { return x * log(x / expected) - deviation }
    // x (ratio^2 / 2 + ratio^3 / 3 + ...)
    var (power, sum, k) = (ratio, 0.0, 2.0)
    while abs(power) > 1e-19 && k < 40 {
        power *= ratio
        sum += power / k
        k += 1
    }
    return x * sum
}
