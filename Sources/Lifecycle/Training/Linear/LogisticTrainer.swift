package import Statistics
package import Support
import Tables

/// Logistic regression, of two classes or several, fitted to the minimum of scikit-learn's objective.
package struct LogisticTrainer: Trainer {
    package static let name = "train/logistic"
    package static let summary = "Logistic regression on standardised numbers and one-hot categories, with L2 regularisation."
    package static let parameterNames = ["C", "max_categories", "max_iterations"]

    package static let problems: Set<ProblemType> = [.binary, .multiclass]

    package init() {}

    package static func check(_ parameters: JSONValue, problem: ProblemType) throws(MartletError) { _ = try Settings(parameters) }

    private struct Settings {
        var inverseRegularisation: Double
        var categoryLimit: Int
        var iterationLimit: Int
        var resolved: JSONValue

        init(_ parameters: JSONValue) throws(MartletError) {
            var reader = try TrainingParameters(parameters, of: LogisticTrainer.self)
            inverseRegularisation = try reader.number("C", default: 1, in: 1e-9...1e9)
            categoryLimit = try reader.whole("max_categories", default: 100, in: 1...10_000)
            iterationLimit = try reader.whole("max_iterations", default: 1000, in: 1...1_000_000)
            resolved = reader.resolved
        }
    }

    package func fit(
        training: TrainingSet, validation: TrainingSet, parameters: JSONValue, seed: UInt64, progress: (@Sendable (String, Double) -> Void)?
    ) throws(MartletError) -> FittedModel {
        let settings = try Settings(parameters)
        try training.requireLearnable()
        let (truth, outputs) = try Self.truth(training.target)
        let model = try LinearModel(training, categoryLimit: settings.categoryLimit)
        let objective = LogisticObjective(
            matrix: model.matrix, truth: truth, weights: training.weights ?? [Double](repeating: 1, count: training.rowCount), outputs: outputs,
            inverseRegularisation: settings.inverseRegularisation)
        let report = { (iteration: Int) in
            progress?("iteration \(iteration + 1)", Double(iteration) / Double(iteration + 10))
            return
        }
        let (solution, iterations) = Self.minimize(objective, settings.iterationLimit, report)
        let link: BoosterLink = outputs == 1 ? .logistic(scale: 1) : .softmax
        var fitted = try model.export(solution, outputs: outputs, link: link, parameters: settings.resolved)
        fitted.rounds = iterations
        if iterations >= settings.iterationLimit {
            fitted.notes.append("The fit was stopped after \(iterations) iterations, before its end. Raise max_iterations or lower C.")
        }
        return fitted
    }

    private static func truth(_ target: Target) throws(MartletError) -> (truth: [Int32], outputs: Int) {
        switch target {
        case .binary(let truth, _, _): (truth.map(Int32.init), 1)
        case .multiclass(let truth, let classes): (truth, classes.count)
        case .regression: throw MartletError(.invalidInput, "train/logistic is for classifications; the target is a number. Use train/linear.")
        }
    }

    /// Newton's method where the matrix of second derivatives is small and quick to make; otherwise a method without it.
    private static func minimize(_ objective: LogisticObjective, _ limit: Int, _ report: (Int) -> Void) -> (parameters: [Double], iterations: Int) {
        let entries = Double(objective.matrix.entriesPerRow * objective.outputs)
        if objective.parameterCount <= 600, Double(objective.matrix.rowCount) * entries * entries < 4e9 {
            return Newton(iterationLimit: limit).minimize(objective, progress: report)
        }
        return LimitedMemoryBFGS(iterationLimit: limit)
            .minimize(diagonal: objective.diagonal(), evaluate: objective.evaluate, progress: report)
    }
}
