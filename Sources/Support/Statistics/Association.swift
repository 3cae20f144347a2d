/// A numeric column with its rows in ascending order: what rank correlations with many other columns are made from.
package struct RankedColumn: Sendable {
    package let values: [Double]
    /// The rows with a value, ascending by it.
    let order: [Int]

    /// - Parameter values: a row each; NaN is missing, and so are infinities.
    package init(_ values: [Double]) {
        self.values = values
        order = values.indices.filter { values[$0].isFinite }.sorted { values[$0] < values[$1] }
    }

    /// The ranks of the rows that take part, ties as their mean rank; NaN for all others.
    func ranks(where takesPart: [Bool]) -> [Double] {
        var ranks = [Double](repeating: .nan, count: values.count)
        let rows = order.filter { takesPart[$0] }
        var first = 0
        while first < rows.count {
            var last = first
            while last + 1 < rows.count, values[rows[last + 1]] == values[rows[first]] { last += 1 }
            let rank = Double(first + last) / 2
            for place in first...last { ranks[rows[place]] = rank }
            first = last + 1
        }
        return ranks
    }
}

/// Pearson's correlation over the rows in which both have a finite value, as pandas' `corr` takes them; nil for fewer than two such rows, and where
/// all values of one are equal.
package func pearson(_ a: [Double], _ b: [Double]) -> Double? {
    var (n, meanA, meanB) = (0.0, 0.0, 0.0)
    var (squaresA, squaresB, products) = (0.0, 0.0, 0.0)
    let rows = 0..<min(a.count, b.count)
    // Values are taken from the first on, which costs no digit where an offset is large, and summed about the running means (Welford).
    guard let first = rows.first(where: { a[$0].isFinite && b[$0].isFinite }) else { return nil }
    let (originA, originB) = (a[first], b[first])
    for row in rows where a[row].isFinite && b[row].isFinite {
        n += 1
        let (x, y) = (a[row] - originA, b[row] - originB)
        let (fromA, fromB) = (x - meanA, y - meanB)
        meanA += fromA / n
        meanB += fromB / n
        squaresA += fromA * (x - meanA)
        squaresB += fromB * (y - meanB)
        products += fromA * (y - meanB)
    }
    let spread = squaresA.squareRoot() * squaresB.squareRoot()
    guard n > 1, spread > 0, spread.isFinite, products.isFinite else { return nil }
    return min(max(products / spread, -1), 1)
}

/// Spearman's correlation: Pearson's of the ranks over the rows in which both have a value.
package func spearman(_ a: RankedColumn, _ b: RankedColumn) -> Double? {
    let takesPart = (0..<min(a.values.count, b.values.count)).map { a.values[$0].isFinite && b.values[$0].isFinite }
    return pearson(a.ranks(where: takesPart), b.ranks(where: takesPart))
}

/// Cramér's V of two columns of categories over the rows in which both have a value: 0 where they are independent, 1 where one says the other
/// (scipy's `association(method="cramer")`). Nil where one of them has fewer than two categories in these rows.
/// - Parameters:
///   - a: codes from 0 on; negative is missing.
///   - b: the same, as many.
package func cramersV(_ a: [Int32], _ b: [Int32]) -> Double? {
    let (width, height) = (Int(b.max() ?? -1) + 1, Int(a.max() ?? -1) + 1)
    guard width > 1, height > 1, width <= 10_000, height <= 10_000, width * height <= 1_000_000 else { return nil }
    var counts = [Double](repeating: 0, count: width * height)
    for row in 0..<min(a.count, b.count) where a[row] >= 0 && b[row] >= 0 { counts[Int(a[row]) * width + Int(b[row])] += 1 }
    let rows = (0..<height).map { i in counts[i * width..<(i + 1) * width].reduce(0, +) }
    let columns = (0..<width).map { j in stride(from: j, to: counts.count, by: width).reduce(0) { $0 + counts[$1] } }
    let total = rows.reduce(0, +)
    let least = min(rows.count { $0 > 0 }, columns.count { $0 > 0 })
    guard least > 1, total > 0 else { return nil }
    var squares = 0.0
    for i in 0..<height where rows[i] > 0 {
        for j in 0..<width where columns[j] > 0 {
            let expected = rows[i] * columns[j] / total
            let difference = counts[i * width + j] - expected
            squares += difference * difference / expected
        }
    }
    return min((squares / total / Double(least - 1)).squareRoot(), 1)
}
