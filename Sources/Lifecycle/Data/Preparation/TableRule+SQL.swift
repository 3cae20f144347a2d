import DuckDB
import Support
import Tables

extension TableRule {
    /// Applies the rule to a table of the engine, in place.
    /// - Returns: the rows before and after.
    /// - Throws: `invalidInput` with the engine's words as cause.
    func apply(to table: String, engine: DuckDB, place: SourcePlace?) throws(MartletError) -> PreparedData.TableRuleOutcome {
        let before = try TableRule.count(table, engine)
        do {
            try engine.execute(
                "CREATE OR REPLACE TABLE martlet_table_rule AS \(try select(from: SQL.name(table), engine)); DROP TABLE \(SQL.name(table)); "
                    + "ALTER TABLE martlet_table_rule RENAME TO \(SQL.name(table))")
        } catch {
            guard error.code == .invalidInput else { throw error }
            throw MartletError(
                .invalidInput, "The table rule “\(word)” cannot be run. Correct it.", place: place, cause: error.cause ?? error.message)
        }
        let after = try TableRule.count(table, engine)
        guard after > 0 else { throw MartletError(.invalidInput, "The table rule “\(word)” leaves no rows. Correct it.", place: place) }
        return PreparedData.TableRuleOutcome(rule: self, rowsBefore: before, rowsAfter: after)
    }

    private var word: String {
        switch self {
        case .deduplicate: "deduplicate"
        case .filter: "filter"
        case .sql: "sql"
        }
    }

    private func select(from table: String, _ engine: DuckDB) throws(MartletError) -> String {
        switch self {
        case .deduplicate(let names):
            let key = names.map { $0.map(SQL.name).joined(separator: ", ") } ?? "ALL"
            let first =
                names == nil
                ? "SELECT min(r) FROM (SELECT *, rowid AS r FROM \(table)) GROUP BY \(try TableRule.columns(table, engine))"
                : "SELECT min(rowid) FROM \(table) GROUP BY \(key)"
            return "SELECT * FROM \(table) WHERE rowid IN (\(first)) ORDER BY rowid"
        case .filter(let condition): return "SELECT * FROM \(table) WHERE (\(condition)\n)"
        case .sql(let text):
            var query = text[...]
            while let last = query.last, last.isWhitespace || last == ";" { query.removeLast() }
            return "WITH data AS (SELECT * FROM \(table)) SELECT * FROM (\(query)\n)"
        }
    }

    private static func columns(_ table: String, _ engine: DuckDB) throws(MartletError) -> String {
        let described = try engine.query("SELECT column_name FROM (DESCRIBE \(table))")
        return (0..<described.rowCount).compactMap { described.columns[0].category($0).map(SQL.name) }.joined(separator: ", ")
    }

    private static func count(_ table: String, _ engine: DuckDB) throws(MartletError) -> Int {
        Int(try engine.query("SELECT count(*) AS n FROM \(SQL.name(table))").columns.first?.numbers?.first ?? 0)
    }
}
