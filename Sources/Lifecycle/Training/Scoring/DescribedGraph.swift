package import EngineLibraries
import ONNXGraph
import ONNXRuntime
package import Support
package import Tables

/// A graph that comes alone: what can be said of it as a model of a table, from its inputs, its outputs and what it answers to zeros.
package enum DescribedGraph {
    /// What a graph is asked with and answers. Without inputs where they are no columns; a regression without scores where the answers are none.
    /// - Parameters:
    ///   - data: the rows that it was trained on, where they are known.
    ///   - target: the column of the data that it answers; where it is not told, a graph of one column less than the data is taken to answer the
    ///     one that is called so, or the last.
    /// - Throws: `engineMissing`; `invalidInput` where it is no graph, or does not fit the data.
    package static func signature(locator: EngineLocator, bytes: [UInt8], data: Table?, target: String?) throws(MartletError) -> Signature {
        let session = try InferenceSession(locator: locator, bytes: bytes)
        if let own = try GraphSignature.own(session) { return own.signature }
        let columns = try data.map { data throws(MartletError) in
            try GraphInputs(session.inputs, features(session, data, target)).mapping().1
        }
        return Signature(inputs: columns ?? fields(session.inputs), answer: answer(session, ClassLabels.find(in: bytes)))
    }

    // MARK: - Data

    private static let targetNames: Set<String> = ["target", "label", "class", "y", "outcome"]

    private static func features(_ session: InferenceSession, _ data: Table, _ target: String?) throws(MartletError) -> [Signature.Field] {
        if let target { _ = try data.column(target) }
        var columns = data.columns.filter { $0.name != target }
        let numeric = columns.filter { $0.kind.isNumeric }
        if target == nil, session.inputs.count == 1, session.inputs[0].shape.count == 2, session.inputs[0].shape[1] == numeric.count - 1 {
            let answered = numeric.first { targetNames.contains($0.name.lowercased()) } ?? numeric[numeric.count - 1]
            columns.removeAll { $0.name == answered.name }
        }
        return columns.map(\.signatureField)
    }

    // MARK: - Inputs

    /// How many columns a matrix may have to be looked at column by column.
    private static let widest = 4096

    private static func fields(_ inputs: [TensorDescription]) -> [Signature.Field] {
        if inputs.count == 1, inputs[0].shape.count == 2, inputs[0].shape[1] != 1 { return matrix(inputs[0]) }
        let areColumns = inputs.allSatisfy { input in
            input.shape.count == 1 || input.shape.count == 2 && input.shape[1] == 1
        }
        guard areColumns else { return [] }
        return inputs.map { input in
            Signature.Field(input.name, kind: kind(input.elementType), mayBeMissing: [.float, .double, .string].contains(input.elementType))
        }
    }

    private static func matrix(_ input: TensorDescription) -> [Signature.Field] {
        let width = input.shape[1]
        guard (1...widest).contains(width), [.float, .double].contains(input.elementType) else { return [] }
        return (0..<width).map { Signature.Field("\(input.name)_\($0)", kind: .number, mayBeMissing: true) }
    }

    private static func kind(_ type: TensorElementType) -> ColumnKind {
        switch type {
        case .string: .text
        case .bool: .boolean
        case .int8, .int16, .int32, .int64, .uint8, .uint16, .uint32, .uint64: .integer
        default: .number
        }
    }

    // MARK: - Outputs

    private static func answer(_ session: InferenceSession, _ labels: [String]?) -> Signature.Answer {
        let scores = session.outputs.filter { $0.isMapSequence || [.float, .double].contains($0.elementType) }
        guard let output = scores.first(where: { $0.name.lowercased().contains("prob") }) ?? scores.first else { return .regression }
        let probe = probe(session, output.name)
        let width = probe?.shape.count == 2 ? probe?.shape.last ?? 1 : output.shape.count == 2 ? output.shape[1] : 1
        guard (2...widest).contains(width) else { return .regression }
        var names = probe?.labels ?? labels ?? []
        if names.count != width { names = (0..<width).map(String.init) }
        return width == 2 ? .binary(negative: names[0], positive: names[1], threshold: 0.5) : .multiclass(classes: names)
    }

    /// What the graph answers to one row of zeros; nil where it takes none.
    private static func probe(_ session: InferenceSession, _ output: String) -> RawTensor? {
        let inputs = session.inputs.map { input -> (String, RawTensor) in
            let shape = input.shape.map { $0 < 0 ? 1 : $0 }
            let count = shape.reduce(1) { $0.multipliedReportingOverflow(by: $1).overflow ? 0 : $0 * $1 }
            guard let size = input.elementType.size, count <= 1 << 24 else {
                return (input.name, RawTensor(input.elementType, shape: shape, .texts(Array(repeating: "", count: min(count, 1 << 16)))))
            }
            return (input.name, RawTensor(input.elementType, shape: shape, .bytes(Array(repeating: 0, count: count * size)[...])))
        }
        guard let answers = try? session.run(raw: inputs), let place = session.outputs.firstIndex(where: { $0.name == output }) else { return nil }
        return answers[place]
    }
}

extension GraphSignature {
    /// The contract of a graph as it was described; what cannot be read as a table is left out of the mapping.
    static func described(_ session: InferenceSession, _ signature: Signature) -> GraphSignature {
        if let own = try? own(session) { return own }
        let inputs = signature.inputs.isEmpty ? nil : try? GraphInputs(session.inputs, signature.inputs).mapping().0
        let output = try? GraphOutputs(session.outputs, signature.answer).mapping()
        return GraphSignature(signature: signature, mapping: GraphMapping(inputs: inputs ?? .tensors, output: output ?? .none))
    }
}
