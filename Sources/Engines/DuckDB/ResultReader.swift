import EngineHeaders
import Support
import Tables

/// Reads an answer chunk by chunk into a table.
struct ResultReader {
    let result: ResultHandle

    /// The whole answer. Columns of equal name are told apart by `_1`, `_2` ... as DuckDB itself does in a subquery.
    func table() throws(MartletError) -> Table {
        let api = result.api
        var readers = uniqueNames(result.columns).map { ColumnReader(name: $0.name, type: $0.type) }
        while result.nextChunk({ chunk, rows in
            for column in readers.indices {
                guard let vector = api.calls.data_chunk_get_vector(chunk, UInt64(column)), let data = api.calls.vector_get_data(vector) else {
                    continue
                }
                readers[column].append(data, validity: api.calls.vector_get_validity(vector), rows: rows)
            }
        }) {}
        return try Table(readers.map { $0.finish() })
    }

    private func uniqueNames(_ columns: [(name: String, type: ValueType)]) -> [(name: String, type: ValueType)] {
        var taken = Set(columns.map(\.name))
        var used: Set<String> = []
        return columns.map { column in
            guard !used.insert(column.name).inserted else { return column }
            var number = 1
            while taken.contains("\(column.name)_\(number)") { number += 1 }
            let name = "\(column.name)_\(number)"
            taken.insert(name)
            return (name, column.type)
        }
    }
}
