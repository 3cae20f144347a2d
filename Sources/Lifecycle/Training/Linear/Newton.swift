/// Newton's method with a Cholesky factorisation and a backtracking line search, for smooth convex functions of some hundred parameters.
struct Newton: Sendable {
    var iterationLimit: Int

    /// - Returns: the parameters of the minimum and how many iterations it took.
    func minimize(_ objective: LogisticObjective, progress: (Int) -> Void) -> (parameters: [Double], iterations: Int) {
        var x = [Double](repeating: 0, count: objective.parameterCount)
        var (value, gradient) = objective.evaluate(x)
        for iteration in 0..<iterationLimit {
            progress(iteration)
            let direction = cholesky(objective.hessian(x), gradient.map(-))
            let slope = zip(direction, gradient).reduce(0) { $0 + $1.0 * $1.1 }
            // Half the squared Newton decrement estimates how far the value lies above the minimum.
            guard -slope / 2 > 1e-13 * max(1, abs(value)) else { return (zip(x, direction).map { $0 + $1 }, iteration + 1) }
            guard let step = search(objective, x, value, slope, direction) else { return (x, iteration + 1) }
            (x, value, gradient) = step
        }
        return (x, iterationLimit)
    }

    private func search(_ objective: LogisticObjective, _ x: [Double], _ value: Double, _ slope: Double, _ direction: [Double])
        -> (x: [Double], value: Double, gradient: [Double])?
    {
        var step = 1.0
        while step > 1e-12 {
            let candidate = zip(x, direction).map { $0 + step * $1 }
            let (found, gradient) = objective.evaluate(candidate)
            if found <= value + 1e-4 * step * slope { return (candidate, found, gradient) }
            step /= 2
        }
        return nil
    }
}

/// Solves A x = b for a symmetric positive definite A of which the lower triangle is given. A pivot that rounding has made too small is
/// replaced, which leaves its unknown at almost zero.
func cholesky(_ matrix: [Double], _ b: [Double]) -> [Double] {
    let n = b.count
    var l = matrix
    var x = b
    l.withUnsafeMutableBufferPointer { l in
        for j in 0..<n {
            for i in j..<n {
                var sum = l[i * n + j]
                for k in 0..<j { sum -= l[i * n + k] * l[j * n + k] }
                if i == j {
                    l[j * n + j] = sum > 1e-14 * max(1e-10, matrix[j * n + j]) ? sum.squareRoot() : 1e64
                } else {
                    l[i * n + j] = sum / l[j * n + j]
                }
            }
        }
        for i in 0..<n {
            for k in 0..<i { x[i] -= l[i * n + k] * x[k] }
            x[i] /= l[i * n + i]
        }
        for i in stride(from: n - 1, through: 0, by: -1) {
            for k in i + 1..<max(n, i + 1) { x[i] -= l[k * n + i] * x[k] }
            x[i] /= l[i * n + i]
        }
    }
    return x
}
