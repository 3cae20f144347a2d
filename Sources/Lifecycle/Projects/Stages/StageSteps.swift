internal import Data
internal import Foundation
internal import Pipelines
internal import Stages
internal import Support
internal import Versions

/// The stages of the project's `dvc.yaml` as steps of its pipeline.
struct StageSteps: Sendable {
    private let project: Project
    private let repository: Repository
    private let files: RepositoryStageFiles
    private let graph: StageGraph
    private let locks: [String: StageLock]
    /// The project's folder, relative to the repository; empty where they are the same.
    private let prefix: String
    /// The project's own `dvc.yaml`, relative to the repository.
    private let own: String

    /// - Returns: nil where the folder has no `dvc.yaml`.
    /// - Throws: `notFound` where it lies in no repository of DVC's; `invalidInput` with file and line.
    init?(_ project: Project) throws(MartletError) {
        guard project.past == nil, access("\(project.root)/\(StageFile.name)", F_OK) == 0 else { return nil }
        guard let root = Repository.root(above: project.root), let real = StageSteps.realPath(project.root) else {
            // A dvc.yaml beside a martlet.yaml may stand there for another reason.
            if project.file.hasLifecycle { return nil }
            throw MartletError(
                .notFound, "There is a \(StageFile.name) here, but no .dvc folder. “dvc init” makes one, and so does “martlet data add FILE”.")
        }
        self.project = project
        repository = try Repository(root: root)
        self.files = RepositoryStageFiles(repository)
        prefix = real.utf8.count > root.utf8.count ? String(real.dropFirst(root == "/" ? 1 : root.utf8.count + 1)) : ""
        let own = StagePath.joined(prefix, StageFile.name)
        let files = try StageSearch.files(of: repository, own: own)
        graph = try StageGraph(files.flatMap(\.stages))
        var locks: [String: StageLock] = [:]
        for file in files {
            let order = graph.stages.filter { $0.file == file.path }.map(\.name)
            locks[file.path] = try StageLock(root: root, path: StageLock.path(of: file.path), order: order)
        }
        self.locks = locks
        self.own = own
    }

    private static func realPath(_ path: String) -> String? {
        guard let real = realpath(path, nil) else { return nil }
        defer { free(real) }
        return String(cString: real)
    }

    /// Asks Git about all outputs at once, before the first command runs.
    func begin() throws(MartletError) {
        try files.prepare(graph.stages.flatMap { stage in stage.outputs.filter(\.isCached).map { stage.path($0.path) } })
    }

    /// Writes down what is known of files.
    func finish() {
        files.finish(graph.stages.flatMap { stage in (stage.dependencies + stage.outputs.map(\.path)).map(stage.path) })
    }

    // MARK: Steps

    /// - Parameter all: whether also those of other folders that no stage here needs.
    func prepared(all: Bool) throws(MartletError) -> [PreparedStep] {
        let wanted = all ? nil : graph.needed(by: graph.stages.filter { $0.file == own }.map(\.address))
        var steps: [PreparedStep] = []
        for stage in graph.stages where wanted?.contains(stage.address) ?? true {
            guard let lock = locks[stage.file] else { continue }
            let work = StageWork(stage, root: repository.root, files: files, lock: lock, runs: RunCache(cache: repository.cache.root))
            steps.append(
                PreparedStep(
                    id: id(stage.address), needs: (graph.needs[stage.address] ?? []).map(id),
                    state: { () throws(MartletError) in try StageSteps.state(work) },
                    execute: { context throws(MartletError) in try execute(work, context) }))
        }
        return steps
    }

    /// What a stage is called as a step: its address, with its file in front where a step of `martlet.yaml` is called the same.
    private func id(_ address: String) -> String {
        let taken = project.file.hasLifecycle ? ProjectFile.reservedSteps + project.file.pipeline.map(\.id) : []
        return taken.contains(address) ? "\(StageFile.name):\(address)" : address
    }

    private static func state(_ work: StageWork) throws(MartletError) -> StepState {
        let changes = try work.changes()
        guard changes.isEmpty else {
            return .stale(reasons: changes.map(\.description), inputs: (try? work.inputs().value) ?? ["cmd": work.stage.command])
        }
        return .current(output: work.known)
    }

    private func execute(_ work: StageWork, _ context: StepContext) throws(MartletError) -> JSONValue {
        let command = StageCommand(project: project, repository: repository, work: work)
        let (ran, locked) = try work.bring(isForced: context.isForced) { line throws(MartletError) in
            context.progress(line, nil)
            try command.run(line)
        }
        var output = locked.value["outs"]
        if output.isNull { output = .array([]) }
        if !ran { context.progress("taken from the cache", nil) }
        return ["outs": output]
    }

    // MARK: One graph with the steps of martlet.yaml

    /// Adds what steps of either file need of the other: an output of one is a dependency of the other.
    func joined(_ steps: [PreparedStep], _ file: ProjectFile) -> [PreparedStep] {
        guard file.hasLifecycle else { return steps }
        var needs: [String: [String]] = [:]
        let reads = file.data.source.train + file.data.source.test
        needs["data"] = reads.flatMap { writers(of: String($0.prefix { !"*?[{".contains($0) })) }
        for step in file.pipeline {
            needs[step.id] = step.dependencies.flatMap(writers)
            let written = (step.outputs + (step.junit.map { [$0] } ?? [])).map { StagePath.joined(prefix, $0) }
            for stage in graph.stages {
                let paths = (stage.dependencies + stage.parameters.map(\.file)).map(stage.path)
                if paths.contains(where: { path in written.contains { StagePath.overlap(path, $0) } }) {
                    needs[id(stage.address), default: []].append(step.id)
                }
            }
        }
        return steps.map { step in
            var step = step
            step.needs += (needs[step.id] ?? []).filter { !step.needs.contains($0) && $0 != step.id }
            return step
        }
    }

    private func writers(of path: String) -> [String] {
        path.isEmpty || path.hasPrefix("/") ? [] : graph.writers(of: StagePath.joined(prefix, path)).map(id)
    }
}
