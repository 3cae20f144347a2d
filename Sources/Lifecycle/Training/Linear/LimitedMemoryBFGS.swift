/// The limited-memory BFGS method (Nocedal & Wright, Numerical Optimization, 2nd edition, algorithm 7.5), for many parameters.
struct LimitedMemoryBFGS: Sendable {
    var iterationLimit: Int
    /// Ends when no component of the gradient is greater.
    private let tolerance = 1e-7
    private let memory = 12

    init(iterationLimit: Int) { self.iterationLimit = iterationLimit }

    private struct Pair {
        var step: [Double]
        var change: [Double]
        var inverseProduct: Double
    }

    /// - Parameters:
    ///   - diagonal: an estimate of each second derivative, which scales the first direction.
    ///   - evaluate: the value and the gradient.
    /// - Returns: the parameters of the minimum and how many iterations it took.
    func minimize(diagonal: [Double], evaluate: ([Double]) -> (value: Double, gradient: [Double]), progress: (Int) -> Void)
        -> (parameters: [Double], iterations: Int)
    {
        var x = [Double](repeating: 0, count: diagonal.count)
        var (value, gradient) = evaluate(x)
        var pairs: [Pair] = []
        for iteration in 0..<iterationLimit {
            progress(iteration)
            guard gradient.contains(where: { abs($0) > tolerance }) else { return (x, iteration) }
            let direction = direction(gradient, pairs, diagonal)
            guard let next = search(x, value, gradient, direction, evaluate) else {
                guard !pairs.isEmpty else { return (x, iteration) }
                pairs = []
                continue
            }
            remember(step: subtract(next.x, x), change: subtract(next.gradient, gradient), &pairs)
            (x, value, gradient) = next
        }
        return (x, iterationLimit)
    }

    private func direction(_ gradient: [Double], _ pairs: [Pair], _ diagonal: [Double]) -> [Double] {
        var q = gradient
        var amounts: [Double] = []
        for pair in pairs.reversed() {
            let amount = pair.inverseProduct * dot(pair.step, q)
            amounts.append(amount)
            for i in q.indices { q[i] -= amount * pair.change[i] }
        }
        for i in q.indices { q[i] /= diagonal[i] }
        if let last = pairs.last {
            let scaled = zip(last.change, diagonal).map { $0 * $0 / $1 }.reduce(0, +)
            let gamma = 1 / (last.inverseProduct * scaled)
            if gamma.isFinite, gamma > 0 { for i in q.indices { q[i] *= gamma } }
        }
        for (pair, amount) in zip(pairs, amounts.reversed()) {
            let correction = amount - pair.inverseProduct * dot(pair.change, q)
            for i in q.indices { q[i] += correction * pair.step[i] }
        }
        return q.map(-)
    }

    /// Bisects until value and slope have both fallen enough (the weak Wolfe conditions); nil where no step helps.
    private func search(
        _ x: [Double], _ value: Double, _ gradient: [Double], _ direction: [Double], _ evaluate: ([Double]) -> (value: Double, gradient: [Double])
    ) -> (x: [Double], value: Double, gradient: [Double])? {
        let slope = dot(gradient, direction)
        guard slope < 0 else { return nil }
        var (low, high, step) = (0.0, Double.infinity, 1.0)
        var best: (x: [Double], value: Double, gradient: [Double])?
        for _ in 0..<40 {
            let candidate = zip(x, direction).map { $0 + step * $1 }
            let (found, newGradient) = evaluate(candidate)
            if !(found <= value + 1e-4 * step * slope) {
                high = step
            } else if dot(newGradient, direction) < 0.9 * slope {
                low = step
                best = (candidate, found, newGradient)
            } else {
                return (candidate, found, newGradient)
            }
            step = high.isFinite ? (low + high) / 2 : step * 2
        }
        return best
    }

    private func remember(step: [Double], change: [Double], _ pairs: inout [Pair]) {
        let product = dot(step, change)
        guard product > 1e-300, (1 / product).isFinite else { return }
        pairs.append(Pair(step: step, change: change, inverseProduct: 1 / product))
        if pairs.count > memory { pairs.removeFirst() }
    }

    private func dot(_ a: [Double], _ b: [Double]) -> Double {
        var sum = 0.0
        for i in a.indices { sum += a[i] * b[i] }
        return sum
    }

    private func subtract(_ a: [Double], _ b: [Double]) -> [Double] { zip(a, b).map { $0 - $1 } }
}
