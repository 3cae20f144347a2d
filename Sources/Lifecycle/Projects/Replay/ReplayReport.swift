package import Planning
package import Statistics
package import Support

/// What a replay found.
package struct ReplayReport: Sendable {
    /// Production quality on the same rows.
    package struct Quality: Sendable {
        /// Rows whose label is known.
        package var labelled: Int
        /// Of the answers that were given; empty where several versions answered whose answers cannot be judged together.
        package var then: [MetricEstimate]
        package var now: [MetricEstimate]
    }

    /// The version that was asked: `model:income@v7`.
    package var reference: String
    package var endpoint: String
    package var period: Range<Timestamp>
    /// Rows of the log in the period, as far as they were wanted.
    package var rows = 0
    /// Rows that the version answered.
    package var replayed = 0
    /// Rows that could not be asked, by reason, the most frequent first.
    package var skipped: [(reason: String, rows: Int)] = []
    /// Rows that the version could not answer.
    package var failed = 0
    /// Why the first of them could not be.
    package var failure: String?
    /// Rows by the version that answered them then: `income@v6`.
    package var answered: [(version: String, rows: Int)] = []
    package var comparison: ReplayComparison
    /// Nil where no label is known.
    package var quality: Quality?
    package var times = ReplayTimes()
    package var checks: [CheckResult] = []

    /// Whether an objective does not hold.
    package var isRefused: Bool { checks.contains { $0.verdict == .red } }

    /// The report for `--json`.
    package var json: JSONValue {
        [
            "model": .string(reference), "endpoint": .string(endpoint), "from": .string(period.lowerBound.description),
            "to": .string(period.upperBound.description), "rows": JSONValue(rows), "replayed": JSONValue(replayed),
            "skipped": .array(skipped.map { ["reason": .string($0.reason), "rows": JSONValue($0.rows)] }), "failed": JSONValue(failed),
            "failure": JSONValue(failure),
            "answered_then": .array(answered.map { ["model": .string($0.version), "rows": JSONValue($0.rows)] }),
            "comparison": comparison.json, "quality": quality.map(ReplayReport.json) ?? .null, "latency": times.json,
            "checks": .array(checks.map(\.json)),
        ]
    }

    private static func json(_ quality: Quality) -> JSONValue {
        let then = Dictionary(quality.then.map { ($0.metric, $0) }, uniquingKeysWith: { first, _ in first })
        return [
            "labelled": JSONValue(quality.labelled),
            "metrics": .array(
                quality.now.map { now in
                    ["metric": .string(now.metric.rawValue), "then": value(then[now.metric]), "now": value(now)]
                }),
        ]
    }

    private static func value(_ estimate: MetricEstimate?) -> JSONValue {
        guard let estimate, let value = estimate.value else { return .null }
        return ["value": JSONValue(value), "lower": JSONValue(estimate.interval?.lower), "upper": JSONValue(estimate.interval?.upper)]
    }

    /// What the record keeps of it.
    var recorded: JSONValue {
        [
            "endpoint": .string(endpoint), "from": .string(period.lowerBound.description), "to": .string(period.upperBound.description),
            "rows": JSONValue(rows), "replayed": JSONValue(replayed), "failed": JSONValue(failed),
            "disagreements": JSONValue(comparison.disagreements), "mean_difference": JSONValue(comparison.mean),
            "checks": .array(checks.map(\.recorded)),
        ]
    }
}
