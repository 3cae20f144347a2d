internal import Database
internal import Events
internal import Experiments
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
        try project.runs.start(run, parent: parent.id, step: step, parameters: inputs, code: parent.code, actor: project.events.currentActor)
        return run
    }

    /// The pipeline run, begun with its first step.
    private func pipelineRun() throws(MartletError) -> PipelineRun {
        if let run = pipeline.withLock({ $0 }) { return run }
        let run = PipelineRun(id: project.identifiers.nextRun(), code: GitFolder.version(of: project.root))
        try project.runs.start(
            run.id, parent: nil, step: "pipeline", parameters: ["charter": .string(project.file.charterDigest)], code: run.code,
            actor: project.events.currentActor)
        pipeline.withLock { $0 = run }
        return run
    }

    func end(_ run: RunID, step: String, output: JSONValue, in session: SQLSession) throws {
        try project.runs.end(run, .finished, in: session)
    }

    func fail(_ run: RunID, _ error: MartletError) throws(MartletError) {
        let parent = try pipelineRun().id
        try project.database.write { session in
            try project.runs.end(run, .failed, error: error.description, in: session)
            try project.runs.end(parent, .failed, error: error.description, in: session)
            try project.events.append("run.failed", "run:\(parent)", ["error": .string(error.message)], in: session)
        }
    }

    /// Ends the pipeline run, where one was begun.
    func finish() throws(MartletError) {
        guard let parent = pipeline.withLock({ $0?.id }) else { return }
        try project.database.write { session in
            try project.runs.end(parent, .finished, in: session)
            try project.events.append("run.finished", "run:\(parent)", in: session)
        }
    }
}
