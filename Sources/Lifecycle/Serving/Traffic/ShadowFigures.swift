package import Support
import Tables

/// How a shadow compares with what was answered.
package struct ShadowFigures: Sendable, Equatable {
    /// Requests that were compared.
    package private(set) var requests = 0
    /// Requests that were not, as the shadow was too busy.
    package internal(set) var dropped = 0
    /// Requests that the shadow could not answer.
    package internal(set) var failed = 0
    /// Rows that were compared.
    package private(set) var rows = 0
    /// Rows whose predicted class is another; 0 for regression.
    package private(set) var disagreements = 0
    private var difference = 0.0
    /// How long the shadow's model took for a request.
    package private(set) var latency = LatencyHistogram()

    package init() {}

    /// Adds a request whose rows both have answered. Answers of different shapes are a failure.
    mutating func add(_ own: Answers, against answered: Answers, microseconds: Int) {
        guard own.width == answered.width, own.scores.count == answered.scores.count, own.rowCount > 0 else { return failed += 1 }
        requests += 1
        latency.add(microseconds: microseconds)
        for row in 0..<own.rowCount {
            let scores = row * own.width..<(row + 1) * own.width
            let distance = zip(own.scores[scores], answered.scores[scores]).reduce(0) { $0 + abs($1.0 - $1.1) }
            // A graph whose outputs say nothing of a row has no score for it.
            guard distance.isFinite else { continue }
            rows += 1
            difference += distance / Double(own.width)
            if own.labels?[row] != answered.labels?[row] { disagreements += 1 }
        }
    }

    /// The share of rows whose predicted class is another; nil without rows.
    package var disagreementRate: Double? { rows > 0 ? Double(disagreements) / Double(rows) : nil }

    /// The mean distance between the two scores of a row; nil without rows.
    package var meanDifference: Double? { rows > 0 ? difference / Double(rows) : nil }

    /// The figures for `--json`.
    package var json: JSONValue {
        [
            "requests": JSONValue(requests), "rows": JSONValue(rows), "dropped": JSONValue(dropped), "failed": JSONValue(failed),
            "disagreement_rate": JSONValue(disagreementRate), "mean_difference": JSONValue(meanDifference),
            "p50_ms": JSONValue(latency.quantile(0.5)), "p99_ms": JSONValue(latency.quantile(0.99)),
        ]
    }
}
