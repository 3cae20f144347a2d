internal import Data
internal import Database
internal import Digests
internal import Experiments
internal import Objects
internal import Pipelines
internal import Planning
internal import Registry
internal import Statistics
internal import Support
internal import Tables
internal import Training

/// Turns a trained graph into a candidate: scores it on validation data as it will be served, records metrics, stores everything.
struct CandidateRecorder {
    private let session: RunSession
    private let context: StepContext
    private let dataset: DatasetVersion
    private var project: Project { session.project }

    init(_ session: RunSession, context: StepContext, dataset: DatasetVersion) {
        self.session = session
        self.context = context
        self.dataset = dataset
    }

    /// - Returns: the step's output: the candidate's digest and its leading figures.
    func record(
        step: String, trainer: String, graph: [UInt8], signature: Signature, parameters: JSONValue, importance: [ModelVersion.Share],
        notes: [String], validation: TrainingSet, trees: ExplainedTrees? = nil
    ) throws(MartletError) -> JSONValue {
        let scorer = try GraphScorer(locator: project.engines, bytes: graph, signature: signature)
        let answers = try scorer.score(validation.features)
        let predictions = try Predictions(answers, truth: validation.target, weights: validation.weights)
        let metrics = estimates(of: Metric.all(for: predictions.problem), predictions, bootstrap: project.bootstrap)
        try project.log(metrics, split: "validation", rows: predictions.count, run: context.run)
        var candidate = Candidate(
            step: step, trainer: trainer, run: context.run, graph: try project.objects.put(graph), signature: signature, parameters: parameters,
            importance: importance, notes: notes, size: graph.count, validationScores: try project.objects.put(ScoresFile.bytes(answers.scores)))
        candidate.trees = try trees.map { trees throws(MartletError) in try project.objects.put(trees.bytes) }
        let latency = try scorer.medianLatency(of: validation.features)
        let primary = metrics.first { $0.metric == project.file.charter.primaryMetric }
        return [
            "candidate": .string(try candidate.store(in: project.objects).rawValue), "trainer": .string(trainer),
            "metric": .string(project.file.charter.primaryMetric.rawValue), "value": JSONValue(primary?.value),
            "lower": JSONValue(primary?.interval?.lower), "upper": JSONValue(primary?.interval?.upper), "bytes": JSONValue(graph.count),
            "microseconds": JSONValue(latency),
        ]
    }
}

extension Project {
    /// The bootstrap that every interval of the project uses: seeded by the split, on all cores.
    var bootstrap: Bootstrap { Bootstrap(seed: file.data.split.seed, threads: Processors.available) }

    /// Records estimates as metrics of a run.
    func log(_ estimates: [MetricEstimate], split: String, segment: String = "", rows: Int, run: RunID) throws(MartletError) {
        let metrics = estimates.map { estimate in
            RunMetric(
                split: split, name: estimate.metric.rawValue, segment: segment, value: estimate.value, lower: estimate.interval?.lower,
                upper: estimate.interval?.upper, rows: rows)
        }
        try database.write { try runs.log(metrics, of: run, in: $0) }
    }
}
