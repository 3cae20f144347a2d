import Support
import Tables

/// What models hand to each other.
extension ServedModel {
    /// What it answers beside the identifiers of predictions.
    var answeredFields: [TensorField] { interface.outputs.filter { graph != nil || $0.name != TensorInterface.predictionID.name } }

    /// Asks by tensors where it has any of its own, so that there are outputs to hand on.
    func answerWhole(_ question: Question) throws(MartletError) -> (inputs: Table, answers: Answers, outputs: [Tensor]) {
        let isByRows = graph.map(\.answersRows) ?? true
        let answer = try (isByRows ? question : byTensors(question)).ask(self)
        return (answer.inputs, answer.answers, answer.outputs ?? answer.answers.tensors(answeredFields))
    }

    /// Rows as the tensors that it takes: one matrix of numbers, or one tensor for each column.
    private func byTensors(_ question: Question) throws(MartletError) -> Question {
        guard let table = question.table else { return question }
        let (fields, rows) = (interface.inputs, table.rowCount)
        if fields.count == 1, fields[0].shape.count == 2, table.columns.count > 1 || fields[0].shape[1] != 1, fields[0].datatype != .bytes {
            let columns = table.columns.compactMap(\.numbers)
            guard columns.count == table.columns.count else { throw needsTensors }
            let numbers = (0..<rows).flatMap { row in columns.map { $0[row] } }
            return .tensors([Tensor(numbers, for: fields[0], shape: [rows, columns.count])], rows: rows)
        }
        guard fields.count == table.columns.count else { throw needsTensors }
        var tensors: [Tensor] = []
        for (field, column) in zip(fields, table.columns) {
            guard field.shape.count < 3, field.datatype == .bytes || column.numbers != nil else { throw needsTensors }
            let shape = field.shape.count == 2 ? [rows, 1] : [rows]
            if field.datatype == .bytes {
                let texts = (0..<rows).map { column.isMissing($0) ? nil : column.json($0).text ?? column.category($0) }
                tensors.append(Tensor(name: field.name, datatype: .bytes, shape: shape, values: .text(texts)))
            } else {
                tensors.append(Tensor(column.numbers ?? [], for: field, shape: shape))
            }
        }
        return .tensors(tensors, rows: rows)
    }

    private var needsTensors: MartletError {
        MartletError(.invalidInput, "\(name)@v\(version) takes tensors that are no columns of a table. Send them to /v2/models/NAME/infer.")
    }
}

extension Answers {
    /// What is said of each row, as the outputs of the given names.
    func tensors(_ fields: [TensorField]) -> [Tensor] {
        fields.map { field in
            guard field.name != "label" else {
                let texts = labels.map { labels in (0..<rowCount).map { labels[$0] } } ?? Array(repeating: nil, count: rowCount)
                return Tensor(name: field.name, datatype: .bytes, shape: [rowCount], values: .text(texts))
            }
            let shape = field.shape.count > 1 ? [rowCount, width] : [rowCount]
            return Tensor(name: field.name, datatype: .fp64, shape: shape, values: .numbers(scores))
        }
    }
}

extension Tensor {
    /// Numbers in a field's datatype.
    init(_ numbers: [Double], for field: TensorField, shape: [Int]) {
        self.init(
            name: field.name, datatype: field.datatype, shape: shape, values: .raw(BinaryTensor.bytes(.numbers(numbers), as: field.datatype)))
    }
}
