#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The two-sample, two-sided Kolmogorov–Smirnov test of ascending values. The p-value is exact where neither sample has more than 10,000 rows,
/// otherwise asymptotic: SciPy's `ks_2samp(method="auto")`. Both samples must have rows.
func kolmogorovSmirnov(_ a: [Double], _ b: [Double]) -> (statistic: Double, pValue: Double) {
    let distance = greatestDistance(a, b)
    let (n1, n2) = (Double(a.count), Double(b.count))
    let effective = n1 * n2 / (n1 + n2)
    // Where even the bound 2 exp(-2 n d^2) is below 1e-60, no exact digit is worth a second of work.
    if max(a.count, b.count) <= 10_000, effective * distance * distance < 70 {
        return (distance, exactSmirnov(distance, max(a.count, b.count), min(a.count, b.count)))
    }
    return (distance, kolmogorovSurvival(distance, rows: effective.rounded(.toNearestOrEven)))
}

/// The greatest distance between the two empirical distribution functions.
private func greatestDistance(_ a: [Double], _ b: [Double]) -> Double {
    let (n1, n2) = (Double(a.count), Double(b.count))
    var (i, j, greatest) = (0, 0, 0.0)
    a.withUnsafeBufferPointer { a in
        b.withUnsafeBufferPointer { b in
            while i < a.count, j < b.count {
                let value = min(a[i], b[j])
                while i < a.count, a[i] <= value { i += 1 }
                while j < b.count, b[j] <= value { j += 1 }
                greatest = max(greatest, abs(Double(i) / n1 - Double(j) / n2))
            }
        }
    }
    return greatest
}

/// The exact probability that the statistic of samples of m and n rows (m at least n) is at least `distance`.
private func exactSmirnov(_ distance: Double, _ m: Int, _ n: Int) -> Double {
    let divisor = greatestCommonDivisor(m, n)
    let steps = Int((distance * Double(m / divisor) * Double(n)).rounded(.toNearestOrEven))
    guard steps > 0 else { return 1 }
    let p = m == n ? reflectedPaths(n, steps) : leavingProbability(m, n, m / divisor, n / divisor, steps)
    return min(1, max(0, p))
}

private func greatestCommonDivisor(_ a: Int, _ b: Int) -> Int { b == 0 ? a : greatestCommonDivisor(b, a % b) }

/// For equal sizes, by reflection (Gnedenko & Korolyuk 1951): 2 (C(2n, n-h) - C(2n, n-2h) + ...) / C(2n, n).
private func reflectedPaths(_ n: Int, _ h: Int) -> Double {
    var (term, sum, sign) = (1.0, 0.0, 2.0)
    for r in 1...n {
        term *= Double(n - r + 1) / Double(n + r)
        guard r % h == 0 else { continue }
        sum += sign * term
        sign = -sign
    }
    return sum
}

/// The probability that a random lattice path from (0, 0) to (m, n) touches |n' x - m' y| >= steps, where m' and n' are m and n without their
/// common divisor (Hodges 1958). A random path to (x, y) came from (x-1, y) with probability x / (x + y), so that the probability of having
/// touched is a mean of those of its two predecessors: nothing is subtracted, nothing overflows.
private func leavingProbability(_ m: Int, _ n: Int, _ mReduced: Int, _ nReduced: Int, _ steps: Int) -> Double {
    // touched[y] for the column x; cells outside the strip have touched for certain.
    var touched = [Double](repeating: 1, count: n + 1)
    let reciprocals = (0...m + n).map { $0 == 0 ? 0 : 1 / Double($0) }
    return touched.withUnsafeMutableBufferPointer { touched in
        reciprocals.withUnsafeBufferPointer { reciprocals in
            var previousLow = 0
            for x in 0...m {
                // The strip: m' y within n' x ± (steps - 1).
                let low = max(0, (nReduced * x - steps) >= 0 ? (nReduced * x - steps) / mReduced + 1 : 0)
                let high = min(n, (nReduced * x + steps - 1) / mReduced)
                if low > high { return 1 }
                for y in previousLow..<low { touched[y] = 1 }
                previousLow = low
                var below = low == 0 ? 0 : 1.0
                for y in low...high {
                    let left = x == 0 ? 0 : touched[y] * Double(x)
                    below = x + y == 0 ? 0 : (left + below * Double(y)) * reciprocals[x + y]
                    touched[y] = below
                }
            }
            return touched[n]
        }
    }
}
