internal import GRDB
internal import Support

/// What a block of reads or writes talks to. Valid only inside that block.
package struct SQLSession {
    let connection: GRDB.Database

    /// Runs a statement that returns nothing.
    /// - Throws: `invalidInput` for text with a NUL character, which databases cut short there or refuse.
    package func execute(_ sql: String, _ arguments: [SQLValue] = []) throws {
        try connection.cachedStatement(sql: sql).execute(arguments: SQLSession.checked(arguments))
    }

    static func check(_ text: String) throws(MartletError) {
        guard text.utf8.contains(0) else { return }
        throw MartletError(
            .invalidInput, "“\(text.prefix(40).prefix { $0 != "\0" })” is followed by a NUL character, which cannot be stored. Remove it.")
    }

    static func checked(_ arguments: [SQLValue]) throws(MartletError) -> StatementArguments {
        for case .text(let text) in arguments { try check(text) }
        return StatementArguments(arguments.map { $0.databaseValue })
    }

    /// The rows of a query.
    package func rows(_ sql: String, _ arguments: [SQLValue] = []) throws -> [SQLRow] {
        try rows(of: connection.cachedStatement(sql: sql), arguments)
    }

    /// The same for a statement whose text is made for this one time, and is not kept.
    package func rowsOnce(_ sql: String, _ arguments: [SQLValue] = []) throws -> [SQLRow] {
        try rows(of: connection.makeStatement(sql: sql), arguments)
    }

    private func rows(of statement: Statement, _ arguments: [SQLValue]) throws -> [SQLRow] {
        let names = statement.columnNames
        var rows: [SQLRow] = []
        let cursor = try Row.fetchCursor(statement, arguments: SQLSession.checked(arguments))
        while let row = try cursor.next() { rows.append(SQLRow(names: names, values: row.databaseValues.map(SQLValue.init))) }
        return rows
    }

    /// The names of the columns that a query answers with.
    package func columnNames(of query: String) throws -> [String] { try connection.makeStatement(sql: query).columnNames }

    /// The columns of a table, in their order; none where there is no such table.
    package func columns(of table: String) throws -> [String] {
        try rows("SELECT name FROM pragma_table_info(?) ORDER BY cid", [SQLValue(table)]).compactMap { $0.text("name") }
    }

    /// Writes a row that another database holds, as far as the table has its columns. What has the same key is replaced.
    /// - Parameter columns: of the table (`columns(of:)`).
    package func put(_ row: SQLRow, into table: String, columns: [String]) throws {
        let shared = columns.filter(row.names.contains)
        let places = shared.map { _ in "?" }.joined(separator: ", ")
        let names = shared.map { "\"\($0)\"" }.joined(separator: ", ")
        try execute("INSERT OR REPLACE INTO \"\(table)\" (\(names)) VALUES (\(places))", shared.map { row[$0] })
    }

    /// The first row of a query, where there is one.
    package func row(_ sql: String, _ arguments: [SQLValue] = []) throws -> SQLRow? { try rows(sql, arguments).first }
}

extension SQLValue {
    var databaseValue: DatabaseValue {
        switch self {
        case .null: .null
        case .integer(let value): value.databaseValue
        case .real(let value): value.databaseValue
        case .text(let value): value.databaseValue
        }
    }

    fileprivate init(_ value: DatabaseValue) {
        switch value.storage {
        case .null, .blob: self = .null
        case .int64(let value): self = .integer(value)
        case .double(let value): self = .real(value)
        case .string(let value): self = .text(value)
        }
    }
}
