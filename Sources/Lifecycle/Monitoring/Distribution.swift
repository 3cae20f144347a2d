internal import Support
package import Tables

/// Two distributions over the same bins, as shares that add up to 1: of the rows that were learnt from, and of those that were asked lately.
package struct Distribution: Sendable, Equatable {
    /// The edges of numeric bins, one more than there are bins; empty for categories.
    package private(set) var edges: [Double] = []
    /// The names of the bins; empty for numbers.
    package private(set) var categories: [String] = []
    package private(set) var reference: [Double] = []
    package private(set) var current: [Double] = []

    /// Categories named one by one; the rest stands together.
    private static let namedCategories = 12

    /// Numbers in the bins of the reference. A value on an edge belongs to the bin above, the greatest to the last. What lies beyond the
    /// reference's range gets one more bin at that end, so that it is seen. Missing and infinite values are left out.
    /// - Parameters:
    ///   - edges: ascending, one more than there are counts.
    ///   - counts: the rows of the reference in each bin.
    ///   - values: what was asked; nil comes back where there is nothing on one side.
    package init?(edges: [Double], counts: [Int], values: [Double]) {
        let finite = values.filter(\.isFinite)
        guard let first = edges.first, let last = edges.last, edges.count == counts.count + 1, first < last, counts.contains(where: { $0 > 0 }),
            let least = finite.min(), let greatest = finite.max()
        else { return nil }
        self.edges = edges
        var (now, before) = (Array(repeating: 0, count: counts.count), counts)
        var (below, above) = (0, 0)
        for value in finite {
            if value < first {
                below += 1
            } else if value > last {
                above += 1
            } else {
                now[Distribution.bin(of: value, in: edges)] += 1
            }
        }
        if below > 0 {
            self.edges.insert(least, at: 0)
            (now, before) = ([below] + now, [0] + before)
        }
        if above > 0 {
            self.edges.append(greatest)
            (now, before) = (now + [above], before + [0])
        }
        (reference, current) = (Distribution.shares(before), Distribution.shares(now))
    }

    /// Categories by their share in the reference. Those that are rare or new stand together as “(other)”, missing values as “(missing)”.
    /// - Parameters:
    ///   - counts: the rows of the reference by category, those of the list only.
    ///   - total: all rows of the reference whose value is there.
    ///   - missing: its rows without a value.
    ///   - column: what was asked; nil comes back where there is nothing on one side.
    package init?(counts: [(value: String, count: Int)], total: Int, missing: Int, column: Column) {
        let named = counts.sorted { ($1.count, $0.value) < ($0.count, $1.value) }.prefix(Distribution.namedCategories)
        guard !named.isEmpty, column.count > 0 else { return nil }
        let places = Dictionary(named.enumerated().map { ($1.value, $0) }, uniquingKeysWith: { first, _ in first })
        var now = Array(repeating: 0, count: named.count + 2)
        for (value, count) in Distribution.counts(column) {
            let place = value.map { places[$0] ?? named.count } ?? named.count + 1
            now[place] += count
        }
        let before = named.map(\.count) + [max(0, total - named.reduce(0) { $0 + $1.count }), missing]
        let names = named.map(\.value) + ["(other)", "(missing)"]
        let kept = names.indices.filter { $0 < named.count || now[$0] + before[$0] > 0 }
        categories = kept.map { names[$0] }
        (reference, current) = (Distribution.shares(kept.map { before[$0] }), Distribution.shares(kept.map { now[$0] }))
    }

    /// Values that lie in a range, in bins of equal width.
    package init?(_ reference: [Double], _ current: [Double], in range: ClosedRange<Double>, bins: Int = 20) {
        guard bins > 0, range.lowerBound < range.upperBound else { return nil }
        let width = (range.upperBound - range.lowerBound) / Double(bins)
        let edges = (0...bins).map { $0 == bins ? range.upperBound : range.lowerBound + width * Double($0) }
        var counts = Array(repeating: 0, count: bins)
        for value in reference where range.contains(value) { counts[Distribution.bin(of: value, in: edges)] += 1 }
        self.init(edges: edges, counts: counts, values: current)
    }

    /// The bin of a value within the edges.
    private static func bin(of value: Double, in edges: [Double]) -> Int {
        var (low, high) = (0, edges.count - 1)
        while high - low > 1 {
            let middle = (low + high) / 2
            if value < edges[middle] { high = middle } else { low = middle }
        }
        return low
    }

    /// How often each value occurs, as a profile writes it; nil is missing.
    private static func counts(_ column: Column) -> [String?: Int] {
        var counts: [String?: Int] = [:]
        if let text = column.text {
            var byCode: [Int32: Int] = [:]
            for code in text.codes { byCode[code, default: 0] += 1 }
            for (code, count) in byCode { counts[code < 0 ? nil : text.dictionary[Int(code)], default: 0] += count }
        } else {
            for row in 0..<column.count {
                let value = column.json(row)
                counts[value.isNull ? nil : value.text ?? value.compact, default: 0] += 1
            }
        }
        return counts
    }

    private static func shares(_ counts: [Int]) -> [Double] {
        let total = Double(max(1, counts.reduce(0, +)))
        return counts.map { Double($0) / total }
    }
}
