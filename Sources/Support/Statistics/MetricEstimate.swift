package import Support

/// A metric with its interval: what reports show and gates judge.
package struct MetricEstimate: Sendable, Equatable, Codable {
    package var metric: Metric
    /// Nil where the metric is undefined for these rows.
    package var value: Double?
    /// Nil where there is no value, or where fewer than half the resamples had one.
    package var interval: Interval?
    /// Why there is no value; nil where there is one.
    package var reason: String?

    package init(metric: Metric, value: Double?, interval: Interval?, reason: String? = nil) {
        self.metric = metric
        self.value = value
        self.interval = interval
        self.reason = reason
    }

    /// The end of the interval that is worse: what an objective judges by the lower bound. Nil without an interval.
    package var pessimistic: Double? { metric.higherIsBetter ? interval?.lower : interval?.upper }

    /// `{"value": ..., "interval": {...}}`, with `reason` where there is no value.
    package var json: JSONValue {
        var object: JSONValue = ["value": JSONValue(value), "interval": interval?.json ?? .null]
        if let reason { object["reason"] = .string(reason) }
        return object
    }
}

/// Several metrics with their intervals, in the order asked for. All rest on the same resamples.
package func estimates(of metrics: [Metric], _ predictions: Predictions, bootstrap: Bootstrap = Bootstrap()) -> [MetricEstimate] {
    let scorer = scorer(for: predictions, metrics: metrics)
    let width = scorer.metrics.count
    let results = bootstrap.resample(rows: scorer.rowCount, width: width) { counts, results in scorer.score(counts: counts, into: results) }
    let intervals = bootstrap.intervals(results, width: width)
    let byMetric = Dictionary(zip(scorer.metrics, intervals), uniquingKeysWith: { first, _ in first })
    return metricValues(metrics, scorer, predictions).map { point in
        let interval = point.value == nil ? nil : byMetric[point.metric].flatMap(\.self)
        return MetricEstimate(metric: point.metric, value: point.value, interval: interval, reason: point.reason)
    }
}
