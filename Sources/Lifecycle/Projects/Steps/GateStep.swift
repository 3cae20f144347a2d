internal import Data
internal import Database
internal import Digests
internal import Events
internal import Experiments
internal import Lineage
internal import Objects
internal import Pipelines
internal import Planning
internal import Registry
internal import Statistics
internal import Support
internal import Tables
internal import Training

/// Registers the best candidate, opens the test set once for it, judges every objective, and lets it take `champion` where all hold.
struct GateStep: Sendable {
    private let session: RunSession
    private let steps: [StepDefinition]
    private var project: Project { session.project }

    init(_ session: RunSession, steps: [StepDefinition]) {
        self.session = session
        self.steps = steps
    }

    func prepared() -> PreparedStep {
        let file = project.file
        let inputs: JSONValue = [
            "version": 1, "charter": .string(file.charterDigest), "gated": .bool(file.promotion.gated), "model": .string(file.model),
            "sensitive": JSONValue(file.data.columns.filter(\.sensitive).map(\.name)),
        ]
        return PreparedStep(
            id: "gate", needs: ["data", "compare"] + steps.map(\.id), inputs: { inputs }, isIntact: { isIntact($0) },
            execute: { context throws(MartletError) in try execute(context) })
    }

    /// Whether the version that was judged is still registered.
    private func isIntact(_ output: JSONValue) -> Bool {
        guard let reference = output["version"].text.flatMap({ Reference($0) }) else { return false }
        return (try? project.models.version(reference.name, reference.selector)) != nil
    }

    private func execute(_ context: StepContext) throws(MartletError) -> JSONValue {
        let dataset = try session.dataset(context.outputs)
        guard let best = try candidate(context.outputs["compare"]?["best"].text, context) else {
            throw MartletError(.defect, "The comparison named no candidate.")
        }
        let baseline = try candidate(context.outputs["compare"]?["baseline"].text, context)
        let champion = try project.champion()
        context.progress("measuring on test data", nil)
        let judge = try Judgement(session, dataset: dataset, candidate: best, baseline: baseline, champion: champion)
        let version = try registered(best, dataset)
        let decision = try decide(version, judge, tests: reports(context))
        let (stored, final) = try store(judge, version, decision, context)
        return output(stored, final, judge)
    }

    private func candidate(_ step: String?, _ context: StepContext) throws(MartletError) -> Candidate? {
        guard let step, let output = context.outputs[step] else { return nil }
        return try Candidate.load(output, from: project.objects)
    }

    /// The candidate as a model version: the one that an interrupted run had registered, or a new one.
    private func registered(_ candidate: Candidate, _ dataset: DatasetVersion) throws(MartletError) -> ModelVersion {
        let model = project.file.model
        if let known = try project.models.version(model, digest: candidate.graph, run: candidate.run) { return known }
        var details = ModelVersion.Details(
            step: candidate.step, trainer: candidate.trainer, signature: candidate.signature,
            request: try session.request(dataset, candidate.signature), rules: dataset.details.rules,
            parameters: candidate.parameters, importance: candidate.importance, notes: candidate.notes, size: candidate.size)
        details.trees = candidate.trees
        let final = details
        let trainer = try project.runs.run(candidate.run)?.actor
        return try project.database.write { session in
            try project.models.register(
                model: model, digest: candidate.graph, run: candidate.run, dataset: dataset.reference.description, details: final,
                trainer: trainer, in: session)
        }
    }

    private func reports(_ context: StepContext) -> [JUnitReport] {
        steps.compactMap { step in
            guard let tests = context.outputs[step.id]?["tests"], !tests.isNull else { return nil }
            let failures = tests["failed"].elements.compactMap(\.text).map { JUnitReport.Failure(name: $0, message: "") }
            return JUnitReport(step: step.id, path: tests["path"].text ?? "", tests: tests["run"].int ?? 0, failures: failures)
        }
    }

    private func decide(_ version: ModelVersion, _ judge: Judgement, tests: [JUnitReport]) throws(MartletError) -> GateDecision {
        let gate = Gate(charter: project.file.charter, confirmed: try project.isCharterConfirmed(), clock: project.clock)
        return try gate.decide(version.reference.description, tests: tests) { objective throws(MartletError) in try judge.measurer.measure(objective)
        }
    }

    /// Records the judgement and, where the gate passes and no approval is missing, the promotion: all of it or nothing.
    private func store(
        _ judge: Judgement, _ version: ModelVersion, _ found: GateDecision, _ context: StepContext
    ) throws(MartletError) -> (ModelVersion, PromotionDecision) {
        var judged = version
        judged.details.evaluationRun = context.run
        judged.details.evaluation = try project.objects.put(Array(judge.report.pretty.utf8))
        if let scores = judge.testScores { judged.details.testScores = try project.objects.put(ScoresFile.bytes(scores)) }
        let final = judged
        return try project.database.write { session in
            let rule = try project.approvals.keepRule(project.file.promotion, in: session)
            var gate = found
            if !rule.gated { gate.results = gate.results.filter { $0.verdict != .red } }
            if judge.testScores != nil { try project.models.recordTestOpening(final, purpose: "gate", in: session) }
            if judge.openedTestForChampion, let champion = judge.champion {
                try project.models.recordTestOpening(champion, purpose: "comparison with v\(final.version)", in: session)
            }
            try project.runs.log(judge.metrics, of: context.run, in: session)
            try project.models.update(final, in: session)
            try project.checks.add(gate.results, in: session)
            let findings: JSONValue = ["checks": .array(gate.results.map(\.recorded))]
            try project.events.append("gate.judged", final.reference.description, findings, in: session)
            try project.lineage.link(final.reference.description, "judged_in", "run:\(context.run)", in: session)
            return (final, try project.moveChampion(.promotion, to: final, gate, rule, reason: gate.sentence, in: session))
        }
    }

    private func output(_ version: ModelVersion, _ decision: PromotionDecision, _ judge: Judgement) -> JSONValue {
        let champion = decision.passes ? version : judge.champion
        return [
            "version": .string(version.reference.description), "passed": .bool(decision.gate.passes), "reasons": JSONValue(decision.gate.reasons),
            "waits": JSONValue(decision.waits ? decision.sentence : nil), "checks": .array(decision.gate.results.map(\.json)),
            "champion": JSONValue(champion?.reference.description),
            "findings": JSONValue(judge.findings),
        ]
    }
}
