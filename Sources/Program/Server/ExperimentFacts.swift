import Database
import Experiments
import MLflow
import Pages
import Projects
import Support

/// Experiments as the pages show them.
struct ExperimentFacts {
    let project: Project

    /// Runs of an experiment are counted up to that.
    private static let mostCounted = 1000

    func list(_ request: ExperimentsRequest) throws(MartletError) -> ExperimentsView {
        var query = SearchQuery<ExperimentField>()
        if !request.name.isEmpty {
            query.conditions.append(SearchCondition(.name, .like("%\(request.name)%", ignoresCase: true)))
        }
        return try project.database.read { session in
            let page = try ExperimentStore.search(
                query, visibility: request.isDeleted ? .deleted : .active, offset: request.from, limit: ExperimentsRequest.count, in: session)
            let entries = try page.items.map { experiment in
                let bound = ExperimentFacts.mostCounted
                let overview = try RunReader.overview(of: experiment.id, countingTo: bound + 1, in: session)
                return ExperimentsView.Entry(
                    ExperimentFacts.view(experiment), runs: min(overview.runs, bound), hasMoreRuns: overview.runs > bound, latest: overview.latest)
            }
            return ExperimentsView(request, entries: entries, hasMore: page.hasMore)
        }
    }

    static func view(_ experiment: Experiment) -> ExperimentView {
        ExperimentView(
            id: experiment.id, name: experiment.name, created: experiment.created, isDeleted: experiment.deleted != nil,
            note: experiment.tags.first { $0.key == ClientLanguage.noteTag }?.value ?? "",
            tags: experiment.tags.filter { !ClientLanguage.isOwnTag($0.key) }.map { FactView($0.key, $0.value) })
    }

    /// The experiment of that number as a transaction sees it.
    /// - Throws: `notFound`.
    func experiment(_ id: Int, in session: SQLSession) throws -> Experiment {
        let store = ExperimentStore(database: project.database, events: project.events, clock: project.clock)
        guard let experiment = try store.experiment(id, in: session) else {
            throw MartletError(.notFound, "There is no experiment \(id). See “martlet experiment list”.")
        }
        return experiment
    }

    /// The run of that identifier in an experiment, with the experiment.
    /// - Throws: `notFound`.
    func run(_ id: String, in experiment: Int, session: SQLSession) throws -> (run: TrackedRun, experiment: Experiment) {
        let found = try self.experiment(experiment, in: session)
        guard let run = try RunReader.run(RunID(id), in: session), run.experiment == experiment else {
            throw MartletError(.notFound, "There is no run “\(id.prefix(60))” in experiment \(experiment).")
        }
        return (run, found)
    }
}

extension RunRowView {
    /// - Parameter now: up to which a run that goes on has taken.
    init(_ run: TrackedRun, now: Timestamp, cells: [Cell] = []) {
        let end = run.ended ?? (run.status == .running ? now : nil)
        self.init(
            id: run.id.rawValue, experiment: run.experiment, name: run.name, standing: RunStanding(rawValue: run.status.rawValue) ?? .interrupted,
            started: run.started, seconds: end.map { max(0, $0.seconds - run.started.seconds) },
            user: run.claimedUser.isEmpty ? run.actor ?? "" : run.claimedUser, isNested: run.parent != nil, cells: cells)
    }
}
