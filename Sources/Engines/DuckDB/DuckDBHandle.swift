import EngineHeaders
import Support

/// An open in-memory database; closed when its last connection is gone.
///
/// Unchecked Sendable: the handle is immutable, and DuckDB's database object may be used from any thread.
final class DatabaseHandle: @unchecked Sendable {
    let api: DuckDBAPI
    private let pointer: UnsafeMutableRawPointer

    /// - Parameter options: DuckDB settings by name.
    /// - Throws: `invalidInput` where a setting is not accepted.
    init(_ api: DuckDBAPI, options: [(name: String, value: String)]) throws(MartletError) {
        self.api = api
        var config: UnsafeMutableRawPointer?
        defer { api.calls.destroy_config(&config) }
        guard api.calls.create_config(&config) == 0, let handle = config else {
            throw MartletError(.defect, "DuckDB could not make a configuration.")
        }
        for option in options where api.calls.set_config(handle, option.name, option.value) != 0 {
            throw MartletError(.invalidInput, "DuckDB does not accept \(option.name) = “\(option.value)”.")
        }
        var database: UnsafeMutableRawPointer?
        var reason: UnsafeMutablePointer<CChar>?
        defer { api.calls.free(reason) }
        guard api.calls.open_ext(nil, &database, handle, &reason) == 0, let database else {
            throw DuckDBFailure.error("DuckDB could not open a database with these settings.", reason.map { String(cString: $0) })
        }
        pointer = database
    }

    deinit {
        var handle: UnsafeMutableRawPointer? = pointer
        api.calls.close(&handle)
    }

    /// A new connection; the caller closes it.
    fileprivate func connect() throws(MartletError) -> UnsafeMutableRawPointer {
        var connection: UnsafeMutableRawPointer?
        guard api.calls.connect(pointer, &connection) == 0, let connection else {
            throw MartletError(.defect, "DuckDB could not open a connection.")
        }
        return connection
    }
}

/// A connection to a database, which it keeps open.
///
/// Unchecked Sendable: the handle is immutable; `DuckDB` serialises every call on it except `interrupt`, which may come from any thread.
final class ConnectionHandle: @unchecked Sendable {
    let database: DatabaseHandle
    let pointer: UnsafeMutableRawPointer

    init(_ database: DatabaseHandle) throws(MartletError) {
        self.database = database
        pointer = try database.connect()
    }

    deinit {
        var handle: UnsafeMutableRawPointer? = pointer
        database.api.calls.disconnect(&handle)
    }
}

/// A statement ready to run. Used by one thread under the connection's lock.
final class StatementHandle {
    let api: DuckDBAPI
    let pointer: UnsafeMutableRawPointer

    /// Nil where DuckDB cannot prepare the text: it is wrong, or it is several statements.
    init?(_ api: DuckDBAPI, _ connection: ConnectionHandle, _ sql: String) {
        var statement: UnsafeMutableRawPointer?
        guard api.calls.prepare(connection.pointer, sql, &statement) == 0, let statement else {
            api.calls.destroy_prepare(&statement)
            return nil
        }
        self.api = api
        pointer = statement
    }

    deinit {
        var handle: UnsafeMutableRawPointer? = pointer
        api.calls.destroy_prepare(&handle)
    }

    /// The types of the answer's columns, in order.
    var columnTypes: [ValueType] {
        (0..<api.calls.prepared_statement_column_count(pointer)).map { column in
            ValueType(api, api.calls.prepared_statement_column_logical_type(pointer, column))
        }
    }

    /// The names of the answer's columns, in order.
    var columnNames: [String] {
        (0..<api.calls.prepared_statement_column_count(pointer)).map { column in
            let name = api.calls.prepared_statement_column_name(pointer, column)
            defer { api.calls.free(name) }
            return name.map { String(cString: $0) } ?? ""
        }
    }

    /// Whether it only reads: `SELECT` and its kin.
    var isSelect: Bool { api.calls.prepared_statement_type(pointer) == 1 }
}

/// The answer to a statement. Used by one thread under the connection's lock.
final class ResultHandle {
    let api: DuckDBAPI
    private var result: martlet_duckdb_result

    /// Takes over what an executed statement left, also after a failure.
    /// - Throws: the engine's error where `state` is not 0.
    init(_ api: DuckDBAPI, sql: String, _ run: (inout martlet_duckdb_result) -> CInt) throws(MartletError) {
        self.api = api
        result = martlet_duckdb_result()
        guard run(&result) != 0 else { return }
        throw DuckDBFailure.statement(sql, api.calls.result_error(&result).map { String(cString: $0) })
    }

    deinit { api.calls.destroy_result(&result) }

    /// The columns' names and types, in order.
    var columns: [(name: String, type: ValueType)] {
        (0..<api.calls.column_count(&result)).map { column in
            let name = api.calls.column_name(&result, column).map { String(cString: $0) } ?? ""
            return (name, ValueType(api, api.calls.column_logical_type(&result, column)))
        }
    }

    /// The next rows, up to the engine's vector size; false at the end.
    func nextChunk(_ body: (_ chunk: UnsafeMutableRawPointer, _ rows: Int) -> Void) -> Bool {
        var chunk = api.calls.fetch_chunk(result)
        guard let pointer = chunk else { return false }
        defer { api.calls.destroy_data_chunk(&chunk) }
        let rows = Int(api.calls.data_chunk_get_size(pointer))
        guard rows > 0 else { return false }
        body(pointer, rows)
        return true
    }
}
