package import Support

/// A gap between groups of people in what a two-class model decides: the greatest minus the smallest rate of any two groups, as Fairlearn
/// defines it. Zero is the ideal.
package enum FairnessMetric: String, CaseIterable, Codable, Sendable, Hashable {
    /// Of the selection rates: how often each group is predicted positive.
    case demographicParityDifference = "demographic_parity_difference"
    /// Of the true-positive rates: how often the positives of each group are found.
    case equalOpportunityDifference = "equal_opportunity_difference"
    /// The greater of the gaps in true-positive and false-positive rate.
    case equalizedOddsDifference = "equalized_odds_difference"

    /// Reads a gap's name, for instance from a charter.
    /// - Throws: `invalidInput` with the nearest name.
    package static func named(_ name: String) throws(MartletError) -> FairnessMetric {
        guard let metric = FairnessMetric(rawValue: name) else {
            let names = allCases.map(\.rawValue)
            throw MartletError(
                .invalidInput, "There is no fairness metric “\(name)”.\(didYouMean(name, among: names)) There are: \(names.joined(separator: ", ")).")
        }
        return metric
    }

    /// One line that says what the gap measures.
    package var meaning: String {
        switch self {
        case .demographicParityDifference: "greatest difference between groups in the share predicted positive"
        case .equalOpportunityDifference: "greatest difference between groups in the share of positives found"
        case .equalizedOddsDifference: "greatest difference between groups in true-positive or false-positive rate"
        }
    }
}

/// A rate within a group; nil where its denominator is zero.
package struct RateEstimate: Sendable, Equatable, Codable {
    package var value: Double?
    package var interval: Interval?

    package init(value: Double?, interval: Interval?) {
        self.value = value
        self.interval = interval
    }

    package var json: JSONValue { ["value": JSONValue(value), "interval": interval?.json ?? .null] }
}

/// How a model treats one group.
package struct GroupFairness: Sendable, Equatable, Codable {
    package var label: String
    package var rows: Int
    /// Rows whose truth is positive.
    package var positives: Int
    /// Rows predicted positive.
    package var selected: Int
    /// Whether the group has fewer rows than was asked for; it is then shown but no part of a gap.
    package var isTooSmall: Bool
    package var selectionRate: RateEstimate
    /// Undefined in a group without positives.
    package var truePositiveRate: RateEstimate
    /// Undefined in a group without negatives.
    package var falsePositiveRate: RateEstimate
    /// Undefined where no one of the group is selected.
    package var precision: RateEstimate

    package var json: JSONValue {
        [
            "label": .string(label), "rows": JSONValue(rows), "positives": JSONValue(positives), "selected": JSONValue(selected),
            "too_small": .bool(isTooSmall), "selection_rate": selectionRate.json, "true_positive_rate": truePositiveRate.json,
            "false_positive_rate": falsePositiveRate.json, "precision": precision.json,
        ]
    }
}

/// A gap between groups with its interval. Being a maximum of differences, it cannot be negative: an interval that begins just above zero does
/// not prove a gap.
package struct GapEstimate: Sendable, Equatable, Codable {
    package var metric: FairnessMetric
    /// Nil where fewer than two groups have the rates.
    package var value: Double?
    package var interval: Interval?
    /// The groups with the greatest and the smallest rate.
    package var highest: String?
    package var lowest: String?
    /// Groups that are no part of the gap: too small, or without a row to compute the rate from.
    package var leftOut: [String]
    /// Why there is no value; nil where there is one.
    package var reason: String?

    package var json: JSONValue {
        var object: JSONValue = [
            "value": JSONValue(value), "interval": interval?.json ?? .null, "highest": JSONValue(highest), "lowest": JSONValue(lowest),
            "left_out": JSONValue(leftOut),
        ]
        if let reason { object["reason"] = .string(reason) }
        return object
    }
}

/// How a model treats the groups of one column.
package struct FairnessReport: Sendable, Equatable, Codable {
    package var column: String
    package var groups: [GroupFairness]
    package var gaps: [GapEstimate]
    /// Rows without a group; they are in no figure.
    package var missing: Int

    package subscript(metric: FairnessMetric) -> GapEstimate? { gaps.first { $0.metric == metric } }

    package var json: JSONValue {
        var object: JSONValue = ["column": .string(column), "missing": JSONValue(missing)]
        for gap in gaps { object[gap.metric.rawValue] = gap.json }
        object["groups"] = .array(groups.map(\.json))
        return object
    }
}

/// Measures how a two-class model treats the groups of a column, each rate and gap with a bootstrap interval over the rows. Rates are weighted
/// where the rows are. Fairlearn counts a rate with a zero denominator as 0, which shows as the greatest possible gap; here such a group is
/// named in `leftOut` and is no part of the gap, and neither is a group of fewer than `minimumGroupSize` rows.
/// - Throws: `invalidInput` unless the problem is binary and each row has a code.
package func fairness(
    _ predictions: Predictions, groups: Segmentation, minimumGroupSize: Int = 30, bootstrap: Bootstrap = Bootstrap()
) throws(MartletError) -> FairnessReport {
    guard case .binary(let truth, let probabilities, let threshold) = predictions.values else {
        throw MartletError(.invalidInput, "Gaps between groups are defined for two-class problems only; this one is \(predictions.problem.rawValue).")
    }
    guard groups.codes.count == truth.count else {
        throw MartletError(
            .invalidInput, "Column \(groups.name) has \(groups.codes.count) values for \(truth.count) predictions; they must be the same rows.")
    }
    let selected = probabilities.map { $0 >= threshold }
    let scorer = FairnessScorer(truth: truth, selected: selected, groups: groups, weights: predictions.weights, minimumGroupSize: minimumGroupSize)
    let results = bootstrap.resample(rows: truth.count, width: scorer.width) { counts, results in scorer.score(counts: counts, into: results) }
    return scorer.report(column: groups.name, intervals: bootstrap.intervals(results, width: scorer.width))
}
