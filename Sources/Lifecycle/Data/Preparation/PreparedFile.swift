package import DuckDB
package import Support
package import Tables

/// A Parquet file that `Preparation` wrote. The kinds of its columns lie in its metadata.
package enum PreparedFile {
    private static let kindsKey = "martlet_kinds"

    /// The rows of a file, in its order, without the row numbers.
    /// - Parameter names: the columns; nil is all.
    /// - Throws: `notFound` for an unknown column, with the nearest name.
    package static func load(_ path: String, columns names: [String]? = nil, engine: DuckDB) throws(MartletError) -> Table {
        let kinds = try kinds(of: path, engine)
        for name in names ?? [] where name != PreparedData.rowColumn && !kinds.isEmpty && kinds[name] == nil {
            throw MartletError(.notFound, "The data has no column “\(name)”.\(didYouMean(name, among: kinds.keys.sorted()))")
        }
        let wanted = names.map { $0.map(SQL.name).joined(separator: ", ") } ?? "* EXCLUDE (\(PreparedData.rowColumn))"
        let table = try engine.query("SELECT \(wanted) FROM read_parquet(\(SQL.text(path)))")
        var columns = table.columns
        for i in columns.indices {
            if let kind = kinds[columns[i].name], kind.isNumeric == columns[i].kind.isNumeric { columns[i].kind = kind }
        }
        return try Table(columns)
    }

    /// The statement that writes the answer of a SELECT.
    static func writing(_ select: String, columns: [TypedColumn], to path: String) -> String {
        let kinds = JSONValue.object(columns.map { JSONValue.Member($0.name, .string($0.kind.rawValue)) }).compact
        return "COPY (\(select)) TO \(SQL.text(path)) (FORMAT parquet, COMPRESSION zstd, KV_METADATA {\(kindsKey): \(SQL.text(kinds))})"
    }

    private static func kinds(of path: String, _ engine: DuckDB) throws(MartletError) -> [String: ColumnKind] {
        let sql = "SELECT decode(value) AS v FROM parquet_kv_metadata(\(SQL.text(path))) WHERE decode(key) = '\(kindsKey)'"
        guard let text = try engine.query(sql).columns.first?.text, let json = text.dictionary.first else { return [:] }
        let members = try JSONValue(parsing: Array(json.utf8)).members
        return Dictionary(members.compactMap { member in member.value.text.flatMap(ColumnKind.init).map { (member.key, $0) } }) { first, _ in first }
    }
}
