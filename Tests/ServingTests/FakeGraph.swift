import Serving
import Support
import Tables

/// A model of tensors whose answer can be computed by hand: y is x times a factor, and so is the score of each row, of its first number.
struct FakeGraph: ServedModel, ServedGraph {
    var name = "scale"
    var version = 1
    var factor = 2.0
    var input = TensorField(name: "x", datatype: .fp32, shape: [-1, 2])
    var output = TensorField(name: "y", datatype: .fp32, shape: [-1, 2])
    var size = 0
    /// Called before each answer.
    var before: @Sendable () -> Void = {}

    var digest: String { "sha256:\(name)\(version)" }
    var signature: Signature {
        Signature(
            inputs: [.init("a", kind: .number, mayBeMissing: true), .init("b", kind: .number, mayBeMissing: true)], answer: .regression)
    }
    var interface: TensorInterface { TensorInterface(inputs: [input], outputs: [output]) }
    var graph: (any ServedGraph)? { self }

    func answer(_ table: Table) throws(MartletError) -> Answers {
        before()
        return Answers(scores: (try table.column("a").numbers ?? []).map { $0 * factor }, width: 1, labels: nil)
    }

    func answer(_ tensors: [Tensor], rows: Int) throws(MartletError) -> GraphAnswers {
        before()
        guard case .numbers(let values) = tensors[0].decoded else { throw MartletError(.defect, "No numbers.") }
        let answers = values.map { $0 * factor }
        let scores = stride(from: 0, to: answers.count, by: 2).map { answers[$0] }
        return GraphAnswers(
            outputs: [Tensor(name: output.name, datatype: output.datatype, shape: tensors[0].shape, values: .numbers(answers))],
            answers: Answers(scores: scores, width: 1, labels: nil), inputs: Table(rows: rows))
    }

    static func question(_ numbers: [Double], named name: String = "x", _ datatype: Datatype = .fp32) -> InferenceRequest {
        let shape = [numbers.count / 2, 2]
        return InferenceRequest(inputs: [
            Tensor(name: name, datatype: datatype, shape: shape, values: .raw(BinaryTensor.bytes(.numbers(numbers), as: datatype)))
        ])
    }
}
