import DuckDB
import Support
import Tables

/// Counts the values of numeric columns in bins of equal width.
package struct HistogramReader {
    let engine: DuckDB
    let relation: String
    let rowCount: Int

    package static let binCount = 20

    /// Adds a histogram to every profile whose values differ. `profiles` lie as `columns` do.
    func add(_ columns: [MeasuredColumn], to profiles: inout [ColumnProfile]) throws(MartletError) {
        var expressions: [(position: Int, expression: String)] = []
        for (i, column) in columns.enumerated() {
            guard column.kind != .boolean, let numbers = profiles[i].numbers else { continue }
            let scale = Double(Self.binCount) / (numbers.maximum - numbers.minimum)
            guard numbers.maximum > numbers.minimum, scale.isFinite else { continue }
            profiles[i].numbers?.histogram = Histogram(
                minimum: numbers.minimum, maximum: numbers.maximum, counts: Array(repeating: 0, count: Self.binCount))
            // The largest value falls into a bin of its own, one too many; NaN fails the cast.
            let value = numbers.infinite > 0 || column.kind == .timestamp ? column.number : "CAST(\(column.sql) AS DOUBLE)"
            expressions.append((i, "TRY_CAST(floor((\(value) - \(SQL.number(numbers.minimum))) * \(SQL.number(scale))) AS UTINYINT)"))
        }
        guard !expressions.isEmpty else { return }
        let answer = try Answer(engine, select(expressions))
        for row in 0..<answer.rowCount {
            let (i, bin) = (answer.count(row, 0), min(answer.count(row, 1), Self.binCount - 1))
            guard profiles.indices.contains(i), bin >= 0 else { continue }
            profiles[i].numbers?.histogram?.counts[bin] += answer.count(row, 2)
        }
    }

    /// Small tables in long form, large ones column by column: each is the faster way there.
    private func select(_ expressions: [(position: Int, expression: String)]) -> String {
        guard rowCount <= RelationSample.wholeLimit else { return ValueCounts.counting(expressions, in: relation) }
        let positions = expressions.map { "\($0.position)" }.joined(separator: ", ")
        let bins = expressions.map(\.expression).joined(separator: ", ")
        let long = "SELECT unnest([\(positions)]) AS i, unnest([\(bins)]) AS v FROM \(relation)"
        return "SELECT i, v, count(*) AS n FROM (\(long)) WHERE v IS NOT NULL GROUP BY i, v"
    }
}
