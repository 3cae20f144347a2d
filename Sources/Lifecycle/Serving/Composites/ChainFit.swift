import Support
import Tables

/// Whether a model takes what the one before it answers.
struct ChainFit {
    let before: any ServedModel
    let after: any ServedModel
    /// Outputs of the model before, with the inputs that they are.
    let rename: [String: String]

    /// The names of what a model can be asked with.
    static func inputs(of model: any ServedModel) -> Set<String> {
        Set(model.interface.inputs.map(\.name) + model.signature.inputs.map(\.name))
    }

    /// - Throws: `invalidInput` naming the input that nothing fits.
    func check(in chain: String) throws(MartletError) {
        let answered = before.answeredFields
        for name in rename.keys.sorted() where !answered.contains(where: { $0.name == name }) {
            throw refusal(chain, "cannot have “\(name)” renamed, which is not answered.")
        }
        let outputs = answered.map { TensorField(name: rename[$0.name] ?? $0.name, datatype: $0.datatype, shape: $0.shape) }
        let asTensors = after.graph == nil ? nil : objection(asTensors: outputs)
        if after.graph != nil, asTensors == nil { return }
        let asColumns = after.signature.inputs.isEmpty ? asTensors : objection(asColumns: outputs)
        if let asColumns { throw refusal(chain, asTensors ?? asColumns) }
    }

    private func objection(asTensors outputs: [TensorField]) -> String? {
        for input in after.interface.inputs {
            guard let output = outputs.first(where: { $0.name == input.name }) else { return "takes \(input.description), which is not answered." }
            let fits =
                output.datatype == input.datatype && output.shape.count == input.shape.count
                && zip(output.shape, input.shape).allSatisfy { $0 == $1 || $0 < 0 || $1 < 0 }
            guard fits else { return "takes \(input.description), and gets \(output.description)." }
        }
        return nil
    }

    private func objection(asColumns outputs: [TensorField]) -> String? {
        for field in after.signature.inputs {
            guard let output = outputs.first(where: { $0.name == field.name }) else {
                return "takes a column “\(field.name)”, which is not answered."
            }
            let isColumn = output.shape.count == 1 || output.shape.count == 2 && [1, -1].contains(output.shape[1])
            guard isColumn, (field.datatype == .bytes) == (output.datatype == .bytes) else {
                return "takes a column “\(field.name)” (\(field.kind.rawValue)), and gets \(output.description)."
            }
        }
        return nil
    }

    private func refusal(_ chain: String, _ objection: String) -> MartletError {
        let answered = before.answeredFields.prefix(30).map(\.description).joined(separator: ", ")
        return MartletError(
            .invalidInput,
            "The chain “\(chain)” does not fit together: \(after.name)@v\(after.version) \(objection) \(before.name)@v\(before.version) answers \(answered). “rename” gives outputs other names."
        )
    }
}
