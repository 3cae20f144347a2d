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
    /// What it answers instead of its output.
    var answered: Tensor?
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
        let own = Tensor(name: output.name, datatype: output.datatype, shape: tensors[0].shape, values: .numbers(answers))
        return GraphAnswers(
            outputs: [answered ?? own], answers: Answers(scores: scores, width: 1, labels: nil), inputs: Table(rows: rows))
    }

    func outputs(of table: Table) throws(MartletError) -> GraphAnswers {
        let (a, b) = (try table.column("a").numbers ?? [], try table.column("b").numbers ?? [])
        let both = zip(a, b).flatMap { [$0, $1] }
        return try answer([Tensor(name: input.name, datatype: input.datatype, shape: [a.count, 2], values: .numbers(both))], rows: a.count)
    }

    static func question(_ numbers: [Double], named name: String = "x", _ datatype: Datatype = .fp32) -> InferenceRequest {
        let shape = [numbers.count / 2, 2]
        return InferenceRequest(inputs: [
            Tensor(name: name, datatype: datatype, shape: shape, values: .raw(BinaryTensor.bytes(.numbers(numbers), as: datatype)))
        ])
    }
}
