import Support
import Tables

/// What models hand to each other.
extension ServedModel {
    /// What it answers beside the identifiers of predictions.
    var answeredFields: [TensorField] { interface.outputs.filter { graph != nil || $0.name != TensorInterface.predictionID.name } }

    /// Asks rows with the outputs of its own where it has any, so that there is something to hand on.
    func answerWhole(_ question: Question) throws(MartletError) -> (inputs: Table, answers: Answers, outputs: [Tensor]) {
        guard let table = question.table, let graph else {
            let answer = try question.ask(self)
            return (answer.inputs, answer.answers, answer.outputs ?? answer.answers.tensors(answeredFields))
        }
        let answer = try graph.outputs(of: table)
        let answers = answer.answers
        guard answers.rowCount == table.rowCount, answers.labels.map({ $0.codes.count == table.rowCount }) ?? true else {
            throw MartletError(.defect, "Model \(name) answered \(answers.rowCount) rows where \(table.rowCount) were asked.")
        }
        return (table, answers, answer.outputs)
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
