#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The regularised loss of a logistic regression: C · Σ weight · log loss + ½ ‖w‖², intercepts not penalised; as scikit-learn defines it.
///
/// One output is the two-class model by the logistic function; several are the multinomial model by softmax.
/// Parameters: for each output the weights of all features, then the intercept.
struct LogisticObjective: Sendable {
    let matrix: DesignMatrix
    /// The index of each row's class.
    let truth: [Int32]
    let weights: [Double]
    let outputs: Int
    let inverseRegularisation: Double

    private var stride: Int { matrix.width + 1 }
    var parameterCount: Int { outputs * stride }

    /// The loss and its gradient.
    func evaluate(_ parameters: [Double]) -> (value: Double, gradient: [Double]) {
        var amounts = matrix.scores(parameters, outputs: outputs)
        var loss = 0.0
        for row in 0..<matrix.rowCount { loss += residual(row, &amounts) }
        var gradient = [Double](repeating: 0, count: parameterCount)
        matrix.accumulate(amounts, outputs: outputs, into: &gradient)
        var penalty = 0.0
        for i in 0..<parameterCount where i % stride != matrix.width {
            penalty += parameters[i] * parameters[i]
            gradient[i] += parameters[i]
        }
        return (loss * inverseRegularisation + penalty / 2, gradient)
    }

    /// Turns the scores of a row into what it adds to the gradient, and returns its weighted log loss.
    private func residual(_ row: Int, _ amounts: inout [Double]) -> Double {
        let scale = weights[row] * inverseRegularisation
        if outputs == 1 {
            let (score, isPositive) = (amounts[row], truth[row] == 1)
            amounts[row] = scale * (logistic(score) - (isPositive ? 1 : 0))
            return weights[row] * softplus(isPositive ? -score : score)
        }
        let range = row * outputs..<(row + 1) * outputs
        let greatest = range.reduce(-Double.infinity) { max($0, amounts[$1]) }
        let score = amounts[row * outputs + Int(truth[row])]
        var sum = 0.0
        for i in range {
            amounts[i] = exp(amounts[i] - greatest)
            sum += amounts[i]
        }
        for i in range { amounts[i] = scale * amounts[i] / sum }
        amounts[row * outputs + Int(truth[row])] -= scale
        return weights[row] * (log(sum) + greatest - score)
    }

    /// The matrix of second derivatives, of which only the lower triangle is filled; parameterCount squared, row after row.
    func hessian(_ parameters: [Double]) -> [Double] {
        let size = parameterCount
        var hessian = [Double](repeating: 0, count: size * size)
        let scores = matrix.scores(parameters, outputs: outputs)
        var places = [Int](repeating: 0, count: matrix.entriesPerRow + 1)
        var values = [Double](repeating: 0, count: matrix.entriesPerRow + 1)
        for row in 0..<matrix.rowCount {
            let count = matrix.entries(row, &places, &values)
            let shares = probabilities(scores, row)
            let scale = weights[row] * inverseRegularisation
            for k in 0..<outputs {
                for l in 0...k {
                    let curvature = outputs == 1 ? shares[0] * (1 - shares[0]) : shares[k] * ((k == l ? 1 : 0) - shares[l])
                    addOuter(scale * curvature, k, l, places, values, count, &hessian)
                }
            }
        }
        for i in 0..<size { hessian[i * size + i] += i % stride == matrix.width ? 1e-10 : 1 }
        return hessian
    }

    private func addOuter(
        _ amount: Double, _ k: Int, _ l: Int, _ places: [Int], _ values: [Double], _ count: Int, _ hessian: inout [Double]
    ) {
        let size = parameterCount
        hessian.withUnsafeMutableBufferPointer { h in
            for a in 0..<count {
                let row = (k * stride + places[a]) * size + l * stride
                let scaled = amount * values[a]
                for b in 0..<count where k != l || places[b] <= places[a] { h[row + places[b]] += scaled * values[b] }
            }
        }
    }

    /// The probabilities of a row's classes; of the second class for a single output.
    private func probabilities(_ scores: [Double], _ row: Int) -> [Double] {
        guard outputs > 1 else { return [logistic(scores[row])] }
        let part = scores[row * outputs..<(row + 1) * outputs]
        let greatest = part.max() ?? 0
        let exponentials = part.map { exp($0 - greatest) }
        let sum = exponentials.reduce(0, +)
        return exponentials.map { $0 / sum }
    }

    /// An upper bound of each second derivative on the diagonal, for preconditioning.
    func diagonal() -> [Double] {
        let bound = matrix.squares(weights).map { $0 * inverseRegularisation / 4 }
        return (0..<parameterCount).map { bound[$0 % stride] + ($0 % stride == matrix.width ? 1e-10 : 1) }
    }
}

/// 1 / (1 + exp(-x)), without overflow.
func logistic(_ x: Double) -> Double {
    guard x < 0 else { return 1 / (1 + exp(-x)) }
    let e = exp(x)
    return e / (1 + e)
}

/// log(1 + exp(x)), without overflow.
func softplus(_ x: Double) -> Double { max(x, 0) + log1p(exp(-abs(x))) }
