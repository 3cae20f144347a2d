#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Predictions prepared (sorted, losses precomputed) so that every metric comes out of one pass over the rows, for any multiplicity of the
/// rows. The same code gives the value of a metric (each row once) and its value in a resample.
protocol Scorer: Sendable {
    var rowCount: Int { get }
    /// The metrics computed, in the order of the results.
    var metrics: [Metric] { get }
    /// Computes every metric. `counts` says how often each row counts; `results` has room for one number a metric, NaN where undefined.
    func score(counts: UnsafePointer<UInt16>, into results: UnsafeMutablePointer<Double>)
}

/// The scorer of the predictions' kind for those of `metrics` that the kind has.
func scorer(for predictions: Predictions, metrics: [Metric]) -> any Scorer {
    let known = metrics.filter { $0.problems.contains(predictions.problem) }
    let weights = predictions.weights ?? [Double](repeating: 1, count: predictions.count)
    switch predictions.values {
    case .binary(let truth, let probabilities, let threshold):
        return BinaryScorer(truth: truth, probabilities: probabilities, threshold: threshold, weights: weights, metrics: known)
    case .multiclass(let truth, let probabilities, let classes):
        return MulticlassScorer(truth: truth, probabilities: probabilities, classCount: classes.count, weights: weights, metrics: known)
    case .regression(let truth, let predicted):
        return RegressionScorer(truth: truth, predicted: predicted, weights: weights, metrics: known)
    }
}

extension Scorer {
    /// Every metric with each row counted once; NaN where undefined.
    func pointValues() -> [Double] {
        let ones = [UInt16](repeating: 1, count: max(1, rowCount))
        return values(counts: ones)
    }

    /// Every metric for the given multiplicities, one a row.
    func values(counts: [UInt16]) -> [Double] {
        guard !metrics.isEmpty else { return [] }
        guard rowCount > 0 else { return [Double](repeating: .nan, count: metrics.count) }
        return [Double](unsafeUninitializedCapacity: metrics.count) { results, initialized in
            counts.withUnsafeBufferPointer { counts in
                if let counts = counts.baseAddress, let start = results.baseAddress { score(counts: counts, into: start) }
            }
            initialized = metrics.count
        }
    }
}

/// The rows in descending order of score.
func descendingOrder(_ scores: [Double]) -> [Int32] {
    var keyed = scores.enumerated().map { (score: $0.element, row: Int32($0.offset)) }
    keyed.sort { $0.score > $1.score }
    return keyed.map(\.row)
}

/// The loss of giving probability `p` to what happened, clipped by the epsilon of a double as scikit-learn's `log_loss` does.
func clippedLogLoss(_ p: Double) -> Double {
    let epsilon = Double.ulpOfOne
    return -log(min(max(p, epsilon), 1 - epsilon))
}
