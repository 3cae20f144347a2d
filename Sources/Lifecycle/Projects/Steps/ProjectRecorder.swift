internal import Database
internal import Digests
internal import Events
internal import Experiments
internal import Lineage
internal import LineageEvents
internal import Pipelines
internal import Support
internal import Synchronization

/// Records the steps of one pipeline run as its children, and the pipeline run itself as soon as a step has work to do.
final class ProjectRecorder: StepRecorder {
    private struct PipelineRun {
        var id: RunID
        var code: CodeVersion?
    }

    private let project: Project
    private let pipeline = Mutex<PipelineRun?>(nil)

    init(_ project: Project) { self.project = project }

    func begin(step: String, inputs: JSONValue) throws(MartletError) -> RunID {
        let parent = try pipelineRun()
        let run = project.identifiers.nextRun()
        try project.runs.start(run, parent: parent.id, step: step, parameters: inputs, code: parent.code, actor: project.events.currentActor) {
            try linkRead(run, step: step, in: $0)
            try project.tell(.start, of: run, in: $0)
        }
        return run
    }

    /// The pipeline run, begun with its first step.
    private func pipelineRun() throws(MartletError) -> PipelineRun {
        try pipeline.withLock { known throws(MartletError) in
            if let known { return known }
            let run = try begun()
            known = run
            return run
        }
    }

    private func begun() throws(MartletError) -> PipelineRun {
        let run = PipelineRun(id: project.identifiers.nextRun(), code: GitFolder.version(of: project.root))
        try project.recordSettings()
        let parameters: JSONValue = ["charter": .string(project.file.charterDigest)]
        try project.runs.start(run.id, parent: nil, step: "pipeline", parameters: parameters, code: run.code, actor: project.events.currentActor) {
            session in
            let body: JSONValue = ["charter": .string(project.file.charterDigest), "code": JSONValue(run.code?.sentence)]
            try project.events.append("run.started", "run:\(run.id)", body, in: session)
            try project.tell(.start, of: run.id, in: session)
        }
        return run
    }

    func end(_ run: RunID, step: String, output: JSONValue, in session: SQLSession) throws {
        try project.runs.end(run, .finished, in: session)
        let metrics = try project.runs.metrics(of: run, in: session).map(\.json)
        let body: JSONValue = [
            "step": .string(step), "output": .string(Digest(of: output.compact).rawValue),
            "metrics": metrics.isEmpty ? .null : .string(Digest(of: JSONValue.array(metrics).compact).rawValue),
        ]
        try project.events.append("step.finished", "run:\(run)", body, in: session)
        if step == "data" { try linkKept(run, output, in: session) }
        try project.tell(.complete, of: run, in: session)
    }

    /// Records which data a step of the user's reads: what the data step left.
    private func linkRead(_ run: RunID, step: String, in session: SQLSession) throws {
        guard project.file.pipeline.contains(where: { $0.id == step }),
            let data = try session.row("SELECT output FROM step_state WHERE step = 'data'")?.text("output"),
            let dataset = try JSONValue(parsing: data)["dataset"].text
        else { return }
        try project.lineage.link("run:\(run)", "read", dataset, in: session)
    }

    /// Records which version the data step kept, where its rows were known already.
    private func linkKept(_ run: RunID, _ output: JSONValue, in session: SQLSession) throws {
        guard let dataset = output["dataset"].text else { return }
        let made = try session.row(
            "SELECT 1 FROM edge WHERE source = ? AND relation = 'made_by' AND target = ?", [SQLValue(dataset), SQLValue("run:\(run)")])
        if made == nil { try project.lineage.link("run:\(run)", "kept", dataset, in: session) }
    }

    func fail(_ run: RunID, _ error: MartletError) throws(MartletError) {
        let parent = try pipelineRun().id
        try project.database.write { session in
            try project.runs.end(run, .failed, error: error.description, in: session)
            try project.runs.end(parent, .failed, error: error.description, in: session)
            try project.events.append("run.failed", "run:\(parent)", ["error": .string(error.message)], in: session)
            try project.tell(.fail, of: run, in: session)
            try project.tell(.fail, of: parent, in: session)
        }
    }

    /// Ends the pipeline run, where one was begun.
    func finish() throws(MartletError) {
        guard let parent = pipeline.withLock({ $0?.id }) else { return }
        try project.database.write { session in
            try project.runs.end(parent, .finished, in: session)
            try project.events.append("run.finished", "run:\(parent)", in: session)
            try project.tell(.complete, of: parent, in: session)
        }
    }
}
