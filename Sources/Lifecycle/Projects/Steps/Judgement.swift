internal import Data
internal import Digests
internal import Experiments
internal import Objects
internal import Planning
internal import Registry
internal import Statistics
internal import Support
internal import Tables
internal import Training

/// A candidate measured on validation and test data, beside the baseline and the champion on the same rows.
struct Judgement {
    let champion: ModelVersion?
    /// Scores on the test set; nil where the dataset has none.
    let testScores: [Double]?
    /// Whether the champion had to be scored on a test set that it had not seen before.
    let openedTestForChampion: Bool
    let measurer: GateMeasurer
    /// The metrics of the test set, over all rows and by segment.
    let metrics: [RunMetric]
    /// The whole evaluation, for the object store.
    let report: JSONValue
    /// Sentences on groups and on what predicts them.
    let findings: [String]

    init(
        _ session: RunSession, dataset: DatasetVersion, candidate: Candidate, baseline: Candidate?, champion: ModelVersion?
    ) throws(MartletError) {
        let rows = JudgedRows(session, dataset: dataset, candidate: candidate, baseline: baseline, champion: champion)
        var splits: [Objective.Place: GateMeasurer.Split] = [:]
        splits[.validation] = try rows.split("validation")?.measured
        let test = try rows.split("test")
        splits[.test] = test?.measured
        self.champion = champion
        testScores = test?.scores
        openedTestForChampion = test?.openedForChampion ?? false
        measurer = GateMeasurer(splits: splits, bootstrap: session.project.bootstrap)
        metrics = test.map { Judgement.metrics($0.measured) } ?? []
        let proxies = try rows.proxies()
        findings = Judgement.sentences(test?.measured ?? splits[.validation], proxies)
        report = Judgement.report(splits, proxies)
    }

    private static func metrics(_ split: GateMeasurer.Split) -> [RunMetric] {
        let all = split.evaluation.metrics.map { metric($0, segment: "", rows: split.evaluation.rows) }
        let bySegment = split.evaluation.segments.flatMap { segment in
            segment.metrics.map { metric($0, segment: "\(segment.column)=\(segment.label)", rows: segment.rows) }
        }
        let gaps = split.fairness.values.flatMap { report in
            report.gaps.map { gap in
                RunMetric(
                    split: "test", name: gap.metric.rawValue, segment: report.column, value: gap.value, lower: gap.interval?.lower,
                    upper: gap.interval?.upper, rows: split.evaluation.rows)
            }
        }
        return all + bySegment + gaps
    }

    private static func metric(_ estimate: MetricEstimate, segment: String, rows: Int) -> RunMetric {
        RunMetric(
            split: "test", name: estimate.metric.rawValue, segment: segment, value: estimate.value, lower: estimate.interval?.lower,
            upper: estimate.interval?.upper, rows: rows)
    }

    /// What a reader of the gate's answer should know about groups.
    private static func sentences(_ split: GateMeasurer.Split?, _ proxies: [ProxyStrength]) -> [String] {
        guard let split else { return [] }
        var sentences: [String] = []
        for column in split.fairness.keys.sorted() {
            guard let gap = split.fairness[column]?[.equalOpportunityDifference], let value = gap.value, let high = gap.highest, let low = gap.lowest
            else { continue }
            sentences.append("\(column): of the positives, \(Objective.text(value * 100)) points more are found among \(high) than among \(low).")
        }
        return sentences + baseRates(split) + proxies.map(\.sentence)
    }

    /// How often the positive class is true in each group that is large enough.
    private static func baseRates(_ split: GateMeasurer.Split) -> [String] {
        split.fairness.keys.sorted().compactMap { column in
            let groups = (split.fairness[column]?.groups ?? []).filter { !$0.isTooSmall }
            guard groups.count > 1, groups.count <= 6 else { return nil }
            let rates = groups.map { "\(Objective.text(100 * Double($0.positives) / Double($0.rows))) % of \($0.label)" }
            return "\(column): the positive class is true of \(rates.joined(separator: ", "))\(differ(groups) ? ", more than chance explains" : "")."
        }
    }

    /// Whether the highest and the lowest rate differ by more than 1.96 standard errors of the difference of two proportions.
    private static func differ(_ groups: [GroupFairness]) -> Bool {
        let sorted = groups.sorted { Double($0.positives) * Double($1.rows) < Double($1.positives) * Double($0.rows) }
        guard let low = sorted.first, let high = sorted.last else { return false }
        let (p, q) = (Double(high.positives) / Double(high.rows), Double(low.positives) / Double(low.rows))
        return p - q > 1.96 * (p * (1 - p) / Double(high.rows) + q * (1 - q) / Double(low.rows)).squareRoot()
    }

    private static func report(_ splits: [Objective.Place: GateMeasurer.Split], _ proxies: [ProxyStrength]) -> JSONValue {
        var report: JSONValue = .object([])
        for place in Objective.Place.allCases {
            guard let split = splits[place] else { continue }
            var value = split.evaluation.json
            value["fairness"] = .array(split.fairness.keys.sorted().compactMap { split.fairness[$0]?.json })
            report[place.rawValue] = value
        }
        report["proxies"] = .array(proxies.map(\.json))
        return report
    }
}

/// The rows that a judgement rests on, and the scores of everybody on them.
private struct JudgedRows {
    /// One split with everybody's scores.
    struct Scored {
        var measured: GateMeasurer.Split
        var scores: [Double]
        var openedForChampion: Bool
    }

    let session: RunSession
    let dataset: DatasetVersion
    let candidate: Candidate
    let baseline: Candidate?
    let champion: ModelVersion?

