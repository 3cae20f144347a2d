import DuckDB
import Support
import Tables

/// Counts the values of numeric columns in bins of equal width.
package struct HistogramReader {
    let engine: DuckDB
    let relation: String
    /// A table of all values in long form, where there is one: small tables are counted in it, large ones column by column; each is the faster way
    /// there.
    let long: String?

    package static let binCount = 20

    /// Adds a histogram to every profile whose values differ. `profiles` lie as `columns` do.
    func add(_ columns: [MeasuredColumn], to profiles: inout [ColumnProfile]) throws(MartletError) {
        var expressions: [(position: Int, expression: String)] = []
        var bins: [(position: Int, minimum: Double, scale: Double)] = []
        for (i, column) in columns.enumerated() {
            guard column.kind != .boolean, let numbers = profiles[i].numbers else { continue }
            let scale = Double(Self.binCount) / (numbers.maximum - numbers.minimum)
            guard numbers.maximum > numbers.minimum, scale.isFinite else { continue }
            profiles[i].numbers?.histogram = Histogram(
                minimum: numbers.minimum, maximum: numbers.maximum, counts: Array(repeating: 0, count: Self.binCount))
            bins.append((i, numbers.minimum, scale))
            // The largest value falls into a bin of its own, one too many; NaN fails the cast.
            let value = numbers.infinite > 0 || column.kind == .timestamp ? column.number : "CAST(\(column.sql) AS DOUBLE)"
            expressions.append((i, "TRY_CAST(floor((\(value) - \(SQL.number(numbers.minimum))) * \(SQL.number(scale))) AS UTINYINT)"))
        }
        guard !expressions.isEmpty else { return }
        let answer = try Answer(engine, long.map { HistogramReader.select(bins, in: $0) } ?? ValueCounts.counting(expressions, in: relation))
        for row in 0..<answer.rowCount {
            let (i, bin) = (answer.count(row, 0), min(answer.count(row, 1), Self.binCount - 1))
            guard profiles.indices.contains(i), bin >= 0 else { continue }
            profiles[i].numbers?.histogram?.counts[bin] += answer.count(row, 2)
        }
    }

    private static func select(_ bins: [(position: Int, minimum: Double, scale: Double)], in long: String) -> String {
        let lists = [bins.map { "\($0.position)" }, bins.map { SQL.number($0.minimum) }, bins.map { SQL.number($0.scale) }]
        let columns = zip(lists, ["i", "low", "scale"]).map { "unnest([\($0.joined(separator: ", "))]) AS \($1)" }
        return """
            SELECT i, v, count(*) AS n FROM (
                SELECT i, TRY_CAST(floor((v - low) * scale) AS UTINYINT) AS v FROM \(long) JOIN (SELECT \(columns.joined(separator: ", "))) USING (i))
            WHERE v IS NOT NULL GROUP BY i, v
            """
    }
}
