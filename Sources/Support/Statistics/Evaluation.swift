package import Support

/// Everything that is measured of one model on one table.
package struct Evaluation: Sendable, Equatable, Codable {
    package var problem: ProblemType
    /// Rows scored.
    package var rows: Int
    /// Rows of the positive class; nil unless the problem is binary.
    package var positives: Int?
    package var metrics: [MetricEstimate]
    /// The same metrics within each group of the segmenting columns.
    package var segments: [SegmentEvaluation]

    package subscript(metric: Metric) -> MetricEstimate? { metrics.first { $0.metric == metric } }
}

/// What is measured within one group of rows.
package struct SegmentEvaluation: Sendable, Equatable, Codable {
    /// The column that divides the rows.
    package var column: String
    /// The value that these rows share.
    package var label: String
    package var rows: Int
    package var positives: Int?
    /// Whether the group has fewer rows than was asked for; its figures are then shown but judge nothing.
    package var isTooSmall: Bool
    package var metrics: [MetricEstimate]

    package subscript(metric: Metric) -> MetricEstimate? { metrics.first { $0.metric == metric } }
}

/// Measures a model: every metric of the problem (or those given) with its interval, over all rows and within each segment. Rows without a
/// value in a segmenting column are in none of its segments; within a segment, resamples are drawn from its rows alone.
package func evaluate(
    _ predictions: Predictions, metrics: [Metric]? = nil, segments: [Segmentation] = [], minimumGroupSize: Int = 30,
    bootstrap: Bootstrap = Bootstrap()
) -> Evaluation {
    let wanted = metrics ?? Metric.all(for: predictions.problem)
    var found: [SegmentEvaluation] = []
    for segmentation in segments {
        for (label, rows) in zip(segmentation.labels, segmentation.rows(count: predictions.count)) where !rows.isEmpty {
            let part = predictions.rows(rows)
            found.append(
                SegmentEvaluation(
                    column: segmentation.name, label: label, rows: rows.count, positives: part.positives, isTooSmall: rows.count < minimumGroupSize,
                    metrics: estimates(of: wanted, part, bootstrap: bootstrap)))
        }
    }
    return Evaluation(
        problem: predictions.problem, rows: predictions.count, positives: predictions.positives,
        metrics: estimates(of: wanted, predictions, bootstrap: bootstrap), segments: found)
}

extension Evaluation {
    /// `{"rows": ..., "auc": {"value": ..., "interval": ...}, ..., "segments": [...]}`.
    package var json: JSONValue {
        var object: JSONValue = ["problem": .string(problem.rawValue), "rows": JSONValue(rows)]
        if let positives { object["positives"] = JSONValue(positives) }
        for estimate in metrics { object[estimate.metric.rawValue] = estimate.json }
        if !segments.isEmpty { object["segments"] = .array(segments.map(\.json)) }
        return object
    }
}

extension SegmentEvaluation {
    package var json: JSONValue {
        var object: JSONValue = ["column": .string(column), "label": .string(label), "rows": JSONValue(rows), "too_small": .bool(isTooSmall)]
        if let positives { object["positives"] = JSONValue(positives) }
        for estimate in metrics { object[estimate.metric.rawValue] = estimate.json }
        return object
    }
}
