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
        let solution =
            model.matrix.width <= Self.directLimit
            ? problem.direct() : problem.iterative { progress?("iteration \($0 + 1)", Double($0) / Double($0 + 50)) }
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

    /// By conjugate gradients on the normal equations, scaled by their diagonal (Golub & Van Loan, Matrix Computations, 4th edition, algorithm
    /// 11.5.1), for many features.
    func iterative(_ progress: (Int) -> Void) -> [Double] {
        let centre = truth.reduce(0, +) / Double(max(1, truth.count))
        let diagonal = matrix.squares(weights).enumerated().map { ($0.offset == matrix.width ? 0 : alpha) + max($0.element, 1e-12) }
        var solution = [Double](repeating: 0, count: matrix.width + 1)
        var residual = solution
        matrix.accumulate(zip(truth, weights).map { ($0 - centre) * $1 }, outputs: 1, into: &residual)
        let limit = 1e-10 * (residual.map(abs).max() ?? 0)
        var direction = zip(residual, diagonal).map { $0 / $1 }
        var size = dot(residual, direction)
        for iteration in 0..<1000 where residual.contains(where: { abs($0) > limit }) {
            progress(iteration)
            let image = normal(direction)
            let step = size / dot(direction, image)
            guard step.isFinite else { break }
            for j in solution.indices {
                solution[j] += step * direction[j]
                residual[j] -= step * image[j]
            }
            let scaled = zip(residual, diagonal).map { $0 / $1 }
            let next = dot(residual, scaled)
            for j in direction.indices { direction[j] = scaled[j] + next / size * direction[j] }
            size = next
        }
        solution[matrix.width] += centre
        return solution
    }

    /// The matrix of the normal equations times a vector.
    private func normal(_ vector: [Double]) -> [Double] {
        var image = vector.enumerated().map { $0.offset == matrix.width ? 0 : alpha * $0.element }
        matrix.accumulate(zip(matrix.scores(vector, outputs: 1), weights).map { $0 * $1 }, outputs: 1, into: &image)
        return image
    }

    private func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
}
