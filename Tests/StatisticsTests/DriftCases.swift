import Foundation
import Statistics
import Support

/// Two samples of a column, with a name.
struct DriftCase {
    enum Values {
        case numbers([Double])
        case text([String?])
    }

    var name: String
    var reference: Values
    var current: Values

    static func sample(_ values: Values) -> DriftSample {
        switch values {
        case .numbers(let numbers): return DriftSample(numbers: numbers)
        case .text(let texts):
            let labels = Set(texts.compactMap(\.self)).sorted().reversed() as [String]
            return DriftSample(codes: texts.map { text in Int32(labels.firstIndex { $0 == text } ?? -1) }, labels: labels)
        }
    }

    private static func json(_ values: Values) -> JSONValue {
        switch values {
        case .numbers(let numbers): .array(numbers.map { JSONValue($0) })
        case .text(let texts): .array(texts.map { JSONValue($0) })
        }
    }

    /// What the reference script reads.
    var json: JSONValue {
        let isNumeric = if case .numbers = reference { true } else { false }
        return ["name": .string(name), "numeric": .bool(isNumeric), "reference": DriftCase.json(reference), "current": DriftCase.json(current)]
    }

    static func all() -> [DriftCase] { numeric() + edges() + smirnov() + text() }

    private static func normal(_ n: Int, _ random: inout RandomSource, shift: Double = 0, scale: Double = 1, decimals: Double? = nil) -> [Double] {
        (0..<n).map { _ in
            let value = shift + scale * random.normal()
            return decimals.map { (value * $0).rounded() / $0 } ?? value
        }
    }

    private static func numeric() -> [DriftCase] {
        var random = RandomSource(seed: 11)
        var made: [DriftCase] = []
        for (n, m) in [(5, 5), (30, 40), (800, 600), (1000, 1000), (1001, 900), (4000, 5000), (2000, 12_000)] {
            for (label, shift, scale, decimals) in [
                ("same", 0, 1, nil), ("shifted", 0.3, 1.2, nil), ("few values", 0.1, 1, 1.0), ("ties", 0.05, 1, 20),
            ] as [(String, Double, Double, Double?)] {
                let reference = normal(n, &random, decimals: decimals)
                made.append(
                    DriftCase(
                        name: "\(label), \(n) against \(m)", reference: .numbers(reference),
                        current: .numbers(normal(m, &random, shift: shift, scale: scale, decimals: decimals))))
            }
        }
        return made
    }

    private static func edges() -> [DriftCase] {
        var random = RandomSource(seed: 12)
        let ordinary = normal(1500, &random)
        let wide = ordinary.map { exp(5 * $0) }
        let holes: [Double] = ordinary.enumerated().map { $0.offset % 7 == 0 ? .nan : $0.offset % 11 == 0 ? .infinity : $0.element }
        let twoValues = ordinary.map { $0 > 0.2 ? 1.0 : 0 }
        return [
            DriftCase(name: "identical", reference: .numbers(ordinary), current: .numbers(ordinary)),
            DriftCase(name: "identical, small", reference: .numbers(Array(ordinary.prefix(50))), current: .numbers(Array(ordinary.prefix(50)))),
            DriftCase(name: "apart", reference: .numbers(ordinary), current: .numbers(ordinary.map { $0 + 100 })),
            DriftCase(name: "apart, small", reference: .numbers(Array(ordinary.prefix(90))), current: .numbers(ordinary.prefix(80).map { $0 + 100 })),
            DriftCase(name: "constant and equal", reference: .numbers([3, 3, 3]), current: .numbers([3, 3])),
            DriftCase(name: "constant and different", reference: .numbers([3, 3, 3]), current: .numbers([4, 4])),
            DriftCase(name: "constant against many", reference: .numbers([Double](repeating: 2, count: 1200)), current: .numbers(ordinary)),
            DriftCase(name: "skewed", reference: .numbers(wide), current: .numbers(Array(wide.prefix(700)).map { $0 * 1.1 })),
            DriftCase(name: "missing and infinite", reference: .numbers(holes), current: .numbers(Array(holes.suffix(500)))),
            DriftCase(name: "two values, small", reference: .numbers(Array(twoValues.prefix(300))), current: .numbers(Array(twoValues.suffix(250)))),
            DriftCase(name: "two values, large", reference: .numbers(twoValues), current: .numbers(Array(twoValues.suffix(900)))),
            DriftCase(
                name: "twenty values", reference: .numbers((0..<1400).map { Double($0 % 20) }), current: .numbers((0..<900).map { Double($0 % 23) })),
            DriftCase(
                name: "twenty-one values", reference: .numbers((0..<1400).map { Double($0 % 21) }),
                current: .numbers((0..<900).map { Double($0 % 23) })),
            DriftCase(name: "one row each", reference: .numbers([1]), current: .numbers([2])),
        ]
    }

