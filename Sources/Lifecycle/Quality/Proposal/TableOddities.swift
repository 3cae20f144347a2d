package import DuckDB
package import Support
package import Tables

/// What looks odd in a table as it was read: spaces at the ends of values, texts that mean a missing value, ends that all values share, rare classes.
package enum TableOddities {
    /// Texts that stand for a missing value in many files.
    private static let markers = [
        "?", "NA", "N/A", "n/a", "NaN", "nan", "null", "NULL", "None", "none", "-", "--", ".", "#N/A", "missing", "unknown", "Unknown", "",
    ]
    /// A category in a smaller share of the rows is rare.
    private static let rare = 0.005

    /// - Parameter relation: what stands after FROM.
    package static func sentences(relation: String, columns: [TypedColumn], engine: DuckDB) throws(MartletError) -> [String] {
        var sentences: [String] = []
        for column in columns where column.kind == .text { sentences += try text(column.name, relation, engine) }
        for column in columns where column.kind == .text || column.kind == .integer { sentences += try categories(column.name, relation, engine) }
        return sentences
    }

    private static func text(_ column: String, _ relation: String, _ engine: DuckDB) throws(MartletError) -> [String] {
        let grouped = "(SELECT \(SQL.name(column)) AS v, count(*) AS n FROM \(relation) WHERE \(SQL.name(column)) IS NOT NULL GROUP BY v)"
        let trimmed = SQL.trimmed("v")
        let facts = try Answer(
            engine,
            """
            SELECT sum(n)::DOUBLE, coalesce(sum(n) FILTER (WHERE v <> \(trimmed)), 0)::DOUBLE, count(DISTINCT right(\(trimmed), 1))::DOUBLE,
                min(right(\(trimmed), 1)), count(*)::DOUBLE
            FROM \(grouped)
            """)
        let all = facts.count(0, 0)
        guard all > 0 else { return [] }
        var sentences: [String] = []
        let spaced = facts.count(0, 1)
        if spaced > 0 {
            sentences.append("\(column): \(spaced) of \(all) values begin or end with white space. data.clean: [{trim: [\(column)]}] removes it.")
        }
        let marked = try Answer(
            engine,
            "SELECT \(trimmed) AS m, sum(n)::DOUBLE FROM \(grouped) WHERE \(trimmed) IN \(SQL.texts(markers)) GROUP BY m ORDER BY 2 DESC, m")
        for row in 0..<marked.rowCount where marked.count(row, 1) < all {
            let marker = JSONValue.string(marked.text(row, 0)).compact
            sentences.append(
                "\(column): \(marked.count(row, 1)) values are \(marker), which seems to mean a missing value. data.source.missing: [\(marker)] says so."
            )
        }
        let end = facts.text(0, 3)
        if facts.count(0, 2) == 1, facts.count(0, 4) > 1, let last = end.unicodeScalars.first, !last.properties.isAlphabetic,
            !("0"..."9").contains(last)
        {
            sentences.append(
                "\(column): every value ends in “\(end)”. data.clean: [{strip_suffix: {\(column): \(JSONValue.string(end).compact)}}] removes it.")
        }
        return sentences
    }

    private static func categories(_ column: String, _ relation: String, _ engine: DuckDB) throws(MartletError) -> [String] {
        let name = SQL.name(column)
        let counts = try Answer(
            engine,
            "SELECT CAST(\(name) AS VARCHAR), count(*)::DOUBLE FROM \(relation) WHERE \(name) IS NOT NULL GROUP BY \(name) ORDER BY 2, 1 LIMIT 13")
        guard (2...12).contains(counts.rowCount) else { return [] }
        let all = (0..<counts.rowCount).reduce(0) { $0 + counts.count($1, 1) }
        let few = (0..<counts.rowCount).filter { Double(counts.count($0, 1)) < rare * Double(all) && $0 < counts.rowCount }
        guard all >= 200, !few.isEmpty, few.count < counts.rowCount else { return [] }
        let shown = few.map { "“\(counts.text($0, 0))” (\(counts.count($0, 1)))" }.joined(separator: ", ")
        return ["\(column): rare among \(all) rows: \(shown)."]
    }
}
