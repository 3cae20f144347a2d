import ONNXRuntime
import Support
import Tables

/// Rows of a table as a graph's inputs.
struct GraphTensors {
    private let mapping: GraphMapping
    /// The columns in the mapping's order.
    private let columns: [Column]

    init(_ mapping: GraphMapping, _ table: Table) {
        self.mapping = mapping
        columns = table.columns
    }

    func inputs(_ rows: Range<Int>) throws(MartletError) -> [(String, Tensor)] {
        switch mapping.inputs {
        case .matrix(let input, let type, _): return [(input, try matrix(type, rows))]
        case .tensors:
            throw MartletError(.invalidInput, "The model takes tensors that are no columns of a table. Send them to /v2/models/NAME/infer.")
        case .columns(let inputs):
            var tensors: [(String, Tensor)] = []
            tensors.reserveCapacity(inputs.count)
            for (input, column) in zip(inputs, columns) {
                let shape = input.rank == 1 ? [rows.count] : [rows.count, 1]
                tensors.append((input.input, Tensor(shape: shape, values: try values(column, input.type, rows))))
            }
            return tensors
        }
    }

    private func matrix(_ type: TensorElementType, _ rows: Range<Int>) throws(MartletError) -> Tensor {
        var values = [Double](repeating: 0, count: rows.count * columns.count)
        for (j, column) in columns.enumerated() {
            guard let numbers = column.numbers else { throw Self.wrongKind(column) }
            for (i, row) in rows.enumerated() { values[i * columns.count + j] = numbers[row] }
        }
        let shape = [rows.count, columns.count]
        return Tensor(shape: shape, values: type == .float ? .float(values.map(Float.init)) : .double(values))
    }

    private func values(_ column: Column, _ type: TensorElementType, _ rows: Range<Int>) throws(MartletError) -> Tensor.Values {
        guard type != .string else { return .string(texts(column, rows)) }
        guard let numbers = column.numbers else { throw Self.wrongKind(column) }
        switch type {
        case .double: return .double(Array(numbers[rows]))
        case .float: return .float(numbers[rows].map(Float.init))
        case .bool: return .bool(try rows.map { row throws(MartletError) in try whole(column, numbers[row], row) != 0 })
        case .int32:
            return .int32(
                try rows.map { row throws(MartletError) in
                    guard let value = Int32(exactly: try whole(column, numbers[row], row)) else { throw Self.outOfRange(column, row) }
                    return value
                })
        default: return .int64(try rows.map { row throws(MartletError) in try whole(column, numbers[row], row) })
        }
    }

    private func texts(_ column: Column, _ rows: Range<Int>) -> [String] {
        guard let text = column.text else { return rows.map { column.category($0) ?? "" } }
        return rows.map { text.codes[$0] < 0 ? "" : text.dictionary[Int(text.codes[$0])] }
    }

    private func whole(_ column: Column, _ value: Double, _ row: Int) throws(MartletError) -> Int64 {
        guard !value.isNaN else {
            throw MartletError(
                .invalidInput,
                "“\(column.name)” is missing in row \(row + 1), and the model takes only whole numbers there. Fill it by a cleaning rule.")
        }
        guard let whole = Int64(exactly: value) else { throw Self.outOfRange(column, row) }
        return whole
    }

    private static func outOfRange(_ column: Column, _ row: Int) -> MartletError {
        MartletError(.invalidInput, "“\(column.name)” is not a whole number in row \(row + 1), or too large, and the model takes only such.")
    }

    private static func wrongKind(_ column: Column) -> MartletError {
        MartletError(.invalidInput, "“\(column.name)” holds text; the model takes numbers there. Clean it as the training data was cleaned.")
    }
}
