/// A metric's value, or why it has none.
package struct MetricValue: Sendable, Equatable, Codable {
    package var metric: Metric
    /// Nil where the metric is undefined for these rows; never NaN.
    package var value: Double?
    /// Why there is no value; nil where there is one.
    package var reason: String?
}

/// The metric of the predictions; nil where it is undefined, for instance an AUC with one class.
package func value(of metric: Metric, _ predictions: Predictions) -> Double? { values(of: [metric], predictions)[0].value }

/// Several metrics of the predictions in one pass, in the order asked for, each undefined one with its reason.
package func values(of metrics: [Metric], _ predictions: Predictions) -> [MetricValue] {
    metricValues(metrics, scorer(for: predictions, metrics: metrics), predictions)
}

/// The values of the metrics by a scorer that was made for them.
func metricValues(_ metrics: [Metric], _ scorer: any Scorer, _ predictions: Predictions) -> [MetricValue] {
    let found = Dictionary(zip(scorer.metrics, scorer.pointValues()), uniquingKeysWith: { first, _ in first })
    return metrics.map { metric in
        guard let value = found[metric], value.isFinite else {
            return MetricValue(metric: metric, value: nil, reason: whyUndefined(metric, predictions))
        }
        return MetricValue(metric: metric, value: value, reason: nil)
    }
}

/// A sentence that says why a metric has no value for these predictions.
func whyUndefined(_ metric: Metric, _ predictions: Predictions) -> String {
    guard metric.problems.contains(predictions.problem) else {
        return "\(metric.rawValue) is not a metric of a \(predictions.problem.rawValue) problem"
    }
    guard predictions.count > 0 else { return "there are no rows" }
    if let weights = predictions.weights, !weights.contains(where: { $0 > 0 }) { return "every row has weight 0" }
    switch metric {
    case .precision: return "no row is predicted positive"
    case .recall, .prAUC: return "no row is positive"
    case .auc, .balancedAccuracy:
        return "it needs rows of both classes, and all \(predictions.count) are \(predictions.positives == 0 ? "negative" : "positive")"
    case .f1: return "no row is positive or predicted positive"
    case .aucMacroOVR: return "it needs rows of every class, and at least one class has none"
    case .mape: return "the true value of at least one row is zero"
    case .r2: return "the true value is the same in every row"
    default: return "the sums are not finite"
    }
}
