internal import Planning
internal import Registry
internal import Statistics
internal import Support

/// Measures objectives for a candidate, on rows that it did not learn from.
struct GateMeasurer {
    /// Predictions of the candidate and of those it is compared with, on the same rows of one split.
    struct Split {
        var candidate: Predictions
        var baseline: Predictions?
        var champion: Rival?
        var evaluation: Evaluation
        /// Gaps by sensitive column.
        var fairness: [String: FairnessReport]
    }

    /// The champion on the same rows.
    struct Rival {
        var predictions: Predictions
        /// Row by row, whether the champion has learnt from it while the candidate has not; empty where it has not learnt from any.
        var seen: [Bool] = []
        /// Why it is not known what the champion has learnt from; nil where it is.
        var doubt: String?
    }

    /// A comparison on fewer rows says nothing where most were left out.
    static let fewestRows = 50

    var splits: [Objective.Place: Split]
    var bootstrap: Bootstrap

    /// The measurement that the objective asks for, or why there is none.
    func measure(_ objective: Objective) throws(MartletError) -> Gate.Finding {
        guard let split = splits[objective.place] else {
            return .missing("there is no \(objective.place.rawValue) data. Add a test file, or “split: {test: 0.2}”.")
        }
        switch objective.metric {
        case .score(let metric): return try measure(metric, objective.bound, split)
        case .gap(let gap): return measure(gap, objective.group ?? "", split)
        case .service: return .missing("it is measured in production only.")
        }
    }

    private func measure(_ metric: Metric, _ bound: Objective.Bound, _ split: Split) throws(MartletError) -> Gate.Finding {
        switch bound {
        case .atLeast, .atMost:
            guard let estimate = split.evaluation[metric], let value = estimate.value else {
                return .missing(split.evaluation[metric]?.reason ?? "the metric is undefined here.")
            }
            return .measured(Measurement(value: value, lower: estimate.interval?.lower, upper: estimate.interval?.upper))
        case .gainOverBaseline:
            guard let baseline = split.baseline else {
                return .missing("there is no baseline to compare with. Add a step “{id: baseline, uses: train/majority}”.")
            }
            return try compare(metric, split.candidate, baseline)
        case .lossAgainstChampion:
            guard let champion = split.champion else { return .notApplicable("There is no champion to compare with yet.") }
            return try compare(metric, split.candidate, with: champion)
        }
    }

    /// The comparison with the champion on the rows that it has not learnt from: a later split deals rows to the test part that an earlier one had
    /// dealt to its training, and on those the champion would look better than it is.
    private func compare(_ metric: Metric, _ ours: Predictions, with champion: Rival) throws(MartletError) -> Gate.Finding {
        if let doubt = champion.doubt {
            let finding = try compare(metric, ours, champion.predictions)
            guard case .measured(let measurement, _) = finding else { return finding }
            return .measured(measurement, note: "It is not known on which of these rows the champion has learnt: \(doubt)")
        }
        let fresh = champion.seen.indices.filter { !champion.seen[$0] }
        let left = champion.seen.count - fresh.count
        guard left > 0 else { return try compare(metric, ours, champion.predictions) }
        let facts = "the champion has learnt from \(left) of the \(ours.count) rows"
        guard fresh.count >= GateMeasurer.fewestRows else { return .undecided(GateMeasurer.unfair("\(facts), and \(fresh.count) are too few.")) }
        switch try compare(metric, ours.rows(fresh), champion.predictions.rows(fresh)) {
        case .measured(let measurement, _): return .measured(measurement, note: "Left out: \(facts).")
        case .missing(let why): return .undecided(GateMeasurer.unfair("\(facts), and on the other \(fresh.count) \(why)"))
        case let other: return other
        }
    }

    private static func unfair(_ why: String) -> String {
        "No fair comparison with the champion is possible: \(why) Set rows aside that no version learns from: a test file (data.source.test), or a split by time."
    }

    /// Ours minus the other's, positive where ours is better, by a paired bootstrap.
    private func compare(_ metric: Metric, _ ours: Predictions, _ other: Predictions) throws(MartletError) -> Gate.Finding {
        let difference = try pairedDifference(metric, ours, other, bootstrap: bootstrap)
        guard let gain = difference.gain else { return .missing(difference.reason ?? "the metric is undefined here.") }
        return .measured(Measurement(value: gain, lower: difference.gainInterval?.lower, upper: difference.gainInterval?.upper))
    }

    private func measure(_ gap: FairnessMetric, _ group: String, _ split: Split) -> Gate.Finding {
        guard let report = split.fairness[group] else {
            return .missing("“\(group)” is not known as a sensitive column. Write data.columns: {\(group): {use: false, sensitive: true}}.")
        }
        guard let estimate = report[gap], let value = estimate.value else {
            return .missing(report[gap]?.reason ?? "a group has too few rows to compare.")
        }
        return .measured(Measurement(value: value, lower: estimate.interval?.lower, upper: estimate.interval?.upper))
    }
}
