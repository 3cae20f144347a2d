internal import Database
internal import Events
internal import Experiments
internal import Foundation
internal import LineageEvents
internal import Objects
package import Pipelines
internal import Planning
internal import Stages
package import Support

extension Project {
    /// Brings the project up to date.
    /// - Parameters:
    ///   - step: run this step and what it needs; everything where it is nil.
    ///   - force: run also what has not changed.
    ///   - jobs: how many commands run at once; as many as there are processors where it is nil.
    ///   - keepsGoing: whether steps that do not need a failed one still run.
    /// - Throws: `conflict` where another run is at work; what a step throws.
    package func run(
        step: String?, force: Bool, isOffline: Bool = false, jobs: Int? = nil, keepsGoing: Bool = false, observer: any PipelineObserver
    ) throws(MartletError) -> RunOutcome {
        if !isOffline { try refreshSources { observer.step("data", progress: $0, share: nil) } }
        let plan = try RunPlan(RunSession(self))
        let steps = try plan.steps(upTo: step)
        let runner = PipelineRunner(database: database, clock: clock)
        let lock = try ProjectLock(folder: stateFolder, name: "run")
        try recordInterruption()
        objects.removeUnfinished()
        try finishErasures()
        try plan.stages?.begin()
        defer { plan.stages?.finish() }
        let recorder = ProjectRecorder(self)
        let wish = PipelineRunner.Options(
            forced: force ? Set(steps.map(\.id)) : [], jobs: jobs ?? Processors.available, keepsGoing: keepsGoing)
        let results = try runner.run(steps, wish, recorder: recorder, observer: observer)
        try recorder.finish()
        var outcome = withExtendedLifetime(lock) { RunOutcome(results) }
        if let gate = outcome.gate, gate.waits != nil { outcome.gate?.waits = try stillWaits(gate.version) }
        return outcome
    }

    /// Marks runs that nobody goes on with. Call only while holding the run lock.
    package func recordInterruption() throws(MartletError) {
        _ = try runs.markInterrupted {
            try events.append("run.interrupted", "run:\($0)", in: $1)
            try tell(.abort, of: $0, in: $1)
        }
    }

    /// The steps that `run` would do now, of all or of those that one step needs.
    package func staleSteps(upTo step: String? = nil, force: Bool = false) throws(MartletError) -> [StaleStep] {
        let plan = try RunPlan(RunSession(self))
        let steps = try plan.steps(upTo: step)
        defer { plan.stages?.finish() }
        return try PipelineRunner(database: database, clock: clock).stale(steps, forced: force ? Set(steps.map(\.id)) : [])
    }

    /// Whether there is anything that `run` could do.
    package var hasSteps: Bool { file.hasLifecycle || access("\(root)/\(StageFile.name)", F_OK) == 0 }
}

/// The steps of a project in order: data, what the user wrote, stages of `dvc.yaml`, comparison, gate.
struct RunPlan {
    private let session: RunSession
    /// The stages of the folder's `dvc.yaml`; nil where it has none.
    let stages: StageSteps?
    private var project: Project { session.project }

    init(_ session: RunSession) throws(MartletError) {
        self.session = session
        stages = try StageSteps(session.project)
    }

    /// - Parameter step: only this step and what it needs; all where it is nil.
    func steps(upTo step: String?) throws(MartletError) -> [PreparedStep] {
        if stages == nil { try project.file.requireLifecycle() }
        var steps = try stages?.prepared(all: step != nil) ?? []
        if project.file.hasLifecycle { steps = try lifecycle() + steps }
        let ordered = try RunPlan.ordered(stages?.joined(steps, project.file) ?? steps)
        return if let step { try RunPlan.upTo(step, ordered) } else { ordered }
    }

    private func lifecycle() throws(MartletError) -> [PreparedStep] {
        let own = try StepDefinition.ordered(project.file.pipeline)
        var steps = [try DataStep(session).prepared()]
        for step in own {
            switch step.action {
            case .builtIn(let name, let parameters): steps.append(try TrainStep(session, step, trainer: name, parameters: parameters).prepared())
            case .command(let command): steps.append(CommandStep(session, step, command: command).prepared())
            }
        }
        steps.append(CompareStep(session, candidates: own.map(\.id)).prepared())
        steps.append(GateStep(session, steps: own).prepared())
        return steps
    }

    /// The steps so that each stands after those it needs; otherwise in the order given.
    private static func ordered(_ steps: [PreparedStep]) throws(MartletError) -> [PreparedStep] {
        let ids = Set(steps.map(\.id))
        var done: Set<String> = []
        var order: [PreparedStep] = []
        var left = steps
        while !left.isEmpty {
            let before = order.count
            var waiting: [PreparedStep] = []
            for step in left {
                if step.needs.allSatisfy({ done.contains($0) || !ids.contains($0) }) {
                    done.insert(step.id)
                    order.append(step)
                } else {
                    waiting.append(step)
                }
            }
            guard order.count > before else {
                throw MartletError(
                    .invalidInput,
                    "These steps wait for each other, in \(ProjectFile.name) and \(StageFile.name) together: \(left.map(\.id).joined(separator: ", "))."
                )
            }
            left = waiting
        }
        return order
    }

    /// A step and all that it needs, directly or not; by the name of a “foreach” or “matrix” all steps that it stands for.
    private static func upTo(_ id: String, _ steps: [PreparedStep]) throws(MartletError) -> [PreparedStep] {
        let named = steps.map(\.id)
        var wanted = Set(named.contains(id) ? [id] : named.filter { $0.hasPrefix("\(id)@") })
        guard !wanted.isEmpty else {
            throw MartletError(.usage, "There is no step “\(id)”.\(didYouMean(id, among: named)) There are: \(named.joined(separator: ", ")).")
        }
        for step in steps.reversed() where wanted.contains(step.id) { wanted.formUnion(step.needs) }
        return steps.filter { wanted.contains($0.id) }
    }
}

extension RunOutcome {
    /// Reads what the steps left.
    init(_ results: [StepResult]) {
        steps = results
        notes = results.first { $0.id == "data" }?.output["notes"].elements.compactMap(\.text) ?? []
        if let compare = results.first(where: { $0.id == "compare" }) { leaderboard = Leaderboard(compare.output) }
        if let gate = results.first(where: { $0.id == "gate" }) { self.gate = GateOutcome(gate.output) }
    }
}

extension RunOutcome.Leaderboard {
    init(_ output: JSONValue) {
        metric = output["metric"].text ?? ""
        rows = output["rows"].elements.map { row in
            Row(
                step: row["step"].text ?? "", trainer: row["trainer"].text ?? "",
                measurement: Measurement(value: row["value"].double ?? .nan, lower: row["lower"].double, upper: row["upper"].double),
                note: row["note"].text ?? "")
        }
    }
}

extension RunOutcome.GateOutcome {
    init(_ output: JSONValue) {
        version = output["version"].text ?? ""
        passed = output["passed"].flag ?? false
        checks = output["checks"].elements.compactMap { CheckResult($0) }
        reasons = output["reasons"].elements.compactMap(\.text)
        waits = output["waits"].text
        champion = output["champion"].text
        findings = output["findings"].elements.compactMap(\.text)
    }
}
