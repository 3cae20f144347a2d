import Database
import EngineLibraries
import Experiments
import Pages
import Projects
import Support
import Web

/// Fills the pages of experiments from a project. Questions run on threads of their own, so that neither pages nor clients wait for each other.
struct ProjectTracking: TrackingSource {
    let live: LiveProject
    private let pool = WorkPool(width: 2, limit: 256)
    private let seats = FollowerSeats(most: 100)

    let plotly: String?

    init(live: LiveProject) {
        self.live = live
        plotly = live.current.engines.plotly
    }

    private func ask<Value: Sendable>(_ question: @escaping @Sendable (Project) throws(MartletError) -> Value) async throws -> Value {
        try await pool.run { () throws(MartletError) in try question(live.current) }
    }

    func experiments(_ request: ExperimentsRequest) async throws -> ExperimentsView {
        try await ask { (project) throws(MartletError) in try ExperimentFacts(project: project).list(request) }
    }

    func runs(_ request: RunTableRequest) async throws -> RunTableView {
        try await ask { (project) throws(MartletError) in try RunTableFacts(project: project, request: request).view() }
    }

    func keys(like text: String, _ kind: RunColumn.Kind?, of experiment: Int) async throws -> [RunColumn] {
        try await ask { (project) throws(MartletError) in try RunKeyFacts(project: project).keys(like: text, kind, of: experiment) }
    }

    func run(_ id: String, in experiment: Int, metric: String?) async throws -> TrackedRunView {
        try await ask { (project) throws(MartletError) in
            try RunFacts(project: project).view(id, in: experiment, metric: metric, hasPlotly: plotly != nil)
        }
    }

    func comparison(of runs: [String], in experiment: Int, showsAll: Bool) async throws -> ComparisonView {
        let hasPlotly = plotly != nil
        return try await ask { (project) throws(MartletError) in
            var view = try ComparisonFacts(project: project).view(of: runs, in: experiment)
            (view.showsAll, view.hasPlotly) = (showsAll, hasPlotly)
            return view
        }
    }

    func series(_ metric: String, of run: String, in experiment: Int, points: Int) async throws -> SeriesView {
        try await ask { (project) throws(MartletError) in try RunFacts(project: project).series(metric, of: run, in: experiment, points: points) }
    }

    func artifact(_ path: String, of run: String, in experiment: Int) async throws -> ArtifactView {
        try await ask { (project) throws(MartletError) in try ArtifactFacts(project: project).view(path, of: run, in: experiment) }
    }

    func picture(_ path: String, of run: String, in experiment: Int) async throws -> Picture {
        try await ask { (project) throws(MartletError) in try ArtifactFacts(project: project).picture(path, of: run, in: experiment) }
    }

    func follow(_ run: String, in experiment: Int, since: Timestamp) async throws -> any RunFollower {
        let seat = try seats.take()
        let found = try await ask { (project) throws(MartletError) in
            try project.database.read { session in try ExperimentFacts(project: project).run(run, in: experiment, session: session).run }
        }
        return ProjectRunFollower(RunTail(of: found, since: since), database: live.current.database, pool: pool, seat: seat)
    }
}
