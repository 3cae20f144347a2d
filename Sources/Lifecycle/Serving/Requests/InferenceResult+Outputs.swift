package import Support
import Tables

extension InferenceResult {
    /// Up to how many values an answer is written down at once; more take their time.
    package static let quickValues = 4096

    /// Whether writing it down takes its time.
    package var isLong: Bool { (tensors?.reduce(0) { $0 + $1.count } ?? answers.scores.count) > InferenceResult.quickValues }

    /// The outputs that are given where none are asked for.
    package var outputNames: [String] { tensors?.map(\.name) ?? answer.outputs.map(\.name) }

    /// The output of a name.
    /// - Throws: `invalidInput` where the answer has none: columns are answered by what the model says of each row, tensors by tensors.
    package func output(_ name: String) throws(MartletError) -> Tensor {
        if name == TensorInterface.predictionID.name {
            return Tensor(name: name, datatype: .bytes, shape: [ids.count], values: .text(ids.map(\.description)))
        }
        if name == TensorInterface.outlierScore.name, !outputNames.contains(name), let findings {
            return Tensor(name: name, datatype: .fp64, shape: [ids.count], values: .numbers(findings.scores))
        }
        guard outputNames.contains(name) else {
            throw MartletError(.invalidInput, "The answer has no output “\(name)”. It has: \(outputNames.joined(separator: ", ")).")
        }
        if let tensor = tensors?.first(where: { $0.name == name }) { return tensor }
        guard name != "label" else { return Tensor(name: name, datatype: .bytes, shape: [ids.count], values: .text(labels)) }
        let shape = name == "probabilities" ? [ids.count, answers.width] : [ids.count]
        return Tensor(name: name, datatype: .fp64, shape: shape, values: .numbers(answers.scores))
    }

    private var labels: [String?] {
        guard let labels = answers.labels else { return Array(repeating: nil, count: ids.count) }
        return labels.codes.indices.map { labels[$0] }
    }
}
