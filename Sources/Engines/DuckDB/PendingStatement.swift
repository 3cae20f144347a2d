import EngineHeaders
package import Support

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A statement that has begun. Its tasks are done by the engine's threads and by whoever calls `work`. Used by one thread.
///
/// `duckdb_query` and `duckdb_execute_prepared` ask for tasks without a pause while other threads have them all, which takes a processor from
/// those threads; this way there is a pause.
final class PendingStatement {
    private let api: DuckDBAPI
    private let sql: String
    private let statement: StatementHandle
    private var pointer: UnsafeMutableRawPointer?

    /// Nil where the text cannot be prepared: it is wrong, or it is several statements.
    convenience init?(_ api: DuckDBAPI, _ connection: ConnectionHandle, _ sql: String) {
        guard let statement = StatementHandle(api, connection, sql) else { return nil }
        self.init(statement, sql)
    }

    init(_ statement: StatementHandle, _ sql: String) {
        api = statement.api
        self.sql = sql
        self.statement = statement
        _ = api.calls.pending_prepared(statement.pointer, &pointer)
    }

    deinit { api.calls.destroy_pending(&pointer) }

    enum State { case finished, working, waiting }

    /// Does one task, where one is left.
    func work() -> State {
        guard let pointer else { return .finished }
        return switch api.calls.pending_execute_task(pointer) {
        case 1: .working
        case 3: .waiting
        default: .finished
        }
    }

    /// Works to the end.
    /// - Throws: the engine's error.
    func result() throws(MartletError) -> ResultHandle {
        var pause = Pause()
        while true {
            switch work() {
            case .finished: return try ResultHandle(api, sql: sql) { api.calls.execute_pending(pointer, &$0) }
            case .working: pause = Pause()
            case .waiting: pause.take()
            }
        }
    }

    /// A pause that grows from 20 microseconds to a millisecond.
    struct Pause {
        private var microseconds: UInt32 = 20

        mutating func take() {
            usleep(microseconds)
            microseconds = min(1_000, microseconds * 2)
        }
    }
}

extension DuckDB {
    /// Runs statements at the same time that do not depend on each other, each on a connection of its own: for statements that the engine gives one
    /// thread only, such as those that write a file in order. Temporary tables are not seen there.
    /// - Parameter settings: statements that every connection runs first.
    /// - Throws: as `execute`, the error of the first that fails.
    package func executeTogether(_ statements: [String], settings: String) throws(MartletError) {
        try withConnection { () throws(MartletError) in
            var running: [(connection: ConnectionHandle, statement: PendingStatement)] = []
            for sql in statements {
                let own = try ConnectionHandle(connection.database)
                _ = try run(settings, on: own)
                guard let statement = PendingStatement(api, own, sql) else {
                    _ = try run(sql, on: own)
                    continue
                }
                running.append((own, statement))
            }
            var pause = PendingStatement.Pause()
            while !running.isEmpty {
                let states = running.map { $0.statement.work() }
                for (each, state) in zip(running, states) where state == .finished { _ = try each.statement.result() }
                running = zip(running, states).filter { $1 != .finished }.map(\.0)
                if states.allSatisfy({ $0 == .waiting }) { pause.take() } else { pause = PendingStatement.Pause() }
            }
        }
    }
}
