#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The shares of both samples in common bins, as Evidently bins them: Sturges' edges over both samples where the reference has more than 20
/// distinct numbers, else one bin a value. Nil where the range of the numbers does not fit a double.
func binnedShares(_ reference: DriftSample, _ current: DriftSample) -> (reference: [Double], current: [Double])? {
    if case .numbers(let a) = reference.values, case .numbers(let b) = current.values, firstDistinct(a, limit: 21).count > 20 {
        guard let first = a.first, let last = a.last, let low = b.first, let high = b.last,
            let edges = sturgesEdges(from: min(first, low), to: max(last, high), count: a.count + b.count)
        else { return nil }
        return shares(binned(a, edges), binned(b, edges), reference, current)
    }
    let counts = countsByValue(reference, current)
    return shares(counts.reference, counts.current, reference, current)
}

private func shares(_ a: [Double], _ b: [Double], _ reference: DriftSample, _ current: DriftSample) -> (reference: [Double], current: [Double]) {
    (a.map { $0 / Double(reference.count) }, b.map { $0 / Double(current.count) })
}

/// The shares with empty bins filled as Evidently does: 0.0001, or a millionth of the smallest share where that is 0.0001 or less.
private func filled(_ shares: [Double]) -> [Double] {
    let smallest = shares.filter { $0 > 0 }.min() ?? 1
    let filling = smallest <= 0.0001 ? smallest / 1e6 : 0.0001
    return shares.map { $0 == 0 ? filling : $0 }
}

/// The population stability index, sum of (p - q) ln(p / q) over the filled shares.
func populationStability(_ p: [Double], _ q: [Double]) -> Double {
    zip(filled(p), filled(q)).reduce(0) { $0 + ($1.0 - $1.1) * log($1.0 / $1.1) }
}

/// The Kullback–Leibler divergence of the filled shares, both scaled to a sum of one again, in nats.
func klDivergence(_ p: [Double], _ q: [Double]) -> Double {
    let (p, q) = (filled(p), filled(q))
    let (a, b) = (p.reduce(0, +), q.reduce(0, +))
    return zip(p, q).reduce(0) { $0 + relativeEntropy($1.0 / a, $1.1 / b) }
}

/// The Jensen–Shannon distance of the shares: the root of the mean divergence from their mean, in nats.
package func jensenShannonDistance(_ p: [Double], _ q: [Double]) -> Double {
    let (a, b) = (p.reduce(0, +), q.reduce(0, +))
    let divergence = zip(p, q).reduce(0.0) { sum, pair in
        let (p, q) = (pair.0 / a, pair.1 / b)
        let middle = (p + q) / 2
        return sum + relativeEntropy(p, middle) + relativeEntropy(q, middle)
    }
    return max(0, divergence / 2).squareRoot()
}

private func relativeEntropy(_ p: Double, _ q: Double) -> Double { p == 0 ? 0 : p * log(p / q) }

/// Half the sum of the absolute differences of the shares of each distinct value.
func totalVariation(_ reference: DriftSample, _ current: DriftSample) -> Double {
    let counts = countsByValue(reference, current)
    let (n, m) = (Double(reference.count), Double(current.count))
    return 0.5 * zip(counts.reference, counts.current).reduce(0) { $0 + abs($1.0 / n - $1.1 / m) }
}

/// The greatest difference between the shares of one value in the two samples: the L-infinity norm by which TensorFlow Data Validation compares
/// categories. 0 where a sample has no rows.
package func largestShareDifference(_ reference: DriftSample, _ current: DriftSample) -> Double {
    guard reference.count > 0, current.count > 0 else { return 0 }
    let counts = countsByValue(reference, current)
    let (n, m) = (Double(reference.count), Double(current.count))
    return zip(counts.reference, counts.current).reduce(0) { max($0, abs($1.0 / n - $1.1 / m)) }
}

/// The first Wasserstein distance of ascending values over the population standard deviation of the first, which counts as at least 0.001.
func normedWasserstein(_ reference: [Double], _ current: [Double]) -> Double {
    wasserstein(reference, current) / max(populationDeviation(reference), 0.001)
}

/// The area between the two empirical distribution functions.
private func wasserstein(_ a: [Double], _ b: [Double]) -> Double {
    let (n, m) = (Double(a.count), Double(b.count))
    var (i, j, area) = (0, 0, 0.0)
    var previous = min(a[0], b[0])
    a.withUnsafeBufferPointer { a in
        b.withUnsafeBufferPointer { b in
            while i < a.count || j < b.count {
                let value = j == b.count || (i < a.count && a[i] <= b[j]) ? a[i] : b[j]
                area += abs(Double(i) / n - Double(j) / m) * (value - previous)
                previous = value
                while i < a.count, a[i] == value { i += 1 }
                while j < b.count, b[j] == value { j += 1 }
            }
        }
    }
    return area
}

/// The standard deviation with n in the denominator.
func populationDeviation(_ values: [Double]) -> Double {
    let n = Double(values.count)
    let mean = values.reduce(0, +) / n
    return (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / n).squareRoot()
}
