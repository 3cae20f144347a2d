internal import Tables

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// How surprising the values of one column are, in tables that are quick to look into.
struct ColumnSurprise: Sendable {
    /// The bins of the middle 99 in a hundred values.
    static let bins = 128

    private let range: ClosedRange<Double>?
    private let missing: Double
    private let isMissingUnexpected: Bool
    /// Where the middle begins, and how many bins a unit has; infinite where the middle is one value.
    private let lower: Double
    private let scale: Double
    /// The surprise of each bin; none where the middle is one value.
    let body: [Double]
    /// The training values on either side of the middle, ascending.
    private let lowTail: [Double]
    private let highTail: [Double]
    /// How many values the tails are of.
    private let count: Int
    private let categories: [String: Double]?
    private let unseen: Double

    /// - Parameter sample: values of the training data.
    init(_ column: GuardedColumn, _ sample: Column) {
        range = column.range
        missing = -log(Double(column.missing + 1) / Double(column.rows + 1))
        isMissingUnexpected = column.isMissingUnexpected
        unseen = -log(1 / Double(column.rows + 1))
        categories = column.categories.map { known in known.mapValues { -log(Double($0) / Double(max(1, column.rows))) } }
        let values = column.range == nil ? [] : (sample.numbers ?? []).filter { !$0.isNaN }.sorted()
        count = values.count
        guard !values.isEmpty else {
            (lower, scale, body, lowTail, highTail) = (0, .infinity, [], [], [])
            return
        }
        let cut = values.count / 200
        let (low, high) = (values[cut], values[values.count - 1 - cut])
        lower = low
        lowTail = Array(values.prefix { $0 < low })
        highTail = Array(values[ColumnSurprise.firstPlace(in: values) { $0 > high }...])
        let width = (high - low) / Double(ColumnSurprise.bins)
        guard low < high, width.isFinite, width > 0 else {
            (scale, body) = (.infinity, [])
            return
        }
        // The last value of the middle belongs to the last bin.
        scale = (1 - 1e-9) / width
        body = (0..<ColumnSurprise.bins).map { bin in
            let (from, to) = (low + Double(bin) * width, low + Double(bin + 1) * width)
            let below = ColumnSurprise.firstPlace(in: values) { bin == ColumnSurprise.bins - 1 ? $0 > high : $0 >= to }
            let above = values.count - ColumnSurprise.firstPlace(in: values) { $0 >= from }
            return ColumnSurprise.surprise(min(below, above), of: values.count)
        }
    }

    /// What the middle is looked up by.
    var middle: Middle { Middle(lower: lower, scale: scale) }

    /// Where the middle begins, and how many bins a unit has.
    struct Middle: Sendable {
        var lower: Double
        var scale: Double
    }

    func add(_ text: TextValues, to sums: inout [Double], _ tell: (Int, InputFinding.Kind) -> Void) {
        // Each text is looked up once, and rows of the same one share that.
        let found = text.codes.count > text.dictionary.count ? text.dictionary.map { categories?[$0] } : nil
        for row in text.codes.indices {
            let code = Int(text.codes[row])
            guard code >= 0, !text.dictionary[code].isEmpty else {
                sums[row] += missed(row, tell)
                continue
            }
            guard let categories else { continue }
            if let known = found.map({ $0[code] }) ?? categories[text.dictionary[code]] {
                sums[row] += known
            } else {
                sums[row] += unseen
                tell(row, .category)
            }
        }
    }

    private func missed(_ row: Int, _ tell: (Int, InputFinding.Kind) -> Void) -> Double {
        if isMissingUnexpected { tell(row, .missing) }
        return missing
    }

    /// The surprise of a number that is missing, or not in the middle.
    func outside(_ value: Double, _ row: Int, _ tell: (Int, InputFinding.Kind) -> Void) -> Double {
        guard !value.isNaN else { return missed(row, tell) }
        guard let range else { return 0 }
        if !range.contains(value) { tell(row, .range) }
        if value < lower { return ColumnSurprise.surprise(ColumnSurprise.firstPlace(in: lowTail) { $0 > value }, of: count) }
        let above = highTail.count - ColumnSurprise.firstPlace(in: highTail) { $0 >= value }
        // Where the middle is one value, that is no surprise.
        return value == lower ? 0 : ColumnSurprise.surprise(above, of: count)
    }

    /// Twice the smaller side, so that the middle is no surprise.
    private static func surprise(_ asFarOut: Int, of count: Int) -> Double { -log(min(1, 2 * Double(asFarOut + 1) / Double(count + 1))) }

    /// The first place in ascending values from which on something holds.
    private static func firstPlace(in values: [Double], where holds: (Double) -> Bool) -> Int {
        var (low, high) = (0, values.count)
        while low < high {
            let middle = (low + high) / 2
            if holds(values[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
