internal import Digests
internal import PostgreSQL
internal import Support

/// The rows of a query against PostgreSQL; with a watermark only those beyond the last that came. Everything is read in one transaction that sees one
/// state of the database.
struct PostgreSQLConnector: Connector {
    let source: String
    let address: String
    let place: QueryPlace
    /// Whether rows with a known key replace the earlier ones, so that those with the last watermark are asked for again: others may have
    /// been committed with it since.
    let updates: Bool

    func fetch(since state: JSONValue, _ work: FetchWork) throws(MartletError) -> Fetched {
        let connection = try PostgreSQLConnection(address)
        let rows = try QueryRows(connection.columns(of: place.bare).map { QueryRows.Column(name: $0.name, type: $0.duckDBType) })
        let isSame = state["query"].text == digest
        if isSame { try rows.requireSame(as: state["columns"], source: source) }
        var next: JSONValue = ["query": .string(digest), "columns": rows.json]
        var query = place.bare
        var newest: Timestamp?
        if let watermark = place.watermark {
            let mark = try mark(watermark, connection)
            let last = isSame ? state["watermark"].text : nil
            guard let value = mark.value else { return Fetched(files: [], state: isSame ? state : next, isWhole: !isSame) }
            if value == last, !updates { return Fetched(files: [], state: state, newest: mark.moment) }
            query = bounded(watermark, mark.type, above: last, upTo: value)
            next["watermark"] = .string(value)
            newest = mark.moment
        }
        let file = try copy(query, rows, connection, work)
        guard file.rows != 0 || !isSame || place.watermark == nil else { return Fetched(files: [], state: next, newest: newest) }
        return Fetched(files: file.rows == 0 ? [] : [file], state: next, newest: newest, isWhole: !isSame || place.watermark == nil)
    }

    func probe(_: FetchWork) throws(MartletError) -> String {
        let connection = try PostgreSQLConnection(address)
        let columns = try connection.columns(of: place.bare)
        if let watermark = place.watermark { _ = try mark(watermark, connection) }
        return
            "It answers; the query has \(columns.count) columns: \(columns.prefix(20).map(\.name).joined(separator: ", "))\(columns.count > 20 ? ", ..." : "")."
    }

    private var digest: String { Digest(of: "\(place.query)\n\(place.watermark ?? "")").short }

    /// The greatest watermark, as a text that PostgreSQL reads back, and its type.
    private func mark(
        _ column: String, _ connection: PostgreSQLConnection
    ) throws(MartletError) -> (value: String?, type: String, moment: Timestamp?) {
        let name = PostgreSQLConnection.quote(identifier: column)
        let sql = """
            SELECT max(\(name))::text, max(pg_typeof(\(name))::text), CASE WHEN max(pg_typeof(\(name))::text) LIKE 'timestamp%' THEN
            to_char(max(\(name))::text::timestamptz AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') END FROM (\(place.bare)\n) AS martlet_query
            """
        let row = try connection.rows(sql).rows.first ?? []
        return (row.first ?? nil, row.count > 1 ? row[1] ?? "text" : "text", row.count > 2 ? row[2].flatMap { Timestamp($0) } : nil)
    }

    private func bounded(_ column: String, _ type: String, above last: String?, upTo value: String) -> String {
        let name = PostgreSQLConnection.quote(identifier: column)
        let literal = { (text: String) in "\(PostgreSQLConnection.quote(literal: text))::\(type)" }
        let lower = last.map { " AND \(name) \(updates ? ">=" : ">") \(literal($0))" } ?? ""
        return "SELECT * FROM (\(place.bare)\n) AS martlet_query WHERE \(name) <= \(literal(value))\(lower) ORDER BY \(name)"
    }

    private func copy(
        _ query: String, _ rows: QueryRows, _ connection: PostgreSQLConnection, _ work: FetchWork
    ) throws(MartletError) -> Fetched.File {
        let (csv, parquet) = ("\(work.folder)/rows.csv", "\(work.folder)/rows.parquet")
        let writer = try CSVWriter(csv)
        var bytes = 0
        try connection.copy(query) { (piece) throws(MartletError) in
            try writer.write(piece)
            if (bytes + piece.count) >> 24 != bytes >> 24 { work.progress("\((bytes + piece.count) >> 20) MB") }
            bytes += piece.count
        }
        try writer.finish()
        guard bytes > 0 else { return Fetched.File(name: "rows.parquet", path: parquet, rows: 0) }
        let count = try rows.write(csv, to: parquet, engine: work.engine())
        return Fetched.File(name: "rows.parquet", path: parquet, rows: count)
    }
}
