package import DuckDB
package import Support
package import Tables

/// The rows that rules left out, with the reason: gathered in tables of the engine, written as one file. Their values are kept as texts, because
/// rules may change what a column holds.
package struct LeftOutRows: Sendable {
    /// Of what one rule leaves out, so many rows are kept; all of them are counted.
    package static let most = 100_000

    /// The columns beside the rows' own: the rule, the reason and the row's place among the rows that the rule saw, from 1.
    package static let marks = ["martlet_rule", "martlet_reason", "martlet_place"]

    private static let prefix = "martlet_left_out_"

    let engine: DuckDB

    /// Forgets what an earlier preparation gathered.
    func begin() throws(MartletError) {
        for table in try tables() { try engine.execute("DROP TABLE IF EXISTS \(SQL.name(table))") }
    }

    /// Keeps the answer of a SELECT with the columns `martlet_place` and `martlet_reason` beside the rows' own.
    /// - Parameters:
    ///   - rule: the word of the rule.
    ///   - name: what tells the rule and the source apart from others.
    /// - Returns: how many rows are kept now.
    @discardableResult
    func add(_ select: String, rule: String, name: String) throws(MartletError) -> Int {
        let table = SQL.name(LeftOutRows.prefix + name)
        try engine.execute(
            "CREATE OR REPLACE TABLE \(table) AS SELECT \(SQL.text(rule)) AS martlet_rule, CAST(martlet_reason AS VARCHAR) AS martlet_reason, "
                + "CAST(martlet_place AS BIGINT) AS martlet_place, CAST(COLUMNS(* EXCLUDE (martlet_place, martlet_reason)) AS VARCHAR) "
                + "FROM (\(select)) ORDER BY martlet_place LIMIT \(LeftOutRows.most)")
        let kept = try Answer(engine, "SELECT count(*) FROM \(table)").count(0, 0)
        if kept == 0 { try engine.execute("DROP TABLE \(table)") }
        return kept
    }

    /// The first reasons that a rule gave, with the places of their rows.
    func examples(_ name: String, limit: Int) throws(MartletError) -> [(place: Int, reason: String)] {
        guard try tables().contains(LeftOutRows.prefix + name) else { return [] }
        let answer = try Answer(
            engine, "SELECT martlet_place, martlet_reason FROM \(SQL.name(LeftOutRows.prefix + name)) ORDER BY martlet_place LIMIT \(limit)")
        return (0..<answer.rowCount).map { (answer.count($0, 0), answer.text($0, 1)) }
    }

    /// Writes all that was gathered.
    /// - Returns: nil where no row was left out; nothing is written then.
    func write(to path: String) throws(MartletError) -> PreparedData.Part? {
        let selects = try tables().map { "SELECT * FROM \(SQL.name($0))" }
        guard !selects.isEmpty else { return nil }
        let rows = selects.joined(separator: " UNION ALL BY NAME ")
        let described = try engine.query("SELECT column_name FROM (DESCRIBE \(rows))")
        let columns = (0..<described.rowCount).compactMap { described.columns[0].category($0) }.map {
            TypedColumn($0, $0 == "martlet_place" ? .integer : .text)
        }
        try engine.execute(
            PreparedFile.writing("SELECT *, row_number() OVER () - 1 AS \(PreparedData.rowColumn) FROM (\(rows))", columns: columns, to: path))
        let count = try Answer(engine, "SELECT count(*) FROM read_parquet(\(SQL.text(path)))").count(0, 0)
        return PreparedData.Part(split: DatasetVersion.leftOutSplit, path: path, rows: count)
    }

    /// The first rows of a written file, without their numbers in it.
    package static func first(_ limit: Int, of path: String, engine: DuckDB) throws(MartletError) -> Table {
        try engine.query(
            "SELECT * EXCLUDE (\(PreparedData.rowColumn)) FROM read_parquet(\(SQL.text(path))) ORDER BY \(PreparedData.rowColumn) LIMIT \(max(0, limit))"
        )
    }

    private func tables() throws(MartletError) -> [String] {
        let answer = try Answer(
            engine, "SELECT table_name FROM duckdb_tables() WHERE starts_with(table_name, \(SQL.text(LeftOutRows.prefix))) ORDER BY table_name")
        return (0..<answer.rowCount).map { answer.text($0, 0) }
    }
}
