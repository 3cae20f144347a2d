internal import Database
internal import Events
internal import Experiments
internal import LineageEvents
internal import Objects
package import Pipelines
internal import Planning
package import Support

extension Project {
    /// Brings the project up to date.
    /// - Parameters:
    ///   - step: run this step and what it needs; everything where it is nil.
    ///   - force: run also what has not changed.
    /// - Throws: `conflict` where another run is at work; what a step throws.
    package func run(
        step: String?, force: Bool, isOffline: Bool = false, observer: any PipelineObserver
    ) throws(MartletError) -> RunOutcome {
        if !isOffline { try refreshSources { observer.step("data", progress: $0, share: nil) } }
        let session = RunSession(self)
        var steps = try RunPlan(session).steps()
        if let step { steps = try RunPlan.upTo(step, steps) }
        let runner = PipelineRunner(database: database, clock: clock)
        let lock = try ProjectLock(folder: stateFolder, name: "run")
        try recordInterruption()
        objects.removeUnfinished()
        try finishErasures()
        let recorder = ProjectRecorder(self)
        let results = try runner.run(steps, forced: force ? Set(steps.map(\.id)) : [], recorder: recorder, observer: observer)
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
    package func staleSteps(upTo step: String? = nil, force: Bool = false) throws(MartletError) -> [String] {
        var steps = try RunPlan(RunSession(self)).steps()
        if let step { steps = try RunPlan.upTo(step, steps) }
        return force ? steps.map(\.id) : try PipelineRunner(database: database, clock: clock).outOfDate(steps)
    }
}

/// The steps of a project in order: data, what the user wrote, comparison, gate.
struct RunPlan {
    private let session: RunSession
    private var project: Project { session.project }

    init(_ session: RunSession) { self.session = session }

    func steps() throws(MartletError) -> [PreparedStep] {
        try project.file.requireLifecycle()
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

    /// A step and all that it needs, directly or not.
    static func upTo(_ id: String, _ steps: [PreparedStep]) throws(MartletError) -> [PreparedStep] {
        guard steps.contains(where: { $0.id == id }) else {
            throw MartletError(
                .usage, "There is no step “\(id)”.\(didYouMean(id, among: steps.map(\.id))) There are: \(steps.map(\.id).joined(separator: ", ")).")
        }
        var wanted: Set<String> = [id]
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
