package import Statistics
package import Support
import Tables

/// Linear regression by least squares, with or without L2 regularisation.
package struct LinearTrainer: Trainer {
    package static let name = "train/linear"
    package static let summary = "Linear regression on standardised numbers and one-hot categories, with L2 regularisation (alpha: 0 for none)."
    package static let parameterNames = ["alpha", "max_categories"]

    /// More unknowns than this are found step by step: an orthogonal factorisation would take too long.
    private static let directLimit = 400

    package static let problems: Set<ProblemType> = [.regression]

    package init() {}

    private struct Settings {
        let alpha: Double
        let categoryLimit: Int
        let resolved: JSONValue

        init(_ parameters: JSONValue) throws(MartletError) {
            var reader = try TrainingParameters(parameters, of: LinearTrainer.self)
            alpha = try reader.number("alpha", default: 1, in: 0...1e12)
            categoryLimit = try reader.whole("max_categories", default: 100, in: 1...10_000)
            resolved = reader.resolved
        }
    }

    package static func check(_ parameters: JSONValue, problem: ProblemType) throws(MartletError) { _ = try Settings(parameters) }

    package func fit(
        training: TrainingSet, validation: TrainingSet, parameters: JSONValue, seed: UInt64, progress: (@Sendable (String, Double) -> Void)?
    ) throws(MartletError) -> FittedModel {
        let settings = try Settings(parameters)
        guard case .regression(let truth) = training.target else {
            throw MartletError(.invalidInput, "train/linear is for regressions; the target is a class. Use train/logistic.")
        }
        try training.requireLearnable()
        let model = try LinearModel(training, categoryLimit: settings.categoryLimit)
        let problem = RidgeProblem(
            matrix: model.matrix, truth: truth, weights: training.weights ?? [Double](repeating: 1, count: training.rowCount), alpha: settings.alpha)
        let solution = model.matrix.width <= Self.directLimit ? problem.direct() : problem.iterative { progress?("iteration \($0 + 1)", 0.5) }
        return try model.export(solution, outputs: 1, link: .identity, parameters: settings.resolved)
    }
}

/// Minimise Σ weight · (truth − intercept − features · w)² + alpha · ‖w‖².
struct RidgeProblem: Sendable {
    let matrix: DesignMatrix
    let truth: [Double]
    let weights: [Double]
    let alpha: Double

    /// By an orthogonal factorisation. The truth is centred first: where several solutions are equally good, the shortest one is then the
    /// nearest to its mean, which is what a text without a weight of its own gets.
    func direct() -> [Double] {
        let centre = truth.reduce(0, +) / Double(max(1, truth.count))
        var squares = LeastSquares(unknowns: matrix.width + 1)
        var places = [Int](repeating: 0, count: matrix.entriesPerRow + 1)
        var values = [Double](repeating: 0, count: matrix.entriesPerRow + 1)
        for row in 0..<matrix.rowCount where weights[row] > 0 {
            let count = matrix.entries(row, &places, &values)
            squares.add(places, values, count: count, equals: truth[row] - centre, weight: weights[row])
        }
        if alpha > 0 {
            for feature in 0..<matrix.width { squares.add([feature], [1], count: 1, equals: 0, weight: alpha) }
        }
        var solution = squares.solve()
        solution[matrix.width] += centre
        return solution
    }

    /// By descent, for many features.
    func iterative(_ progress: (Int) -> Void) -> [Double] {
        let centre = truth.reduce(0, +) / Double(max(1, truth.count))
        let diagonal = matrix.squares(weights).enumerated().map { ($0.offset == matrix.width ? 0 : alpha) + max($0.element, 1e-12) }
        let scale = max(1, truth.reduce(0) { max($0, abs($1 - centre)) })
        var method = LimitedMemoryBFGS(iterationLimit: 2000)
        method.tolerance = 1e-8 * scale * Double(max(1, matrix.rowCount)).squareRoot()
        var solution = method.minimize(diagonal: diagonal, evaluate: { evaluate($0, centre) }, progress: progress).parameters
        solution[matrix.width] += centre
        return solution
    }

    private func evaluate(_ parameters: [Double], _ centre: Double) -> (value: Double, gradient: [Double]) {
        var amounts = matrix.scores(parameters, outputs: 1)
        var value = 0.0
        for row in 0..<matrix.rowCount {
            let residual = amounts[row] - (truth[row] - centre)
            value += weights[row] * residual * residual / 2
            amounts[row] = weights[row] * residual
        }
        var gradient = [Double](repeating: 0, count: matrix.width + 1)
        matrix.accumulate(amounts, outputs: 1, into: &gradient)
        for j in 0..<matrix.width {
            value += alpha * parameters[j] * parameters[j] / 2
            gradient[j] += alpha * parameters[j]
        }
        return (value, gradient)
    }
}
