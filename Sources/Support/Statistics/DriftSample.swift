/// One column of one table, prepared for comparison: numbers sorted, categories counted. Make the reference's once and compare it often.
/// Missing values, and infinities as Evidently has it, are left out and counted.
package struct DriftSample: Sendable {
    enum Values: Sendable {
        /// Ascending and finite.
        case numbers([Double])
        /// Rows of each label, labels in the order of their bytes; none is empty.
        case categories(labels: [String], counts: [Double])
    }

    let values: Values
    /// Rows with a value.
    package let count: Int
    /// Rows without one.
    package let missing: Int

    /// A numeric column; NaN is missing.
    package init(numbers: [Double]) {
        var finite = numbers.filter(\.isFinite)
        finite.sort()
        values = .numbers(finite)
        count = finite.count
        missing = numbers.count - finite.count
    }

    /// A column of categories: codes into labels, -1 (or any code without a label) missing.
    package init(codes: [Int32], labels: [String]) {
        var counts = [Int](repeating: 0, count: labels.count)
        for code in codes where code >= 0 && Int(code) < labels.count { counts[Int(code)] += 1 }
        let byLabel = Dictionary(zip(labels, counts), uniquingKeysWith: +).filter { $0.value > 0 }
        let sorted = byLabel.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
        values = .categories(labels: sorted.map(\.key), counts: sorted.map { Double($0.value) })
        count = counts.reduce(0, +)
        missing = codes.count - count
    }

    /// Whether these are texts that hardly repeat.
    package var holdsFreeText: Bool {
        guard case .categories(let labels, _) = values else { return false }
        return isFreeText(distinct: labels.count, of: count)
    }

    /// Whether the values are numbers.
    package var isNumeric: Bool { if case .numbers = values { true } else { false } }
}

/// Whether texts hardly repeat, as remarks and names do: more than 50 distinct ones, each in fewer than ten rows on average.
/// - Parameter count: the rows with a text.
package func isFreeText(distinct: Int, of count: Int) -> Bool { distinct > 50 && count < distinct * 10 }

/// Rows of each distinct value (number or label) that occurs in either sample, in ascending order. Samples of different kinds have nothing in common.
func countsByValue(_ reference: DriftSample, _ current: DriftSample) -> (reference: [Double], current: [Double]) {
    switch (reference.values, current.values) {
    case (.numbers(let a), .numbers(let b)): return merged(runs(a), runs(b)) { $0 < $1 }
    case (.categories(let a, let m), .categories(let b, let n)):
        return merged(Array(zip(a, m)), Array(zip(b, n))) { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    default: return ([], [])
    }
}

/// The number of distinct values over both samples, counted no further than `limit`.
func distinctValues(_ reference: DriftSample, _ current: DriftSample, limit: Int) -> Int {
    guard case .numbers(let a) = reference.values, case .numbers(let b) = current.values else {
        return countsByValue(reference, current).reference.count
    }
    let found = Set(firstDistinct(a, limit: limit) + firstDistinct(b, limit: limit))
    return min(limit, found.count)
}

/// The first distinct values of ascending numbers, at most `limit`.
func firstDistinct(_ sorted: [Double], limit: Int) -> [Double] {
    var found: [Double] = []
    for value in sorted where found.last != value {
        found.append(value)
        if found.count == limit { break }
    }
    return found
}

/// Each distinct value of ascending numbers and how often it occurs.
func runs(_ sorted: [Double]) -> [(Double, Double)] {
    var runs: [(Double, Double)] = []
    for value in sorted {
        if let last = runs.last, last.0 == value { runs[runs.count - 1].1 += 1 } else { runs.append((value, 1)) }
    }
    return runs
}

private func merged<Value>(_ a: [(Value, Double)], _ b: [(Value, Double)], _ precedes: (Value, Value) -> Bool) -> (
    reference: [Double], current: [Double]
) {
    var (i, j) = (0, 0)
    var (first, second): ([Double], [Double]) = ([], [])
    while i < a.count || j < b.count {
        let takesA = j == b.count || (i < a.count && !precedes(b[j].0, a[i].0))
        let takesB = i == a.count || (j < b.count && !precedes(a[i].0, b[j].0))
        first.append(takesA ? a[i].1 : 0)
        second.append(takesB ? b[j].1 : 0)
        if takesA { i += 1 }
        if takesB { j += 1 }
    }
    return (first, second)
}
