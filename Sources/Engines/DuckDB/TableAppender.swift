import EngineHeaders
package import Support
package import Tables

/// Fills a table of the engine from one of ours, a vector's length of rows at a time. Used under the connection's lock.
struct TableAppender {
    let api: DuckDBAPI
    let connection: ConnectionHandle

    /// How a column of ours is stored.
    private enum Stored {
        case boolean, integer, double, timestamp, text

        init(_ column: Column) {
            switch column.kind {
            case .boolean: self = .boolean
            case .timestamp: self = .timestamp
            case .text: self = .text
            case .number: self = .double
            case .integer: self = (column.numbers ?? []).allSatisfy { $0.isNaN || Int64(exactly: $0) != nil } ? .integer : .double
            }
        }

        var sqlName: String {
            switch self {
            case .boolean: "BOOLEAN"
            case .integer: "BIGINT"
            case .double: "DOUBLE"
            case .timestamp: "TIMESTAMP"
            case .text: "VARCHAR"
            }
        }

        /// The number of the type in `duckdb_type`.
        var id: CInt {
            switch self {
            case .boolean: 1
            case .integer: 5
            case .double: 11
            case .timestamp: 12
            case .text: 17
            }
        }
    }

    /// The statement that makes an empty table for these columns.
    static func creation(of table: Table, name: String) -> String {
        let columns = table.columns.map { "\(DuckDB.quote(identifier: $0.name)) \(Stored($0).sqlName)" }
        return "CREATE TABLE \(DuckDB.quote(identifier: name)) (\(columns.joined(separator: ", ")))"
    }

    /// Appends every row to a table that `creation` made.
    func append(_ table: Table, to name: String) throws(MartletError) {
        var appender: UnsafeMutableRawPointer?
        let made = api.calls.appender_create(connection.pointer, nil, name, &appender)
        defer { _ = api.calls.appender_destroy(&appender) }
        guard made == 0, let appender else { throw failure(name, appender) }
        let stored = table.columns.map(Stored.init)
        var types = stored.map { api.calls.create_logical_type($0.id) }
        defer { for index in types.indices { api.calls.destroy_logical_type(&types[index]) } }
        var chunk = api.calls.create_data_chunk(&types, UInt64(types.count))
        defer { api.calls.destroy_data_chunk(&chunk) }
        guard let chunk else { throw failure(name, appender) }
        let texts = table.columns.map { StoredTexts($0.text?.dictionary ?? []) }
        defer { withExtendedLifetime(texts) {} }
        let step = max(1, Int(api.calls.vector_size()))
        for start in stride(from: 0, to: table.rowCount, by: step) {
            let rows = start..<min(start + step, table.rowCount)
            api.calls.data_chunk_reset(chunk)
            for (index, column) in table.columns.enumerated() {
                guard let vector = api.calls.data_chunk_get_vector(chunk, UInt64(index)) else { throw failure(name, appender) }
                fill(vector, column, stored[index], texts[index], rows)
            }
            api.calls.data_chunk_set_size(chunk, UInt64(rows.count))
            guard api.calls.append_data_chunk(appender, chunk) == 0 else { throw failure(name, appender) }
        }
        guard api.calls.appender_close(appender) == 0 else { throw failure(name, appender) }
    }

    private func failure(_ name: String, _ appender: UnsafeMutableRawPointer?) -> MartletError {
        DuckDBFailure.error("DuckDB could not append to the table “\(name)”.", api.calls.appender_error(appender).map { String(cString: $0) })
    }

    private func fill(_ vector: UnsafeMutableRawPointer, _ column: Column, _ stored: Stored, _ texts: StoredTexts, _ rows: Range<Int>) {
        guard let data = api.calls.vector_get_data(vector) else { return }
        switch (column.values, stored) {
        case (.text(let text), _): fillText(vector, data, text, texts, rows)
        case (.numbers(let numbers), .boolean): fillNumbers(vector, data, UInt8.self, numbers, rows) { $0 == 0 ? 0 : 1 }
        case (.numbers(let numbers), .integer): fillNumbers(vector, data, Int64.self, numbers, rows) { Int64(exactly: $0) ?? 0 }
        case (.numbers(let numbers), .timestamp): fillNumbers(vector, data, Int64.self, numbers, rows, Self.microseconds)
        case (.numbers(let numbers), _): fillNumbers(vector, data, Double.self, numbers, rows) { $0 }
        }
    }

    private func fillText(
        _ vector: UnsafeMutableRawPointer, _ data: UnsafeMutableRawPointer, _ text: TextValues, _ texts: StoredTexts, _ rows: Range<Int>
    ) {
        let values = data.assumingMemoryBound(to: martlet_duckdb_string.self)
        var missing: [Int] = []
        for (position, row) in rows.enumerated() {
            let code = Int(text.codes[row])
            if texts.forms.indices.contains(code) { values[position] = texts.forms[code] } else { missing.append(position) }
        }
        for position in missing { values[position] = martlet_duckdb_string() }
        erase(vector, missing)
    }

    private func fillNumbers<Value>(
        _ vector: UnsafeMutableRawPointer, _ data: UnsafeMutableRawPointer, _ type: Value.Type, _ numbers: [Double], _ rows: Range<Int>,
        _ convert: (Double) -> Value
    ) {
        let values = data.assumingMemoryBound(to: Value.self)
        var missing: [Int] = []
        for (position, row) in rows.enumerated() {
            if numbers[row].isNaN { missing.append(position) }
            values[position] = convert(numbers[row])
        }
        erase(vector, missing)
    }

    private func erase(_ vector: UnsafeMutableRawPointer, _ positions: [Int]) {
        guard !positions.isEmpty else { return }
        api.calls.vector_ensure_validity_writable(vector)
        guard let validity = api.calls.vector_get_validity(vector) else { return }
        for position in positions { validity[position >> 6] &= ~(1 << UInt64(position & 63)) }
    }

    /// Microseconds since 1970; DuckDB's infinities for what does not fit.
    private static func microseconds(_ seconds: Double) -> Int64 {
        guard !seconds.isNaN else { return 0 }
        return Int64(exactly: (seconds * 1e6).rounded()) ?? (seconds < 0 ? -Int64.max : Int64.max)
    }
}

extension DuckDB {
    /// Creates a table of that name with the rows of a table; missing values become NULL.
    ///
    /// `integer` columns become `BIGINT` (`DOUBLE` where a value is not whole), `number` `DOUBLE`, `boolean` `BOOLEAN`, `timestamp` `TIMESTAMP`,
    /// text `VARCHAR`.
    /// - Throws: `invalidInput` where a table of that name exists or the table has no columns.
    package func append(_ table: Table, as name: String) throws(MartletError) {
        guard !table.columns.isEmpty else { throw MartletError(.invalidInput, "A table without columns cannot be given to DuckDB.") }
        try withConnection { () throws(MartletError) in
            _ = try self.run(TableAppender.creation(of: table, name: name))
            try TableAppender(api: self.api, connection: self.connection).append(table, to: name)
        }
    }

    /// Adds rows to a table that a table of the same columns made.
    /// - Throws: `invalidInput` where the columns are others.
    package func append(_ table: Table, to name: String) throws(MartletError) {
        try withConnection { () throws(MartletError) in
            try TableAppender(api: self.api, connection: self.connection).append(table, to: name)
        }
    }
}
