internal import Database
internal import Digests
internal import Support

/// The rows of a query against a file of SQLite, which others may go on writing to; with a watermark only those beyond the last that came.
///
/// SQLite's columns have no types, only its values: a column of whole numbers is one of whole numbers, of any numbers one of doubles, and all else text.
struct SQLiteConnector: Connector {
    let source: String
    /// The file.
    let path: String
    let place: QueryPlace
    let updates: Bool

    func fetch(since state: JSONValue, _ work: FetchWork) throws(MartletError) -> Fetched {
        let isSame = state["query"].text == digest
        let database = try open()
        let answer = try database.read { session throws in
            try FetchedRows(session, place, since: isSame ? state["watermark"] : .null, updates: updates, csv: "\(work.folder)/rows.csv")
        }
        let rows = try QueryRows(answer.columns(before: isSame ? state["columns"] : .null))
        if isSame { try rows.requireSame(as: state["columns"], source: source) }
        var next: JSONValue = ["query": .string(digest), "columns": rows.json]
        if place.watermark != nil { next["watermark"] = answer.watermark.isNull && isSame ? state["watermark"] : answer.watermark }
        let isWhole = !isSame || place.watermark == nil
        guard answer.count > 0 else { return Fetched(files: [], state: isSame ? state : next, isWhole: isWhole) }
        let parquet = "\(work.folder)/rows.parquet"
        let count = try rows.write("\(work.folder)/rows.csv", to: parquet, engine: work.engine())
        return Fetched(
            files: [Fetched.File(name: "rows.parquet", path: parquet, rows: count)], state: next,
            newest: answer.watermark.text.flatMap { Timestamp($0) }, isWhole: isWhole)
    }

    func probe(_: FetchWork) throws(MartletError) -> String {
        let names = try open().read { try $0.columnNames(of: place.bare) }
        return "It opens; the query has \(names.count) columns: \(names.prefix(20).joined(separator: ", "))\(names.count > 20 ? ", ..." : "")."
    }

    private func open() throws(MartletError) -> SQLiteSnapshot {
        do { return try SQLiteSnapshot(path: path) } catch {
            guard error.code != .notFound else { throw error }
            throw MartletError(error.code, "\(path) cannot be read as a database of SQLite.", cause: error.cause ?? error.message)
        }
    }

    private var digest: String { Digest(of: "\(place.query)\n\(place.watermark ?? "")").short }
}

/// The rows of a query of SQLite, written as CSV, and what was seen of the columns meanwhile.
private struct FetchedRows: Sendable {
    private enum Seen: Int, Sendable { case nothing, whole, number, text }

    private var names: [String]
    private var seen: [Seen]
    private(set) var count = 0
    /// The greatest one; null where there are no rows.
    private(set) var watermark: JSONValue = .null

    init(_ session: SQLSession, _ place: QueryPlace, since last: JSONValue, updates: Bool, csv: String) throws {
        names = try session.columnNames(of: place.bare)
        seen = names.map { _ in .nothing }
        var query = "SELECT * FROM (\(place.bare)\n)"
        var arguments: [SQLValue] = []
        if let column = place.watermark {
            let name = "\"\(column.replacing("\"", with: "\"\""))\""
            watermark = try session.row("SELECT max(\(name)) AS mark FROM (\(place.bare)\n)").map { FetchedRows.json($0["mark"]) } ?? .null
            query += " WHERE \(name) IS NOT NULL"
            if !last.isNull {
                query += " AND \(name) \(updates ? ">=" : ">") ?"
                arguments.append(last.text.map { SQLValue($0) } ?? last.int.map { SQLValue($0) } ?? SQLValue(last.double ?? 0))
            }
            query += " ORDER BY \(name)"
        }
        try write(session, query, arguments, try CSVWriter(csv))
    }

    private mutating func write(_ session: SQLSession, _ query: String, _ arguments: [SQLValue], _ writer: CSVWriter) throws {
        var (count, seen) = (0, seen)
        try session.scan(query, arguments) { row in
            var values: [String?] = []
            for i in seen.indices {
                if let whole = row.integer(i) {
                    values.append(String(whole))
                    seen[i] = seen[i].rawValue < Seen.whole.rawValue ? .whole : seen[i]
                } else if let number = row.double(i) {
                    values.append("\(number)")
                    seen[i] = seen[i].rawValue < Seen.number.rawValue ? .number : seen[i]
                } else if let text = row.text(i) {
                    values.append(text)
                    seen[i] = .text
                } else {
                    values.append(nil)
                }
            }
            count += 1
            try writer.write(values)
        }
        try writer.finish()
        (self.count, self.seen) = (count, seen)
    }

    /// The columns with their types. One without values, or with whole numbers where doubles came before, has the type that it had.
    func columns(before: JSONValue) -> [QueryRows.Column] {
        zip(names, seen).map { name, seen in
            let known = before[name].text
            switch seen {
            case .nothing: return QueryRows.Column(name: name, type: known ?? "VARCHAR")
            case .whole: return QueryRows.Column(name: name, type: known == "DOUBLE" || known == "VARCHAR" ? known ?? "" : "BIGINT")
            case .number: return QueryRows.Column(name: name, type: known == "VARCHAR" ? "VARCHAR" : "DOUBLE")
            case .text: return QueryRows.Column(name: name, type: "VARCHAR")
            }
        }
    }

    private static func json(_ value: SQLValue) -> JSONValue {
        switch value {
        case .null: .null
        case .integer(let whole): .integer(whole)
        case .real(let number): .number(number)
        case .text(let text): .string(text)
        }
    }
}
