internal import DuckDB
internal import Support
internal import Tables

/// Rows that somebody sent, on their way to a Parquet file with the columns that came before, and new ones behind them.
struct PostedRows {
    let engine: DuckDB
    /// The file.
    let path: String
    let isParquet: Bool
    /// The columns that tell rows apart: they keep their types.
    let key: [String]

    /// The largest row, in bytes.
    private static let largest = 16 << 20

    /// Writes them as Parquet.
    /// - Parameter before: names and types of the columns that came before.
    /// - Returns: names and types of all columns now.
    /// - Throws: `invalidInput` for what is no table, and for values that their column cannot hold.
    func write(_ before: JSONValue, to parquet: String) throws(MartletError) -> JSONValue {
        var columns = before
        let there = try described()
        try requireNames(there.map(\.name))
        for (name, type) in there {
            let joined = PostedRows.joined(before[name].text, type)
            guard let joined, !key.contains(name) || before[name].text == nil || before[name].text == joined else {
                throw MartletError(
                    .invalidInput, "“\(name)” held \(before[name].text ?? "") before, and holds \(type) now. Nothing was kept. Correct the rows.")
            }
            columns[name] = .string(joined)
        }
        do { try engine.execute("COPY (\(select(columns, there.map(\.name)))) TO \(SQL.text(parquet)) (FORMAT parquet, COMPRESSION zstd)") } catch {
            guard error.code == .invalidInput else { throw error }
            throw MartletError(
                .invalidInput, "A value does not go with what its column held before. Nothing was kept. Correct the rows.",
                cause: plain(words: error))
        }
        return columns
    }

    /// The engine does not tell names apart that differ in the size of letters only, and has a meaning for one of them.
    private func requireNames(_ names: [String]) throws(MartletError) {
        let small = names.map { $0.lowercased() }
        if let i = small.indices.first(where: { small[..<$0].contains(small[$0]) }) {
            throw MartletError(.invalidInput, "Two columns are called “\(names[i])”, if large and small letters count the same. Rename one.")
        }
        if small.contains("file_row_number") { throw MartletError(.invalidInput, "The name “file_row_number” is taken. Rename the column.") }
    }

    /// Names and types as the rows alone have them.
    private func described() throws(MartletError) -> [(name: String, type: String)] {
        let read = isParquet ? "read_parquet(\(SQL.text(path)))" : PostedRows.json(path, "auto_detect=true")
        let answer: Table
        do { answer = try engine.query("SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM \(read))") } catch {
            guard error.code == .invalidInput else { throw error }
            throw MartletError(
                .invalidInput, isParquet ? "That is no Parquet file." : "That is not one JSON object a line.", cause: plain(words: error))
        }
        return (0..<answer.rowCount).map { (answer.columns[0].category($0) ?? "", PostedRows.plain(answer.columns[1].category($0) ?? "")) }
    }

    /// What the engine says, without the place of the file, which is nothing to whoever sent it.
    private func plain(words error: MartletError) -> String {
        let words = (error.cause ?? error.message).replacing(path, with: "rows")
        return String(words.prefix { !$0.isNewline })
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
        "read_json(\(SQL.text(path)), format='newline_delimited', records=true, sample_size=-1, maximum_object_size=\(largest), compression='none', map_inference_threshold=-1, field_appearance_threshold=0, \(options))"
    }

    /// A type as a column keeps it: what has parts, and what the engine calls JSON, is text.
    private static func plain(_ type: String) -> String {
        switch type {
        case "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER": "BIGINT"
        case "FLOAT", "DOUBLE": "DOUBLE"
        case "BOOLEAN", "DATE": type
        case _ where type.hasPrefix("DECIMAL"): "DOUBLE"
        case _ where type.hasPrefix("TIMESTAMP"): type.contains("TIME ZONE") ? "TIMESTAMP WITH TIME ZONE" : "TIMESTAMP"
        case "JSON": "NULL"
        default: "VARCHAR"
        }
    }

    /// What holds both what came before and what comes now: doubles hold whole numbers, texts hold what JSON wrote as text, and a column without
    /// values holds anything. Nil where a value would become another one.
    private static func joined(_ before: String?, _ now: String) -> String? {
        guard let before else { return now == "NULL" ? "VARCHAR" : now }
        switch (before, now) {
        case ("BIGINT", "DOUBLE"): return "DOUBLE"
        case (before, before), (_, "NULL"), ("VARCHAR", _), ("DOUBLE", "BIGINT"), ("TIMESTAMP", "DATE"), ("TIMESTAMP WITH TIME ZONE", "DATE"),
            ("TIMESTAMP WITH TIME ZONE", "TIMESTAMP"):
            return before
        default: return nil
        }
    }
}
