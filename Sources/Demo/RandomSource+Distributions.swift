import Support

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Draws from the few distributions that the generator needs.
extension RandomSource {
    /// A normal number (Box & Muller 1958; one of the pair, so that every call uses two draws).
    mutating func normal(mean: Double = 0, deviation: Double = 1) -> Double {
        let radius = (-2 * log(1 - unit())).squareRoot()
        return mean + deviation * radius * cos(2 * Double.pi * unit())
    }

    /// A number whose logarithm is normal: median and deviation of the logarithm.
    mutating func logNormal(median: Double, deviation: Double) -> Double { median * exp(normal(deviation: deviation)) }

    /// A count (Poisson, by Knuth's product of uniforms; for means below about 20), at most `limit`.
    mutating func count(mean: Double, limit: Int) -> Int {
        let floor = exp(-mean)
        var product = unit()
        var count = 0
        while product > floor, count < limit {
            product *= unit()
            count += 1
        }
        return count
    }

    /// Whether something of that probability happens.
    mutating func happens(_ probability: Double) -> Bool { unit() < probability }

    /// One of the choices, with a probability proportional to its weight.
    mutating func choose(_ choices: Choices) -> String {
        var left = unit() * choices.total
        for (name, weight) in choices.weights {
            left -= weight
            if left < 0 { return name }
        }
        return choices.fallback
    }
}

/// Category names with their weights, in a fixed order.
struct Choices: Sendable {
    let weights: [(name: String, weight: Double)]
    let total: Double
    /// The last name: what rounding at the upper end of the scale gives.
    let fallback: String

    init(_ weights: KeyValuePairs<String, Double>) {
        self.weights = weights.map { (name: $0.key, weight: $0.value) }
        total = weights.reduce(0) { $0 + $1.value }
        fallback = weights.last?.key ?? ""
    }
}

/// The probability that belongs to a logit.
func logistic(_ logit: Double) -> Double { 1 / (1 + exp(-logit)) }
