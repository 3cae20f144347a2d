package import EngineLibraries
import LightGBM
import ONNXGraph
package import Statistics
package import Support
import Tables

/// Gradient-boosted trees by LightGBM, exported without loss.
///
/// Texts become categories by the rank of their frequency; the rounds are chosen on the validation rows, where there are any.
package struct LightGBMTrainer: Trainer {
    package static let name = "train/lightgbm"
    package static let summary = "Gradient-boosted trees (LightGBM), with early stopping on the validation rows."
    package static let parameterNames = LightGBMSettings.names

    package static let problems: Set<ProblemType> = [.binary, .multiclass, .regression]

    private let locator: EngineLocator

    package init(locator: EngineLocator) { self.locator = locator }

    package static func check(_ parameters: JSONValue, problem: ProblemType) throws(MartletError) {
        _ = try LightGBMSettings(parameters, problem: problem, classCount: 2, hasValidation: true)
    }

    package func fit(
        training: TrainingSet, validation: TrainingSet, parameters: JSONValue, seed: UInt64, progress: (@Sendable (String, Double) -> Void)?
    ) throws(MartletError) -> FittedModel {
        let settings = try LightGBMSettings(
            parameters, problem: training.target.problem, classCount: training.target.answer.classes.count, hasValidation: validation.rowCount > 0)
        try training.requireLearnable()
        try settings.checkRange(of: training)
        let usable = FeatureColumns(training.features)
        guard !usable.columns.isEmpty else {
            throw MartletError(.invalidInput, "No column can tell rows apart. \(usable.notes.joined(separator: " ")) Mark other columns as used.")
        }
        let encodings = usable.columns.map {
            TreeEncoding($0, minimumCount: settings.minimumCategoryCount, limit: settings.categoryLimit)
        }
        let held = settings.usesValidation ? try matrix(validation, encodings) : nil
        let rounds = settings.rounds
        let booster = try LightGBM(locator: locator).train(
            settings.engineParameters(seed: seed), training: try matrix(training, encodings), validation: held, rounds: rounds,
            earlyStopping: settings.usesValidation && settings.earlyStopping > 0 ? settings.earlyStopping : nil,
            progress: { round, _ in
                progress?("round \(round)", Double(round) / Double(rounds))
                return true
            })
        let signature = Signature(inputs: usable.columns.map(\.signatureField), answer: training.target.answer)
        return try export(booster, encodings, signature, settings, notes: usable.notes + settings.notes)
    }

    private func matrix(_ set: TrainingSet, _ encodings: [TreeEncoding]) throws(MartletError) -> TrainingMatrix {
        var columns: [[Double]] = []
        for encoding in encodings { columns.append(try encoding.encode(set.features)) }
        return TrainingMatrix(
            features: columns, featureNames: encodings.map(\.column), categorical: encodings.indices.filter { encodings[$0].isCategorical },
            label: set.target.numbers.map(Float.init), weight: set.weights?.map(Float.init))
    }

    private func export(
        _ booster: Booster, _ encodings: [TreeEncoding], _ signature: Signature, _ settings: LightGBMSettings, notes: [String]
    ) throws(MartletError) -> FittedModel {
        let text = try BoosterText(parsing: booster.modelText)
        var graph = try ModelGraph(signature: signature)
        var features: [GraphValue] = []
        for (encoding, input) in zip(encodings, graph.inputs) { features.append(encoding.add(to: &graph.builder, input: input)) }
        let scores = try text.add(to: &graph.builder, features: features)
        let gains = try booster.featureImportance(.gain)
        return FittedModel(
            graph: try graph.finish(scores: scores.answer), signature: signature, parameters: settings.resolved,
            importance: [FittedModel.Importance](amounts: zip(encodings, gains).map { (column: $0.column, amount: $1) }),
            history: booster.evaluationHistory.map { FittedModel.History(table: "validation", metric: $0.name, values: $0.values) },
            notes: notes, rounds: booster.bestIteration, trees: ExplainedTrees(encodings, booster.modelText))
    }
}