    init(_ session: RunSession, dataset: DatasetVersion, candidate: Candidate, baseline: Candidate?, champion: ModelVersion?) {
        self.session = session
        self.dataset = dataset
        self.candidate = candidate
        self.baseline = baseline
        self.champion = champion
    }

    func split(_ name: String) throws(MartletError) -> Scored? {
        guard let (set, table) = try session.rows(name, of: dataset, classes: session.classes(of: dataset)) else { return nil }
        let ours = try scores(candidate, name, set)
        let predictions = try predictions(ours, candidate.signature, set)
        let segments = try segmentations(table)
        let bootstrap = session.project.bootstrap
        var fairness: [String: FairnessReport] = [:]
        if predictions.problem == .binary {
            for segment in segments.sensitive { fairness[segment.name] = try Statistics.fairness(predictions, groups: segment, bootstrap: bootstrap) }
        }
        let other = try championPredictions(name, set)
        let measured = GateMeasurer.Split(
            candidate: predictions,
            baseline: try baseline.map { baseline throws(MartletError) in try self.predictions(scores(baseline, name, set), baseline.signature, set)
            },
            champion: try other.map { other throws(MartletError) in try rival(other.predictions, name, rows: set.features.rowCount) },
            evaluation: evaluate(predictions, segments: name == "test" ? segments.all : [], bootstrap: bootstrap),
            fairness: fairness)
        return Scored(measured: measured, scores: ours, openedForChampion: name == "test" && other?.opened == true)
    }

    /// The champion's answers, with the rows that it has learnt from.
    private func rival(_ predictions: Predictions, _ split: String, rows: Int) throws(MartletError) -> GateMeasurer.Rival {
        guard let champion else { return GateMeasurer.Rival(predictions: predictions) }
        switch try SeenRows(session, dataset: dataset, champion: champion).rows(of: split) {
        case .rows(let seen) where seen.count == rows: return GateMeasurer.Rival(predictions: predictions, seen: seen)
        case .rows: return GateMeasurer.Rival(predictions: predictions, doubt: "some rows have no usable target.")
        case .unknown(let why): return GateMeasurer.Rival(predictions: predictions, doubt: why)
        }
    }

    private func predictions(_ scores: [Double], _ signature: Signature, _ set: TrainingSet) throws(MartletError) -> Predictions {
        try Predictions(scores: scores, answer: signature.answer, truth: set.target, weights: set.weights)
    }

    /// The scores that a candidate gives each row.
    private func width(_ candidate: Candidate) -> Int {
        if case .multiclass(let classes) = candidate.signature.answer { classes.count } else { 1 }
    }

    /// Scores on a split: kept ones for validation while they fit its rows, of which some may have been erased; else fresh ones from the graph.
    private func scores(_ candidate: Candidate, _ split: String, _ set: TrainingSet) throws(MartletError) -> [Double] {
        let objects = session.project.objects
        if split == "validation", objects.contains(candidate.validationScores) {
            let kept = ScoresFile.scores(try objects.bytes(candidate.validationScores))
            if kept.count == set.features.rowCount * max(1, width(candidate)) { return kept }
        }
        return try session.project.scorer(candidate.graph, candidate.signature).score(set.features).scores
    }

    /// The champion's predictions on the same rows; nil where there is none, or where it answers other classes.
    private func championPredictions(_ split: String, _ set: TrainingSet) throws(MartletError) -> (predictions: Predictions, opened: Bool)? {
        guard let champion, champion.details.signature.answer.classes == candidate.signature.answer.classes else { return nil }
        let sameData = champion.dataset == dataset.reference.description
        if split == "test", sameData, let kept = champion.details.testScores {
            let scores = ScoresFile.scores(try session.project.objects.bytes(kept))
            return (try predictions(scores, champion.details.signature, set), false)
        }
        let scorer = try session.project.scorer(champion.digest, champion.details.signature)
        return (try predictions(scorer.score(set.features).scores, champion.details.signature, set), true)
    }

    /// The sensitive columns, and with them the text columns that matter most to the model and have few values.
    private func segmentations(_ table: Table) throws(MartletError) -> (sensitive: [Segmentation], all: [Segmentation]) {
        var sensitive: [Segmentation] = []
        for column in session.project.file.data.columns where column.sensitive {
            guard let values = table[column.name] else { continue }
            sensitive.append(Segmentation(values))
        }
        let important = candidate.importance.prefix(8).compactMap { table[$0.column] }
        let few = important.filter { column in (column.text?.dictionary.count).map { $0 <= 12 } ?? false }.prefix(3).map { Segmentation($0) }
        return (sensitive, sensitive + few.filter { few in !sensitive.contains { $0.name == few.name } })
    }

    /// How well the columns that the model uses predict each sensitive one.
    func proxies() throws(MartletError) -> [ProxyStrength] {
        guard let part = dataset.part("train") else { return [] }
        let table = try session.table(part)
        let features = try table.selecting(dataset.columns(.feature).map(\.name))
        var found: [ProxyStrength] = []
        for column in session.project.file.data.columns where column.sensitive {
            guard let values = table[column.name] else { continue }
            if let strength = try ProxyStrength.measure(
                of: values, from: features.dropping([column.name]), locator: session.project.engines, seed: session.project.file.data.split.seed)
            {
                found.append(strength)
            }
        }
        return found
    }
}

extension Segmentation {
    /// A column's distinct values as segments.
    fileprivate init(_ column: Column) {
        let text = column.text ?? TextValues((0..<column.count).map { column.category($0) })
        self.init(name: column.name, codes: text.codes, labels: text.dictionary)
    }
}
