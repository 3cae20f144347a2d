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
        try load(path, columns: names, rest: "", engine: engine)
    }

    /// Some of the rows: always the same ones, spread over the whole file, in no order that means anything.
    /// - Throws: `notFound` for an unknown column, with the nearest name.
    package static func sample(_ path: String, columns names: [String], rows: Int, engine: DuckDB) throws(MartletError) -> Table {
        // The numbers of the rows are scattered by a multiplication (Knuth), which needs no generator of random numbers that may change.
        try load(
            path, columns: names,
            rest: " ORDER BY \(PreparedData.rowColumn)::HUGEINT * 2654435761 % 4294967296, \(PreparedData.rowColumn) LIMIT \(rows)",
            engine: engine)
    }

    private static func load(_ path: String, columns names: [String]?, rest: String, engine: DuckDB) throws(MartletError) -> Table {
        let kinds = try kinds(of: path, engine)
        for name in names ?? [] where name != PreparedData.rowColumn && !kinds.isEmpty && kinds[name] == nil {
            throw MartletError(.notFound, "The data has no column “\(name)”.\(didYouMean(name, among: kinds.keys.sorted()))")
        }
        let wanted = names.map { $0.map(SQL.name).joined(separator: ", ") } ?? "* EXCLUDE (\(PreparedData.rowColumn))"
        let table = try engine.query("SELECT \(wanted) FROM read_parquet(\(SQL.text(path)))\(rest)")
        var columns = table.columns
        for i in columns.indices {
            if let kind = kinds[columns[i].name], kind.isNumeric == columns[i].kind.isNumeric { columns[i].kind = kind }
        }
        return try Table(columns)
    }

    /// The numbers of the rows (`PreparedData.rowColumn`) that hold a fitting value in one of some columns. Columns that the file does not have
    /// are passed over; values are compared as text, as `Column.category` writes them.
    package static func rows(
        of path: String, in names: [String], engine: DuckDB, where fits: (_ column: String, _ value: String) -> Bool
    ) throws(MartletError) -> [Int] {
        let kinds = try kinds(of: path, engine)
        let known = names.filter { kinds[$0] != nil }
        guard !known.isEmpty else { return [] }
        let table = try load(path, columns: known + [PreparedData.rowColumn], engine: engine)
        let numbers = try table.column(PreparedData.rowColumn).numbers ?? []
        let columns = known.compactMap { table[$0] }
        return (0..<table.rowCount).filter { row in columns.contains { column in column.category(row).map { fits(column.name, $0) } ?? false } }.map {
            Int(numbers[$0])
        }
    }

    /// Writes a file anew without some rows.
    /// - Parameter rows: their numbers.
    package static func write(_ path: String, without rows: [Int], to new: String, engine: DuckDB) throws(MartletError) {
        let columns = try kinds(of: path, engine).sorted { $0.key < $1.key }.map { TypedColumn($0.key, $0.value) }
        let list = rows.map(String.init).joined(separator: ", ")
        let select = "SELECT * FROM read_parquet(\(SQL.text(path))) WHERE \(PreparedData.rowColumn) NOT IN (\(list))"
        try engine.execute(writing(select, columns: columns, to: new))
    }

    /// The texts that stand in the named rows only, over all files of a dataset: what tells of nobody else.
    /// - Parameter files: each with the numbers of the rows.
    package static func ownTexts(_ columns: [String], in files: [(path: String, rows: [Int])], engine: DuckDB) throws(MartletError) -> [String] {
        var texts: [String] = []
        for column in columns {
            let name = SQL.name(column)
            let all = files.map { file in
                let gone = file.rows.isEmpty ? "false" : "\(PreparedData.rowColumn) IN (\(file.rows.map(String.init).joined(separator: ", ")))"
                return "SELECT \(name) AS v, \(gone) AS gone FROM read_parquet(\(SQL.text(file.path)))"
            }
            let sql = "SELECT v FROM (\(all.joined(separator: " UNION ALL "))) WHERE v IS NOT NULL GROUP BY v HAVING bool_and(gone) ORDER BY v"
            let found = try engine.query(sql).columns.first
            texts += (0..<(found?.count ?? 0)).compactMap { found?.category($0) }
        }
        return texts
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
