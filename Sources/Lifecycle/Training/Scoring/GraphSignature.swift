import Foundation
import ONNXRuntime
import Support
import Tables

/// A graph's contract: what it is asked with and answers, and how that maps to its tensors.
struct GraphSignature: Sendable, Equatable, Codable {
    var signature: Signature
    var mapping: GraphMapping

    /// The contract of a graph that Martlet exported, from the file's properties; nil for a foreign graph.
    /// - Throws: `corrupted` where the properties do not fit the graph.
    static func own(_ session: InferenceSession) throws(MartletError) -> GraphSignature? {
        guard let text = session.metadata[ModelGraph.signatureProperty] else { return nil }
        let signature: Signature
        do {
            signature = try JSONDecoder().decode(Signature.self, from: Data(text.utf8))
        } catch {
            throw MartletError(.corrupted, "The model's signature cannot be read. Train the model again.", cause: "\(error)")
        }
        let inputs = signature.inputs.map {
            GraphMapping.ColumnInput(column: $0.name, input: $0.name, type: $0.kind.isNumeric ? .double : .string, rank: 2)
        }
        guard let scores = session.outputs.first, Set(session.inputs.map(\.name)) == Set(inputs.map(\.input)) else {
            throw MartletError(.corrupted, "The model's inputs are not those of its signature. Train the model again.")
        }
        let output: GraphMapping.Output =
            switch signature.answer {
            case .regression: .value(output: scores.name)
            case .binary: .probabilities(output: scores.name, positions: [0])
            case .multiclass(let classes): .probabilities(output: scores.name, positions: Array(classes.indices))
            }
        return GraphSignature(signature: signature, mapping: GraphMapping(inputs: .columns(inputs), output: output))
    }

    /// The contract of any graph: its own where Martlet exported it, otherwise inferred from the names and shapes of its tensors.
    /// - Parameters:
    ///   - fields: the columns that the graph may use, in the order of the training data.
    ///   - answer: what it is to answer.
    /// - Throws: `invalidInput` where the graph does not fit, with what was expected and what was found.
    static func infer(_ session: InferenceSession, fields: [Signature.Field], answer: Signature.Answer) throws(MartletError) -> GraphSignature {
        if let own = try own(session) {
            try checkAnswer(own.signature.answer, answer)
            return own
        }
        let (inputs, used) = try GraphInputs(session.inputs, fields).mapping()
        return GraphSignature(
            signature: Signature(inputs: used, answer: answer),
            mapping: GraphMapping(inputs: inputs, output: try GraphOutputs(session.outputs, answer).mapping()))
    }

    private static func checkAnswer(_ found: Signature.Answer, _ expected: Signature.Answer) throws(MartletError) {
        let fits =
            switch (found, expected) {
            case (.regression, .regression): true
            case (.binary(let a, let b, _), .binary(let c, let d, _)): a == c && b == d
            case (.multiclass(let a), .multiclass(let b)): a == b
            default: false
            }
        guard fits else {
            throw MartletError(.invalidInput, "The model answers another question: it was trained for other classes or another kind of problem.")
        }
    }
}
