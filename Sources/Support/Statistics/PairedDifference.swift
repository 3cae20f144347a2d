package import Support

/// How much one model differs from another on the same rows, each resample judging both.
package struct PairedDifference: Sendable, Equatable, Codable {
    package var metric: Metric
    /// The metric of the first minus that of the second; nil where either is undefined.
    package var difference: Double?
    /// The interval of that difference.
    package var interval: Interval?
    /// The share of resamples in which the first is better; ties count half. Nil without defined resamples.
    package var probabilityBetter: Double?
    /// Why there is no difference; nil where there is one.
    package var reason: String?

    /// How much better the first is: positive where it is better, whichever way the metric points.
    package var gain: Double? { difference.map { metric.higherIsBetter ? $0 : -$0 } }

    /// The interval of the gain.
    package var gainInterval: Interval? {
        guard var turned = interval, !metric.higherIsBetter else { return interval }
        (turned.lower, turned.upper) = (-turned.upper, -turned.lower)
        return turned
    }

    package var json: JSONValue {
        var object: JSONValue = [
            "difference": JSONValue(difference), "interval": interval?.json ?? .null, "probability_better": JSONValue(probabilityBetter),
        ]
        if let reason { object["reason"] = .string(reason) }
        return object
    }
}

/// The difference of a metric between two models on the same rows (paired bootstrap).
/// - Throws: `invalidInput` where the two are not predictions of the same rows.
package func pairedDifference(_ metric: Metric, _ a: Predictions, _ b: Predictions, bootstrap: Bootstrap = Bootstrap()) throws(MartletError)
    -> PairedDifference
{
    try pairedDifferences([metric], a, b, bootstrap: bootstrap)[0]
}

/// The differences of several metrics between two models on the same rows, in the order asked for.
/// - Throws: `invalidInput` where the two are not predictions of the same rows.
package func pairedDifferences(_ metrics: [Metric], _ a: Predictions, _ b: Predictions, bootstrap: Bootstrap = Bootstrap()) throws(MartletError)
    -> [PairedDifference]
{
    try checkSameRows(a, b)
    let known = metrics.filter { $0.problems.contains(a.problem) }
    let width = known.count
    let (first, second) = (scorer(for: a, metrics: known), scorer(for: b, metrics: known))
    let results = bootstrap.resample(rows: a.count, width: width * 2) { counts, results in
        first.score(counts: counts, into: results)
        second.score(counts: counts, into: results + width)
    }
    let points = zip(metricValues(metrics, first, a), metricValues(metrics, second, b))
    return points.map { point, other in
        let column = known.firstIndex(of: point.metric) ?? 0
        let drawn = stride(from: column, to: results.count, by: max(1, width * 2)).map { results[$0] - results[$0 + width] }
        return difference(point, other, drawn, bootstrap.level)
    }
}

private func difference(_ a: MetricValue, _ b: MetricValue, _ drawn: [Double], _ level: Double) -> PairedDifference {
    guard let first = a.value, let second = b.value else {
        return PairedDifference(metric: a.metric, difference: nil, interval: nil, probabilityBetter: nil, reason: a.reason ?? b.reason)
    }
    let defined = drawn.filter(\.isFinite)
    let wins = defined.reduce(0.0) { $0 + ($1 == 0 ? 0.5 : ($1 > 0) == a.metric.higherIsBetter ? 1 : 0) }
    return PairedDifference(
        metric: a.metric, difference: first - second, interval: Interval(percentilesOf: drawn, level: level),
        probabilityBetter: defined.isEmpty ? nil : wins / Double(defined.count), reason: nil)
}

private func checkSameRows(_ a: Predictions, _ b: Predictions) throws(MartletError) {
    let same =
        switch (a.values, b.values) {
        case (.binary(let x, _, _), .binary(let y, _, _)): x == y
        case (.multiclass(let x, _, let first), .multiclass(let y, _, let second)): x == y && first == second
        case (.regression(let x, _), .regression(let y, _)): x == y
        default: false
        }
    guard same, a.weights == b.weights else {
        throw MartletError(
            .invalidInput, "The two models were not scored on the same rows, so they cannot be compared pair by pair. Score both on one table.")
    }
}
