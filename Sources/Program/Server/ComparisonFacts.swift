import Database
import Experiments
import Pages
import Projects
import Support

/// Runs side by side.
struct ComparisonFacts {
    let project: Project

    /// How many values are compared.
    private static let mostFields = 1000

    func view(of ids: [String], in experiment: Int) throws(MartletError) -> ComparisonView {
        let now = project.clock.now()
        return try project.database.read { session in
            let facts = ExperimentFacts(project: project)
            let found = try facts.experiment(experiment, in: session)
            let runs = try ids.map { try facts.run($0, in: experiment, session: session).run }
            let rows = try RunReader.contents(of: runs, in: session).map(RunTableFacts.cells)
            let fields = RunTableFacts.keys(of: rows).prefix(ComparisonFacts.mostFields).map { key in
                ComparisonView.Field(key, rows.map { $0[key] ?? .none })
            }
            return ComparisonView(ExperimentFacts.view(found), runs: runs.map { RunRowView($0, now: now) }, fields: fields)
        }
    }
}
