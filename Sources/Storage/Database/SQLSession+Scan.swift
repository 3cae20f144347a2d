internal import GRDB
internal import GRDBSQLite

/// The row that a scan stands on, read without making a value of each column. Valid only inside the scan's block.
package struct SQLColumns {
    fileprivate let statement: OpaquePointer

    /// The whole number of a column, numbered from 0; nil for anything else.
    package func integer(_ column: Int) -> Int64? {
        sqlite3_column_type(statement, Int32(column)) == SQLITE_INTEGER ? sqlite3_column_int64(statement, Int32(column)) : nil
    }

    /// The number of a column, whole or not; nil for anything else.
    package func double(_ column: Int) -> Double? {
        let type = sqlite3_column_type(statement, Int32(column))
        return type == SQLITE_INTEGER || type == SQLITE_FLOAT ? sqlite3_column_double(statement, Int32(column)) : nil
    }

    /// The text of a column; nil for anything else.
    package func text(_ column: Int) -> String? {
        guard sqlite3_column_type(statement, Int32(column)) == SQLITE_TEXT, let start = sqlite3_column_text(statement, Int32(column)) else {
            return nil
        }
        return String(decoding: UnsafeBufferPointer(start: start, count: Int(sqlite3_column_bytes(statement, Int32(column)))), as: UTF8.self)
    }

    /// Gives the bytes of a column's text to a block; false where the column holds no text.
    package func withText(_ column: Int, _ body: (UnsafeBufferPointer<UInt8>) -> Void) -> Bool {
        guard sqlite3_column_type(statement, Int32(column)) == SQLITE_TEXT else { return false }
        let start = sqlite3_column_text(statement, Int32(column))
        body(UnsafeBufferPointer(start: start, count: Int(sqlite3_column_bytes(statement, Int32(column)))))
        return true
    }
}

/// A statement that is run many times. Valid only inside its block.
package struct SQLRepeated {
    fileprivate let statement: Statement

    /// Runs it with the values of one row.
    package func run(_ arguments: [SQLValue]) throws {
        let raw = statement.sqliteStatement
        sqlite3_reset(raw)
        for (i, argument) in arguments.enumerated() { try bind(argument, Int32(i + 1), raw) }
        let outcome = sqlite3_step(raw)
        guard outcome == SQLITE_DONE || outcome == SQLITE_ROW else {
            sqlite3_reset(raw)
            throw DatabaseError(
                resultCode: ResultCode(rawValue: outcome), message: String(cString: sqlite3_errmsg(sqlite3_db_handle(raw))), sql: statement.sql)
        }
        sqlite3_reset(raw)
    }

    private func bind(_ value: SQLValue, _ place: Int32, _ raw: OpaquePointer) throws {
        switch value {
        case .null: sqlite3_bind_null(raw, place)
        case .integer(let value): sqlite3_bind_int64(raw, place, value)
        case .real(let value): sqlite3_bind_double(raw, place, value)
        case .text(var text):
            try SQLSession.check(text)
            text.withUTF8 { bytes in
                bytes.withMemoryRebound(to: CChar.self) { bytes in
                    // SQLite copies the text before this returns; an empty one must have an address too, or it were null.
                    let copies = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
                    if bytes.isEmpty {
                        sqlite3_bind_text(raw, place, "", 0, copies)
                    } else {
                        sqlite3_bind_text(raw, place, bytes.baseAddress, Int32(bytes.count), copies)
                    }
                }
            }
        }
    }
}

extension SQLSession {
    /// Goes through the rows of a query one after the other: for millions of them.
    package func scan(_ sql: String, _ arguments: [SQLValue] = [], _ each: (SQLColumns) throws -> Void) throws {
        try scan(connection.cachedStatement(sql: sql), arguments, each)
    }

    /// The same for a statement whose text is made for this one time, and is not kept.
    package func scanOnce(_ sql: String, _ arguments: [SQLValue] = [], _ each: (SQLColumns) throws -> Void) throws {
        try scan(connection.makeStatement(sql: sql), arguments, each)
    }

    private func scan(_ statement: Statement, _ arguments: [SQLValue], _ each: (SQLColumns) throws -> Void) throws {
        let cursor = try Row.fetchCursor(statement, arguments: SQLSession.checked(arguments))
        let columns = SQLColumns(statement: statement.sqliteStatement)
        while try cursor.next() != nil { try each(columns) }
    }

    /// The number of the row that was inserted last.
    package var lastInserted: Int { Int(connection.lastInsertedRowID) }

    /// How many rows the last statement changed.
    package var changedRows: Int { connection.changesCount }

    /// Does something as a whole or not at all within the transaction: where it throws, what it wrote is taken back and the rest goes on.
    package func attempt(_ work: (SQLSession) throws -> Void) throws {
        try connection.execute(sql: "SAVEPOINT attempt")
        do { try work(self) } catch {
            try connection.execute(sql: "ROLLBACK TRANSACTION TO SAVEPOINT attempt")
        }
        try connection.execute(sql: "RELEASE SAVEPOINT attempt")
    }

    /// Prepares a statement once and runs it for each of many rows.
    /// - Parameter each: called with what runs the statement for one row.
    /// - Throws: `invalidInput` for text with a NUL character.
    package func forMany(_ sql: String, _ each: (SQLRepeated) throws -> Void) throws {
        try each(SQLRepeated(statement: connection.cachedStatement(sql: sql)))
    }

    /// Calls one of the two once the transaction that runs now is over, on the thread that ran it.
    package func afterTransaction(committed: @escaping @Sendable () -> Void, rolledBack: @escaping @Sendable () -> Void) {
        connection.afterNextTransaction(onCommit: { _ in committed() }, onRollback: { _ in rolledBack() })
    }
}
