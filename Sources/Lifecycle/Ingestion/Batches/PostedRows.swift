internal import DuckDB
internal import Support
internal import Tables

/// Rows that somebody sent, on their way to a Parquet file with the columns that came before, and new ones behind them.
struct PostedRows {
    let engine: DuckDB
    /// The file.
    let path: String
    let isParquet: Bool

    /// The largest row, in bytes.
    private static let largest = 16 << 20

    /// Writes them as Parquet.
    /// - Parameter before: names and types of the columns that came before.
    /// - Returns: names and types of all columns now.
    /// - Throws: `invalidInput` for what is no table, and for values that their column cannot hold.
    func write(_ before: JSONValue, to parquet: String) throws(MartletError) -> JSONValue {
        var columns = before
        let there = try described()
        for (name, type) in there { columns[name] = .string(PostedRows.joined(before[name].text, type)) }
        do { try engine.execute("COPY (\(select(columns, there.map(\.name)))) TO \(SQL.text(parquet)) (FORMAT parquet, COMPRESSION zstd)") } catch {
            guard error.code == .invalidInput else { throw error }
            throw MartletError(
                .invalidInput, "A value does not go with what its column held before. Nothing was kept. Correct the rows.",
                cause: error.cause ?? error.message)
        }
        return columns
    }

    /// Names and types as the rows alone have them.
    private func described() throws(MartletError) -> [(name: String, type: String)] {
        let read = isParquet ? "read_parquet(\(SQL.text(path)))" : PostedRows.json(path, "auto_detect=true")
        let answer: Table
        do { answer = try engine.query("SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM \(read))") } catch {
            guard error.code == .invalidInput else { throw error }
            throw MartletError(
                .invalidInput, isParquet ? "That is no Parquet file." : "That is not one JSON object a line.", cause: error.cause ?? error.message)
        }
        return (0..<answer.rowCount).map { (answer.columns[0].category($0) ?? "", PostedRows.plain(answer.columns[1].category($0) ?? "")) }
    }

    private func select(_ columns: JSONValue, _ there: [String]) -> String {
        let typed = columns.members.filter { there.contains($0.key) }
        let list = typed.map { "CAST(\(SQL.name($0.key)) AS \($0.value.text ?? "VARCHAR")) AS \(SQL.name($0.key))" }.joined(separator: ", ")
        guard !isParquet else { return "SELECT \(list) FROM read_parquet(\(SQL.text(path)))" }
        // Read as what they are to be, so that a text stays as it was written.
        let types = typed.map { "\(SQL.text($0.key)): \(SQL.text($0.value.text ?? "VARCHAR"))" }.joined(separator: ", ")
        return "SELECT \(list) FROM \(PostedRows.json(path, "columns={\(types)}"))"
    }

    private static func json(_ path: String, _ options: String) -> String {
        "read_json(\(SQL.text(path)), format='newline_delimited', records=true, sample_size=-1, maximum_object_size=\(largest), compression='none', \(options))"
    }

    /// A type as a column keeps it: what has parts, and what the engine calls JSON, is text.
    private static func plain(_ type: String) -> String {
        switch type {
        case "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER": "BIGINT"
        case "FLOAT", "DOUBLE", "UBIGINT", "HUGEINT", "UHUGEINT": "DOUBLE"
        case "BOOLEAN", "DATE": type
        case _ where type.hasPrefix("DECIMAL"): "DOUBLE"
        case _ where type.hasPrefix("TIMESTAMP"): type.contains("TIME ZONE") ? "TIMESTAMP WITH TIME ZONE" : "TIMESTAMP"
        case "JSON": "NULL"
        default: "VARCHAR"
        }
    }

    /// What holds both what came before and what comes now: doubles hold whole numbers, and a column without values holds anything.
    private static func joined(_ before: String?, _ now: String) -> String {
        guard let before else { return now == "NULL" ? "VARCHAR" : now }
        return before == "BIGINT" && now == "DOUBLE" ? "DOUBLE" : before
    }
}
