internal import DuckDB
internal import Support
internal import Tables

/// What is done with the rows of a batch before it is kept, by the engine, from Parquet to Parquet.
struct BatchRows {
    let engine: DuckDB
    /// The columns that tell rows apart.
    let key: [String]

    /// The keys of the rows of a file, each as 32 hexadecimal digits; nil for a row that lacks a part of its key.
    /// - Throws: `invalidInput` where the file lacks a column of the key.
    func keys(of path: String) throws(MartletError) -> [String?] {
        try requireKey(path)
        let answer = try engine.query("SELECT \(hash) AS k FROM \(BatchRows.read(path)) ORDER BY file_row_number")
        return (0..<answer.rowCount).map { answer.columns[0].category($0) }
    }

    /// Writes the rows of a file with these numbers, counted from 0.
    func keep(_ numbers: [Int], of path: String, to target: String) throws(MartletError) {
        let list = numbers.map(String.init).joined(separator: ", ")
        try write(
            "SELECT * EXCLUDE (file_row_number) FROM \(BatchRows.read(path)) WHERE file_row_number IN (SELECT unnest([\(list)]::BIGINT[])) ORDER BY file_row_number",
            to: target)
    }

    /// Writes what there is after a batch: its rows, of one key the last, and the earlier ones whose key it does not have.
    /// - Returns: the number of rows.
    func update(_ before: [String], with path: String, to target: String) throws(MartletError) -> Int {
        try requireKey(path)
        let last =
            "SELECT *, file_row_number AS martlet_order FROM \(BatchRows.read(path)) QUALIFY row_number() OVER (PARTITION BY \(names) ORDER BY file_row_number DESC) = 1"
        let new = "SELECT * EXCLUDE (file_row_number, martlet_order) FROM (\(last)) ORDER BY martlet_order"
        guard !before.isEmpty else {
            try write(new, to: target)
            return try count(target)
        }
        let files = "read_parquet([\(before.map(SQL.text).joined(separator: ", "))])"
        let known = key.map { "n.\(SQL.name($0)) IS NOT DISTINCT FROM o.\(SQL.name($0))" }.joined(separator: " AND ")
        let old = "SELECT * FROM \(files) AS o WHERE NOT EXISTS (SELECT 1 FROM \(BatchRows.read(path)) AS n WHERE \(known))"
        try write("(\(old)) UNION ALL BY NAME (\(new))", to: target)
        return try count(target)
    }

    /// Writes the rows of several files behind one another. A column that some lack is missing there.
    func join(_ paths: [String], to target: String) throws(MartletError) {
        try write("SELECT * FROM read_parquet([\(paths.map(SQL.text).joined(separator: ", "))], union_by_name=true)", to: target)
    }

    func count(_ path: String) throws(MartletError) -> Int { try Answer(engine, "SELECT count(*) FROM read_parquet(\(SQL.text(path)))").count(0, 0) }

    private func requireKey(_ path: String) throws(MartletError) {
        let there = try engine.query("SELECT * FROM read_parquet(\(SQL.text(path))) LIMIT 0").columns.map(\.name)
        for name in key where !there.contains(name) {
            throw MartletError(.invalidInput, "The rows have no column “\(name)”, which is their key.\(didYouMean(name, among: there))")
        }
    }

    private var names: String { key.map(SQL.name).joined(separator: ", ") }

    private var hash: String {
        let missing = key.map { "\(SQL.name($0)) IS NULL" }.joined(separator: " OR ")
        return
            "CASE WHEN \(missing) THEN NULL ELSE md5(CAST([\(key.map { "CAST(\(SQL.name($0)) AS VARCHAR)" }.joined(separator: ", "))] AS VARCHAR)) END"
    }

    private static func read(_ path: String) -> String { "read_parquet(\(SQL.text(path)), file_row_number=true)" }

    private func write(_ select: String, to target: String) throws(MartletError) {
        try engine.execute("COPY (\(select)) TO \(SQL.text(target)) (FORMAT parquet, COMPRESSION zstd)")
    }
}
