internal import Serving
internal import Support
internal import Tables

extension AnswerTable {
    /// Rows that are asked at once: few enough for the time that an answer may take.
    private static let batch = 4096

    /// What a model answers to rows.
    static func of(_ model: any ServedModel, _ rows: Table, key: Column?) throws(MartletError) -> Table {
        if let own = try own(model, rows, key: key) { return own }
        return try make(model.answer(rows), model.signature.answer, key: key)
    }

    /// The outputs of a model that answers rows with outputs of its own, as columns; nil for any other.
    private static func own(_ model: any ServedModel, _ rows: Table, key: Column?) throws(MartletError) -> Table? {
        guard let graph = model.graph, graph.answersRows else { return nil }
        var parts: [Table] = []
        for start in stride(from: 0, to: rows.rowCount, by: batch) {
            let some = rows.rows(Array(start..<min(start + batch, rows.rowCount)))
            guard let answer = try graph.answer(rows: some) else { return nil }
            var columns: [Column] = []
            for output in answer.outputs { columns += try self.columns(output, rows: some.rowCount) }
            parts.append(try Table(columns))
        }
        let table = try Table.joining(parts)
        guard let key, table[key.name] == nil else { return table }
        return try Table([key] + table.columns)
    }

    /// One column, or one for each place in a row.
    private static func columns(_ output: Tensor, rows: Int) throws(MartletError) -> [Column] {
        guard output.shape.first == rows, output.shape.count <= 2 else {
            throw MartletError(
                .invalidInput, "The output “\(output.name)” of shape \(output.shape) is no value for each row. Ask the endpoint for it.")
        }
        let width = output.shape.count == 2 ? output.shape[1] : 1
        let names = output.shape.count == 2 ? (0..<width).map { "\(output.name)_\($0)" } : [output.name]
        return names.enumerated().map { place, name in
            switch output.decoded {
            case .text(let texts): Column(name, strings: (0..<rows).map { texts[$0 * width + place] })
            case .integers(let numbers): Column(name, kind: .integer, numbers: (0..<rows).map { Double(numbers[$0 * width + place]) })
            case .numbers(let numbers): Column(name, numbers: (0..<rows).map { numbers[$0 * width + place] })
            case .raw: Column(name, strings: Array(repeating: nil, count: rows))
            }
        }
    }
}
