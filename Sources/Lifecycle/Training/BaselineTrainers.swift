import ONNXGraph
package import Statistics
package import Support
import Tables

/// Answers every row with the shares of the classes in training: what any model of a classification must beat.
package struct MajorityTrainer: Trainer {
    package static let name = "train/majority"
    package static let summary = "The most frequent class for every row: the least that a classification must beat."
    package static let parameterNames: [String] = []
    package static let problems: Set<ProblemType> = [.binary, .multiclass]

    package init() {}

    package static func check(_ parameters: JSONValue, problem: ProblemType) throws(MartletError) {
        _ = try TrainingParameters(parameters, of: Self.self)
    }

    package func fit(
        training: TrainingSet, validation: TrainingSet, parameters: JSONValue, seed: UInt64, progress: (@Sendable (String, Double) -> Void)?
    ) throws(MartletError) -> FittedModel {
        _ = try TrainingParameters(parameters, of: Self.self)
        try training.requireLearnable()
        let shares: [Double]
        switch training.target {
        case .regression:
            throw MartletError(.invalidInput, "train/majority is for classifications; the target is a number. Use train/mean.")
        case .binary: shares = [training.weightedMean(training.target.numbers)]
        case .multiclass(let truth, let classes):
            shares = classes.indices.map { k in training.weightedMean(truth.map { Int($0) == k ? 1 : 0 }) }
        }
        return try FittedModel.constant(shares, training)
    }
}

/// Answers every row with the mean of the target in training: what any regression must beat.
package struct MeanTrainer: Trainer {
    package static let name = "train/mean"
    package static let summary = "The mean of the target for every row: the least that a regression must beat."
    package static let parameterNames: [String] = []
    package static let problems: Set<ProblemType> = [.regression]

    package init() {}

    package static func check(_ parameters: JSONValue, problem: ProblemType) throws(MartletError) {
        _ = try TrainingParameters(parameters, of: Self.self)
    }

    package func fit(
        training: TrainingSet, validation: TrainingSet, parameters: JSONValue, seed: UInt64, progress: (@Sendable (String, Double) -> Void)?
    ) throws(MartletError) -> FittedModel {
        _ = try TrainingParameters(parameters, of: Self.self)
        try training.requireLearnable()
        guard case .regression(let values) = training.target else {
            throw MartletError(.invalidInput, "train/mean is for regressions; the target is a class. Use train/majority.")
        }
        return try FittedModel.constant([training.weightedMean(values)], training)
    }
}

extension FittedModel {
    /// A model that answers the same scores for every row. It reads one column, for the number of rows.
    fileprivate static func constant(_ scores: [Double], _ training: TrainingSet) throws(MartletError) -> FittedModel {
        let usable = FeatureColumns(training.features)
        guard let column = usable.columns.first ?? training.features.columns.first else {
            throw MartletError(.invalidInput, "There is no column to predict from. Mark at least one column as used.")
        }
        var field = column.signatureField
        field.mayBeMissing = true
        let signature = Signature(inputs: [field], answer: training.target.answer)
        var graph = try ModelGraph(signature: signature)
        let rows = graph.builder.node(GraphOperator("Shape", [("start", .integer(0)), ("end", .integer(1))]), graph.inputs[0])
        let width = graph.builder.constant(ConstantTensor([Int64(scores.count)]))
        let shape = graph.builder.node(GraphOperator("Concat", [("axis", .integer(0))]), rows, width)
        let constant = graph.builder.constant(ConstantTensor(scores, shape: [1, scores.count]))
        let answer = graph.builder.node(GraphOperator("Expand"), constant, shape)
        return FittedModel(graph: try graph.finish(scores: answer), signature: signature, parameters: .object([]))
    }
}

extension TrainingSet {
    /// The mean of values under the weights of the rows.
    func weightedMean(_ values: [Double]) -> Double {
        guard let weights else { return values.reduce(0, +) / Double(max(1, values.count)) }
        return zip(values, weights).reduce(0) { $0 + $1.0 * $1.1 } / weights.reduce(0, +)
    }

    /// - Throws: `invalidInput` where there is nothing to learn: no rows, no weight, or one value of the target.
    func requireLearnable() throws(MartletError) {
        guard rowCount > 0 else { throw MartletError(.invalidInput, "There are no rows to train on.") }
        if let weights, !weights.contains(where: { $0 > 0 }) {
            throw MartletError(.invalidInput, "Every row has weight 0. Choose another weight column.")
        }
        let values = target.numbers
        guard values.contains(where: { $0 != values[0] }) else {
            let value: String =
                switch target {
                case .binary(_, let negative, let positive): values[0] == 1 ? positive : negative
                case .multiclass(_, let classes): classes[Int(values[0])]
                case .regression: JSONValue.text(of: values[0])
                }
            throw MartletError(
                .invalidInput,
                "The target “\(targetName)” is “\(value)” in every row of the training data, so there is nothing to learn. Choose another target or another split."
            )
        }
    }
}
