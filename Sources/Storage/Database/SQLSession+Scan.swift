internal import GRDB
internal import GRDBSQLite

/// The row that a scan stands on, read without making a value of each column. Valid only inside the scan's block.
package struct SQLColumns {
    fileprivate let statement: OpaquePointer

    /// The whole number of a column, numbered from 0; nil for anything else.
    package func integer(_ column: Int) -> Int64? {
        sqlite3_column_type(statement, Int32(column)) == SQLITE_INTEGER ? sqlite3_column_int64(statement, Int32(column)) : nil
    }

    /// Gives the bytes of a column's text to a block; false where the column holds no text.
    package func withText(_ column: Int, _ body: (UnsafeBufferPointer<UInt8>) -> Void) -> Bool {
        guard sqlite3_column_type(statement, Int32(column)) == SQLITE_TEXT else { return false }
        let start = sqlite3_column_text(statement, Int32(column))
        body(UnsafeBufferPointer(start: start, count: Int(sqlite3_column_bytes(statement, Int32(column)))))
        return true
    }
}

extension SQLSession {
    /// Goes through the rows of a query one after the other: for millions of them.
    package func scan(_ sql: String, _ arguments: [SQLValue] = [], _ each: (SQLColumns) throws -> Void) throws {
        let statement = try connection.cachedStatement(sql: sql)
        let cursor = try Row.fetchCursor(statement, arguments: StatementArguments(arguments.map(\.databaseValue)))
        let columns = SQLColumns(statement: statement.sqliteStatement)
        while try cursor.next() != nil { try each(columns) }
    }

    /// Calls one of the two once the transaction that runs now is over, on the thread that ran it.
    package func afterTransaction(committed: @escaping @Sendable () -> Void, rolledBack: @escaping @Sendable () -> Void) {
        connection.afterNextTransaction(onCommit: { _ in committed() }, onRollback: { _ in rolledBack() })
    }
}
