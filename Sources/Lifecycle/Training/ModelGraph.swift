import Foundation
import ONNXGraph
import Support
import Tables

/// The frame of every exported model: one input per column, outputs by kind of problem, the signature among the file's properties.
///
/// Inputs are tensors of shape [N, 1] named as their columns: doubles (NaN is missing) or texts (empty is missing). Outputs:
/// binary `probability` [N] and `label` [N]; multiclass `probabilities` [N, K] and `label` [N]; regression `value` [N]. Where a column has
/// the name of an output, the output's name gets an underscore; the first output always holds the scores.
struct ModelGraph {
    /// The key of the signature among the file's properties.
    static let signatureProperty = "martlet.signature"

    var builder: GraphBuilder
    let signature: Signature
    /// The inputs in the signature's order.
    let inputs: [GraphValue]
    private let scoreName: String
    private let labelName: String

    init(signature: Signature) throws(MartletError) {
        self.signature = signature
        builder = GraphBuilder(name: "martlet")
        let columns = Set(signature.inputs.map(\.name))
        scoreName = Self.free(Self.scoreName(signature.answer), columns)
        labelName = Self.free("label", columns)
        builder.reserve([scoreName, labelName] + columns)
        var inputs: [GraphValue] = []
        for field in signature.inputs {
            inputs.append(try builder.input(field.name, field.kind.isNumeric ? .double : .string, shape: [.rows, .fixed(1)]))
        }
        self.inputs = inputs
    }

    private static func scoreName(_ answer: Signature.Answer) -> String {
        switch answer {
        case .binary: "probability"
        case .multiclass: "probabilities"
        case .regression: "value"
        }
    }

    private static func free(_ name: String, _ taken: Set<String>) -> String {
        var name = name
        while taken.contains(name) { name += "_" }
        return name
    }

    /// Ends the graph.
    /// - Parameter scores: [N, 1] for binary and regression, [N, K] for multiclass.
    /// - Returns: the file's bytes.
    mutating func finish(scores: GraphValue) throws(MartletError) -> [UInt8] {
        switch signature.answer {
        case .regression:
            try builder.output(flat(scores), as: scoreName, .double, shape: [.rows])
        case .binary(let negative, let positive, let threshold):
            let probability = flat(scores)
            try builder.output(probability, as: scoreName, .double, shape: [.rows])
            let isPositive = builder.node(GraphOperator("GreaterOrEqual"), probability, builder.constant(threshold))
            let label = builder.node(
                GraphOperator("Where"), isPositive, builder.constant(ConstantTensor([positive], shape: [])),
                builder.constant(ConstantTensor([negative], shape: [])))
            try builder.output(label, as: labelName, .string, shape: [.rows])
        case .multiclass(let classes):
            try builder.output(scores, as: scoreName, .double, shape: [.rows, .fixed(classes.count)])
            let best = builder.node(GraphOperator("ArgMax", [("axis", .integer(1)), ("keepdims", .integer(0))]), scores)
            let label = builder.node(GraphOperator("Gather", [("axis", .integer(0))]), builder.constant(ConstantTensor(classes)), best)
            try builder.output(label, as: labelName, .string, shape: [.rows])
        }
        builder.property(Self.signatureProperty, try Self.json(signature))
        return try builder.bytes()
    }

    /// [N, 1] as [N].
    private mutating func flat(_ value: GraphValue) -> GraphValue {
        builder.node(GraphOperator("Reshape"), value, builder.constant(ConstantTensor([Int64(-1)])))
    }

    private static func json(_ signature: Signature) throws(MartletError) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        do {
            return String(decoding: try encoder.encode(signature), as: UTF8.self)
        } catch {
            throw MartletError(.defect, "The model's signature cannot be written as JSON.", cause: "\(error)")
        }
    }
}
