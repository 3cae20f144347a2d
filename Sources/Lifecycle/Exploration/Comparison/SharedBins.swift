import Statistics
import Support
import Tables

/// Shares of two samples in the same bins; each side's add up to 1.
package struct SharedBins: Sendable, Equatable {
    /// The edges of numeric bins, one more than there are bins; empty for categories.
    package var edges: [Double] = []
    /// The names of the bins; empty for numbers.
    package var categories: [String] = []
    package var first: [Double]
    package var second: [Double]

    private static let binCount = 20
    /// Categories that are named one by one; the rest stands together.
    private static let namedCategories = 12

    /// Numbers in bins of equal width over both; missing and infinite ones are left out. Nil where one side has none, or all are equal.
    init?(_ a: [Double], _ b: [Double]) {
        let (a, b) = (a.filter(\.isFinite), b.filter(\.isFinite))
        guard let low = [a.min(), b.min()].compactMap(\.self).min(), let high = [a.max(), b.max()].compactMap(\.self).max(), low < high,
            (high - low).isFinite, !a.isEmpty, !b.isEmpty
        else { return nil }
        let width = (high - low) / Double(Self.binCount)
        edges = (0...Self.binCount).map { $0 == Self.binCount ? high : low + width * Double($0) }
        first = histogram(of: a, edges: edges).counts.map { $0 / Double(a.count) }
        second = histogram(of: b, edges: edges).counts.map { $0 / Double(b.count) }
    }

    /// Categories by their greater share; those that are rare stand together as “(other)”, missing values as “(missing)”.
    init?(_ a: TextValues, _ b: TextValues) {
        let (counts, others) = (SharedBins.counts(a), SharedBins.counts(b))
        let (n, m) = (Double(max(1, a.codes.count)), Double(max(1, b.codes.count)))
        let names = Set(counts.keys).union(others.keys)
        guard !names.isEmpty else { return nil }
        func share(_ name: String) -> Double { max(Double(counts[name] ?? 0) / n, Double(others[name] ?? 0) / m) }
        let ranked = names.sorted { (share($1), $0) < (share($0), $1) }
        let named = Array(ranked.prefix(Self.namedCategories))
        func shares(_ counts: [String: Int], _ total: Int) -> [Double] {
            let listed = named.map { counts[$0] ?? 0 }
            let there = counts.values.reduce(0, +)
            return (listed + [there - listed.reduce(0, +), total - there]).map { Double($0) / Double(max(1, total)) }
        }
        (first, second) = (shares(counts, a.codes.count), shares(others, b.codes.count))
        categories = named + ["(other)", "(missing)"]
        for place in [named.count + 1, named.count] where first[place] + second[place] == 0 {
            categories.remove(at: place)
            first.remove(at: place)
            second.remove(at: place)
        }
    }

    private static func counts(_ text: TextValues) -> [String: Int] {
        var counts = [Int](repeating: 0, count: text.dictionary.count)
        for code in text.codes where code >= 0 { counts[Int(code)] += 1 }
        return Dictionary(zip(text.dictionary, counts), uniquingKeysWith: +).filter { $0.value > 0 }
    }

    var json: JSONValue {
        [
            "edges": .array(edges.map { JSONValue($0) }), "categories": JSONValue(categories), "a": .array(first.map { JSONValue($0) }),
            "b": .array(second.map { JSONValue($0) }),
        ]
    }
}
