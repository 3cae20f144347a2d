package import ONNXRuntime
package import Support
package import Tables

/// A graph asked by its own tensors.
extension GraphScorer {
    /// The graph's inputs, in order.
    package var inputs: [TensorDescription] { session.inputs }
    /// The graph's outputs, in order.
    package var outputs: [TensorDescription] { session.outputs }

    /// The rows of a table as the graph's inputs, with their names. The table may have more columns than the graph uses, in any order.
    /// - Throws: `notFound` for a column that is not there; `invalidInput` for values that the graph cannot take, or inputs that are no columns.
    package func tensors(of table: Table) throws(MartletError) -> [(String, Tensor)] {
        let names: [String]
        switch contract.mapping.inputs {
        case .columns(let mapped): names = mapped.map(\.column)
        case .matrix(_, _, let columns): names = columns
        case .tensors: names = []
        }
        return try GraphTensors(contract.mapping, table.selecting(names)).inputs(0..<table.rowCount)
    }

    /// - Returns: all outputs, in order.
    /// - Throws: `invalidInput` naming the input at fault, or with the engine's reason.
    package func run(_ inputs: [(String, RawTensor)]) throws(MartletError) -> [RawTensor] { try session.run(raw: inputs) }

    /// What the outputs say of each row, for the log and for contracts of rows. Where they say nothing row by row, the scores are missing.
    package func answers(_ outputs: [RawTensor], rows: Int) -> Answers {
        let place = session.outputs.firstIndex { $0.name == contract.mapping.output.name }
        let typed = place.flatMap { outputs[$0].typed }
        guard let scores = try? typed.map({ try GraphAnswer(contract, rows: rows).scores($0) }), scores.count == rows * width else {
            return Answers(scores: Array(repeating: .nan, count: rows * width), width: width, labels: nil)
        }
        return Answers(scores: scores, width: width, labels: signature.answer.labels(of: scores))
    }

    /// The columns that the inputs hold; none where they hold no columns.
    package func table(_ inputs: [(String, RawTensor)], rows: Int) -> Table {
        switch contract.mapping.inputs {
        case .tensors: return Table(rows: rows)
        case .matrix(let input, _, let names):
            guard let numbers = inputs.first(where: { $0.0 == input })?.1.typed?.doubles, numbers.count == rows * names.count else {
                return Table(rows: rows)
            }
            return matrixFields.isEmpty ? Table(rows: rows) : Table(NumberMatrix(matrixFields, numbers))
        case .columns(let mapped):
            let columns = mapped.compactMap { column in inputs.first { $0.0 == column.input }.flatMap { self.column(column.column, $0.1) } }
            guard columns.count == signature.inputs.count, columns.allSatisfy({ $0.count == rows }) else { return Table(rows: rows) }
            return (try? Table(columns)) ?? Table(rows: rows)
        }
    }

    private func column(_ name: String, _ tensor: RawTensor) -> Column? {
        if case .texts(let texts) = tensor.content { return Column(name, strings: texts.map { $0.isEmpty ? nil : $0 }) }
        let kind = signature.inputs.first { $0.name == name }?.kind ?? .number
        return tensor.typed?.doubles.map { Column(name, kind: kind, numbers: $0) }
    }
}

extension GraphMapping.Inputs {
    /// The columns of a matrix that holds all of the signature's; none for other inputs.
    func matrixFields(_ signature: Signature) -> [Table.Field] {
        guard case .matrix(_, _, let names) = self, names.count == signature.inputs.count, Set(names).count == names.count else { return [] }
        return names.map { Table.Field(name: $0, kind: .number) }
    }
}
