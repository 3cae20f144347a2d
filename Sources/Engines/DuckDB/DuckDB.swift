import EngineHeaders
package import EngineLibraries
package import Support
import Synchronization
package import Tables

/// A connection to a DuckDB database in memory.
///
/// Threads: a connection runs one statement at a time; a second caller waits for the lock. Give a second thread `anotherConnection()`.
/// `interrupt()` takes no lock and may come from any thread. Calls block while the engine works: never make them on Swift's cooperative pool.
package final class DuckDB: Sendable {
    let connection: ConnectionHandle
    private let lock = Mutex(())

    var api: DuckDBAPI { connection.database.api }

    /// A new, empty database in memory. Extensions are neither installed nor loaded from outside.
    /// - Parameters:
    ///   - threads: how many threads the engine may use.
    ///   - memoryLimit: as DuckDB writes it, `300MB`; nil for its own default (80 % of the machine's memory).
    ///   - temporaryDirectory: where sorts and joins that exceed the limit go; nil means that they fail instead.
    /// - Throws: `engineMissing`, or `invalidInput` for a limit that DuckDB does not understand.
    package init(
        locator: EngineLocator, threads: Int = 2, memoryLimit: String? = nil, temporaryDirectory: String? = nil
    ) throws(MartletError) {
        var options = [
            (name: "threads", value: String(max(1, threads))),
            (name: "autoinstall_known_extensions", value: "false"),
            (name: "autoload_known_extensions", value: "false"),
            (name: "temp_directory", value: temporaryDirectory ?? ""),
        ]
        if let memoryLimit { options.append((name: "memory_limit", value: memoryLimit)) }
        connection = try ConnectionHandle(DatabaseHandle(DuckDBAPI(locator), options: options))
    }

    private init(sharing database: DatabaseHandle) throws(MartletError) { connection = try ConnectionHandle(database) }

    /// A second connection to the same database, for another thread.
    package func anotherConnection() throws(MartletError) -> DuckDB { try DuckDB(sharing: connection.database) }

    /// The engine's version, `v2.0.0`.
    package var version: String { api.version }

    /// Runs one statement or several, and drops the answer.
    /// - Throws: `invalidInput` with the engine's text as cause; `cancelled` after `interrupt()`; `storageFull`.
    package func execute(_ sql: String) throws(MartletError) {
        try withConnection { () throws(MartletError) in _ = try self.run(sql) }
    }

    /// Runs one statement (or several, answering with the last) and reads the whole answer.
    ///
    /// Integers of every width become `integer`, floats and decimals `number`, `BOOLEAN` `boolean`, dates and times of day with a date `timestamp`
    /// (seconds in UTC; infinite times are missing), `VARCHAR` and `ENUM` text; any other type is cast to text by the engine.
    /// NULL is a missing value. Columns of equal name get `_1`, `_2`, ...
    /// - Throws: as `execute`.
    package func query(_ sql: String) throws(MartletError) -> Table {
        try withConnection { () throws(MartletError) in try ResultReader(result: self.runReadable(sql)).table() }
    }

    /// Stops the statement that runs now, if one does; it ends with `cancelled`.
    package func interrupt() { api.calls.interrupt(connection.pointer) }

    /// Holds the connection for a sequence of calls.
    func withConnection<Value: Sendable>(_ body: () throws(MartletError) -> Value) throws(MartletError) -> Value {
        try lock.withLock { (_) throws(MartletError) in try body() }
    }

    func run(_ sql: String) throws(MartletError) -> ResultHandle { try run(sql, on: connection) }

    /// Runs one statement or several.
    func run(_ sql: String, on connection: ConnectionHandle) throws(MartletError) -> ResultHandle {
        try refuseNUL(sql)
        if let statement = PendingStatement(api, connection, sql) { return try statement.result() }
        return try ResultHandle(api, sql: sql) { api.calls.query(connection.pointer, sql, &$0) }
    }

    /// Runs a statement so that every column of its answer can be read: types without a reader are cast to text around it.
    private func runReadable(_ sql: String) throws(MartletError) -> ResultHandle {
        try refuseNUL(sql)
        guard let statement = StatementHandle(api, connection, sql) else { return try run(sql) }
        let types = statement.columnTypes
        guard statement.isSelect, types.contains(where: \.needsCast) else {
            return try PendingStatement(statement, sql).result()
        }
        return try run(Self.casting(sql, needsCast: types.map(\.needsCast), names: statement.columnNames))
    }

    private static func casting(_ sql: String, needsCast: [Bool], names: [String]) -> String {
        let aliases = needsCast.indices.map { "c\($0)" }
        let chosen = zip(zip(aliases, names), needsCast).map { column, cast in
            "\(cast ? "CAST(\(column.0) AS VARCHAR)" : column.0) AS \(quote(identifier: column.1))"
        }
        var inner = sql[...]
        while let last = inner.last, last.isWhitespace || last == ";" { inner.removeLast() }
        return "SELECT \(chosen.joined(separator: ", ")) FROM (\(inner)\n) AS answer(\(aliases.joined(separator: ", ")))"
    }

    private func refuseNUL(_ sql: String) throws(MartletError) {
        guard !sql.utf8.contains(0) else { throw MartletError(.invalidInput, "A statement holds a NUL character. Remove it from the name or value.") }
    }

    /// A name as SQL: in double quotes.
    package static func quote(identifier: String) -> String { "\"" + identifier.replacing("\"", with: "\"\"") + "\"" }

    /// A text as SQL: in single quotes.
    package static func quote(literal: String) -> String { "'" + literal.replacing("'", with: "''") + "'" }
}
