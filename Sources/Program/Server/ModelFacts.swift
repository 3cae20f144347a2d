import Database
import Experiments
import Pages
import Projects
import Registry
import Support

/// Registered models as the pages show them.
struct ModelFacts {
    let project: Project

    func list() throws(MartletError) -> [ModelSummaryView] {
        var models: [ModelSummaryView] = []
        for name in try project.models.models() {
            let versions = try project.models.versions(of: name)
            guard let newest = versions.last else { continue }
            let aliases = try project.models.standing(name).sorted { $0.key < $1.key }.map { FactView($0.key, "v\($0.value)") }
            models.append(ModelSummaryView(name, versions: versions.count, newest: newest.version, registered: newest.created, aliases: aliases))
        }
        return models
    }

    /// - Throws: `notFound` with the nearest name.
    func history(of model: String) throws(MartletError) -> ModelHistoryView {
        let moved = try project.models.history(of: model)
        if moved.isEmpty { _ = try project.models.version(model, nil) }
        let moves = moved.reversed().map {
            ModelHistoryView.Move(alias: $0.alias, version: $0.version, at: $0.at, by: $0.actor, reason: $0.reason, isRollback: $0.isRollback)
        }
        let standing = try project.models.standing(model)
        var versions: [ModelHistoryView.Version] = []
        for version in try project.models.versions(of: model).reversed() {
            let aliases = standing.filter { $0.value == version.version }.keys.sorted()
            versions.append(
                .init(
                    version.version, at: version.created, by: version.authors, aliases: aliases, run: try project.runPage(version.run),
                    facts: version.details.trainer.isEmpty ? [] : [FactView("trained by", version.details.trainer)]))
        }
        return ModelHistoryView(model: model, moves: moves, versions: versions)
    }
}

extension Project {
    /// The page of a run, where there is the run.
    func runPage(_ id: RunID) throws(MartletError) -> String? {
        try database.read { try RunReader.run(id, in: $0) }.map { PagePath.run($0.id.rawValue, in: $0.experiment) }
    }
}
