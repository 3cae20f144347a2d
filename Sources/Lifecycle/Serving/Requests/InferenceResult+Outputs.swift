package import Support
import Tables

extension InferenceResult {
    /// The outputs that are given where none are asked for.
    package var outputNames: [String] { tensors?.map(\.name) ?? answer.outputs.map(\.name) }

    /// The output of a name, which has been checked against the model's interface.
    /// - Throws: `defect` where the model left it out.
    package func output(_ name: String) throws(MartletError) -> Tensor {
        if name == TensorInterface.predictionID.name {
            return Tensor(name: name, datatype: .bytes, shape: [ids.count], values: .text(ids.map(\.description)))
        }
        if let tensors {
            guard let tensor = tensors.first(where: { $0.name == name }) else {
                throw MartletError(.defect, "Model \(model.name) left out its output “\(name)”.")
            }
            return tensor
        }
        guard name != "label" else { return Tensor(name: name, datatype: .bytes, shape: [ids.count], values: .text(labels)) }
        let shape = name == "probabilities" ? [ids.count, answers.width] : [ids.count]
        return Tensor(name: name, datatype: .fp64, shape: shape, values: .numbers(answers.scores))
    }

    private var labels: [String?] {
        guard let labels = answers.labels else { return Array(repeating: nil, count: ids.count) }
        return labels.codes.indices.map { labels[$0] }
    }
}