    /// Sizes and shifts that lead into every branch of the exact and the asymptotic distribution.
    private static func smirnov() -> [DriftCase] {
        var random = RandomSource(seed: 13)
        var made: [DriftCase] = []
        let sizes = [
            (5, 7), (7, 5), (10, 20), (100, 101), (250, 1000), (999, 1000), (1000, 3333), (10_000, 9999), (10_000, 10_000), (10_000, 50), (3, 10_001),
            (40, 10_001),
            (140, 20_000), (150, 20_000), (900, 15_000), (12_000, 11_000), (10_001, 10_001), (60_000, 50_000),
        ]
        for (n, m) in sizes {
            let typical = (1 / Double(n) + 1 / Double(m)).squareRoot()
            for factor in [0, 0.5, 2, 4, 9] {
                let (a, b) = (normal(n, &random), normal(m, &random, shift: factor * typical))
                made.append(DriftCase(name: "smirnov \(n) against \(m), shifted by \(factor)", reference: .numbers(a), current: .numbers(b)))
            }
            // Evenly spread samples lie closer together than chance: the other tail.
            let (a, b) = ((0..<n).map { (Double($0) + 0.5) / Double(n) }, (0..<m).map { (Double($0) + 0.5) / Double(m) + 0.2 * typical })
            made.append(DriftCase(name: "smirnov \(n) against \(m), evenly spread", reference: .numbers(a), current: .numbers(b)))
        }
        return made
    }

    private static func text() -> [DriftCase] {
        var random = RandomSource(seed: 14)
        func drawn(_ n: Int, _ weights: [Double], missing: Double = 0) -> [String?] {
            (0..<n).map { _ in
                if random.unit() < missing { return nil }
                var u = random.unit() * weights.reduce(0, +)
                return "label \(weights.firstIndex { weight in u -= weight; return u < 0 } ?? 0)"
            }
        }
        let many = (0..<300).map { 1 / Double($0 + 1) }
        return [
            DriftCase(name: "text, three labels", reference: .text(drawn(500, [5, 3, 2])), current: .text(drawn(400, [5, 3, 3]))),
            DriftCase(
                name: "text, three labels, large", reference: .text(drawn(3000, [5, 3, 2])), current: .text(drawn(2000, [5, 3, 3], missing: 0.1))),
            DriftCase(name: "text, two labels", reference: .text(drawn(200, [1, 1], missing: 0.2)), current: .text(drawn(300, [1, 2]))),
            DriftCase(name: "text, new label", reference: .text(drawn(300, [1, 1])), current: .text(drawn(300, [1, 1, 0.1]))),
            DriftCase(name: "text, lost label", reference: .text(drawn(300, [1, 1, 0.1])), current: .text(drawn(300, [1, 1]))),
            DriftCase(name: "text, many labels", reference: .text(drawn(1000, many)), current: .text(drawn(800, many))),
            DriftCase(name: "text, many labels, large", reference: .text(drawn(30_000, many)), current: .text(drawn(20_000, many.reversed()))),
            DriftCase(name: "text, one label", reference: .text(["a", "a"]), current: .text(["a", nil])),
            DriftCase(name: "text, nothing in common", reference: .text(["a", "a", "b"]), current: .text(["c", "d"])),
        ]
    }
}
