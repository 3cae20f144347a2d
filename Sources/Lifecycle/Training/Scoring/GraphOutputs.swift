import ONNXRuntime
import Support
import Tables

/// Finds out which of a foreign graph's outputs answers, and in which order it has the classes.
struct GraphOutputs {
    private let outputs: [TensorDescription]
    private let answer: Signature.Answer

    init(_ outputs: [TensorDescription], _ answer: Signature.Answer) {
        self.outputs = outputs
        self.answer = answer
    }

    private var scores: [TensorDescription] { outputs.filter { $0.isMapSequence || $0.elementType == .float || $0.elementType == .double } }
    private var label: TensorDescription? { outputs.first { !$0.isMapSequence && [.string, .int64, .int32, .bool].contains($0.elementType) } }

    func mapping() throws(MartletError) -> GraphMapping.Output {
        switch answer {
        case .regression:
            guard let output = scores.first(where: { !$0.isMapSequence }) ?? label, output.elementType != .string else {
                throw failure("a number per row")
            }
            return .value(output: output.name)
        case .binary(let negative, let positive, _):
            let width = probabilities?.shape.last ?? -1
            guard let output = probabilities else { return try labels([negative, positive]) }
            let position = order([negative, positive]).firstIndex(of: positive) ?? 1
            return .probabilities(output: output.name, positions: [width == 1 || output.shape.count == 1 ? 0 : position])
        case .multiclass(let classes):
            guard let output = probabilities else { return try labels(classes) }
            let width = output.shape.last ?? -1
            guard output.isMapSequence || width < 0 || width == classes.count else {
                throw failure("\(classes.count) probabilities per row, one for each class (\(classes.prefix(20).joined(separator: ", ")))")
            }
            let order = order(classes)
            return .probabilities(output: output.name, positions: classes.map { order.firstIndex(of: $0) ?? 0 })
        }
    }

    /// The output that holds probabilities: one that says so in its name, otherwise the only one of its type.
    private var probabilities: TensorDescription? { scores.first { $0.name.lowercased().contains("prob") } ?? scores.first }

    /// The order in which other programs keep classes: texts sorted, numbers by value; 0 and 1 for negative and positive where the graph
    /// answers with numbers and the classes are none.
    private func order(_ classes: [String]) -> [String] {
        if classes.allSatisfy({ Double($0) != nil }) { return classes.sorted { (Double($0) ?? 0) < (Double($1) ?? 0) } }
        return label.map { $0.elementType == .string } ?? false ? classes.sorted() : classes
    }

    private func labels(_ classes: [String]) throws(MartletError) -> GraphMapping.Output {
        guard let label else { throw failure("probabilities or labels") }
        let areNumbers = classes.allSatisfy { Double($0) != nil }
        return .labels(output: label.name, names: label.elementType == .string || areNumbers ? classes : classes.indices.map(String.init))
    }

    private func failure(_ expected: String) -> MartletError {
        let found = outputs.map { output in
            let shape = output.shape.map { $0 < 0 ? "any" : String($0) }.joined(separator: ", ")
            return "“\(output.name)” (\(output.isMapSequence ? "list of maps" : "\(output.elementType.rawValue) [\(shape)]"))"
        }
        return MartletError(.invalidInput, "The model does not answer with \(expected). Its outputs are \(found.joined(separator: ", ")).")
    }
}
