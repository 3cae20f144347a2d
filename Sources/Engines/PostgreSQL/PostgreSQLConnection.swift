package import Support

/// A connection to a PostgreSQL server, in one read-only transaction that sees one state of the database throughout. It blocks: keep it off Swift's
/// cooperative threads. Used by one thread at a time.
package final class PostgreSQLConnection {
    private let api: PostgreSQLAPI
    private let connection: PostgreSQLAPI.Connection

    /// Rows of a short answer, as texts.
    package struct Rows: Sendable {
        package var columns: [PostgreSQLColumn]
        package var rows: [[String?]]
    }

    /// - Parameter address: a URI (`postgresql://user:password@host:port/database?sslmode=...`) or words (`host=... dbname=...`).
    /// - Throws: `engineMissing`; `unavailable` with the server's words, which hold no password.
    package init(_ address: String) throws(MartletError) {
        api = try PostgreSQLAPI()
        guard let connection = api.connect(address) else { throw MartletError(.unavailable, "PostgreSQL's library has no memory for a connection.") }
        self.connection = connection
        guard api.status(connection) == PostgreSQLAPI.connectionIsOpen else {
            throw MartletError(
                .unavailable, "PostgreSQL cannot be reached. Check the address, the user and the password.",
                cause: PostgreSQLConnection.safe(words(connection)))
        }
        try run("BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        // As COPY then writes moments and numbers, DuckDB reads them.
        try run("SET LOCAL datestyle = 'ISO, MDY'; SET LOCAL timezone = 'UTC'; SET LOCAL extra_float_digits = 3; SET LOCAL client_encoding = 'UTF8'")
        try run("SET LOCAL standard_conforming_strings = on; SET LOCAL bytea_output = 'hex'")
    }

    /// The library's words where it came as far as a server. What it says of the address itself repeats parts of it, which may be the password.
    private static func safe(_ words: String?) -> String? {
        guard let words, words.hasPrefix("connection to server") else { return "The address cannot be read." }
        return words
    }

    deinit { api.finish(connection) }

    /// Runs a statement without an answer.
    /// - Throws: `invalidInput` with the server's words; `unavailable` where the connection broke.
    package func run(_ sql: String) throws(MartletError) {
        api.clear(try answer(sql, expecting: [PostgreSQLAPI.commandDone, PostgreSQLAPI.hasRows]))
    }

    /// Asks for a few rows, all held in memory.
    /// - Throws: as `run`.
    package func rows(_ sql: String) throws(MartletError) -> Rows {
        let answer = try answer(sql, expecting: [PostgreSQLAPI.hasRows])
        defer { api.clear(answer) }
        let width = api.columnCount(answer)
        let columns = (0..<width).map { i in
            PostgreSQLColumn(
                name: api.columnName(answer, i).map { String(cString: $0) } ?? "", type: api.columnType(answer, i),
                modifier: api.columnModifier(answer, i))
        }
        let rows = (0..<api.rowCount(answer)).map { row in
            (0..<width).map { i in api.isNull(answer, row, i) == 1 ? nil : api.value(answer, row, i).map { String(cString: $0) } }
        }
        return Rows(columns: columns, rows: rows)
    }

    /// The columns that a query answers with; no row of it is made.
    /// - Parameter query: without a semicolon at its end.
    /// - Throws: as `run`.
    package func columns(of query: String) throws(MartletError) -> [PostgreSQLColumn] {
        try rows("SELECT * FROM (\(query)\n) AS martlet_query LIMIT 0").columns
    }

    /// Gives the rows of a query as CSV, in pieces as they come: every value in quotes, nothing at all for NULL, no header.
    /// - Parameter query: without a semicolon at its end.
    /// - Throws: as `run`, and what `body` throws; the rows that were given so far are then not the whole answer.
    package func copy(_ query: String, _ body: (UnsafeRawBufferPointer) throws(MartletError) -> Void) throws(MartletError) {
        api.clear(
            try answer("COPY (\(query)\n) TO STDOUT (FORMAT csv, FORCE_QUOTE *)", expecting: [PostgreSQLAPI.copiesOut]))
        while true {
            var piece: UnsafeMutablePointer<CChar>?
            let length = api.copyData(connection, &piece, 0)
            guard length > 0 else { break }
            defer { api.freeMemory(piece) }
            try body(UnsafeRawBufferPointer(start: piece, count: Int(length)))
        }
        try requireEnd()
    }

    /// After the last piece, the server says whether it was the whole answer.
    private func requireEnd() throws(MartletError) {
        var ended = false
        while let answer = api.getResult(connection) {
            let status = api.resultStatus(answer)
            api.clear(answer)
            guard status == PostgreSQLAPI.commandDone else { throw failure() }
            ended = true
        }
        guard ended else { throw failure() }
    }

    private func answer(_ sql: String, expecting: [CInt]) throws(MartletError) -> PostgreSQLAPI.Answer {
        guard !sql.utf8.contains(0) else { throw MartletError(.invalidInput, "A query holds a NUL character. Remove it.") }
        guard let answer = api.execute(connection, sql) else { throw failure() }
        guard expecting.contains(api.resultStatus(answer)) else {
            api.clear(answer)
            throw failure()
        }
        return answer
    }

    private func failure() -> MartletError {
        let words = words(connection)
        guard api.status(connection) == PostgreSQLAPI.connectionIsOpen else {
            return MartletError(.unavailable, "The connection to PostgreSQL broke. Try again.", cause: words)
        }
        return MartletError(.invalidInput, "PostgreSQL refuses the query. Correct it.", cause: words)
    }

    private func words(_ connection: PostgreSQLAPI.Connection) -> String? {
        let text = api.errorMessage(connection).map { String(cString: $0) } ?? ""
        let line = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        return line.isEmpty ? nil : line
    }

    /// A text as a literal of SQL.
    package static func quote(literal text: String) -> String { "'\(text.replacing("'", with: "''"))'" }

    /// A name as an identifier of SQL.
    package static func quote(identifier name: String) -> String { "\"\(name.replacing("\"", with: "\"\""))\"" }
}
