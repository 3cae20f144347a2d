package import Data
package import Experiments
package import Planning
package import Registry
package import Support

/// How a project stands: the answer of `martlet status` and of the home page.
package struct Status: Sendable {
    /// An objective with its last evaluation.
    package struct ObjectiveState: Sendable {
        package var objective: Objective
        package var verdict: Verdict
        package var last: CheckResult?
        package var reason: String
    }

    package var project: String
    package var outcome: String?
    package var isConfirmed: Bool
    package var objectives: [ObjectiveState]
    package var dataset: DatasetVersion?
    package var champion: ModelVersion?
    package var championMove: AliasMove?
    package var latest: ModelVersion?
    package var run: Run?
    package var steps: [Run]
    /// Steps that `martlet run` would do now.
    package var outOfDate: [String]
    /// Commands worth typing next, each with its reason.
    package var next: [(command: String, why: String)]
}

extension Project {
    /// Gathers how the project stands, without loading an engine.
    package func status() throws(MartletError) -> Status {
        let last = try checks.latest()
        let confirmed = try isCharterConfirmed()
        let champion = try champion()
        let run = try runs.latestPipelineRun()
        let outOfDate = try staleSteps()
        let objectives = file.charter.objectives.map { state(of: $0, last: last[$0.id], confirmed: confirmed, champion: champion) }
        let versions = try models.versions(of: file.model)
        let standing = try models.history(of: file.model).last { $0.alias == "champion" }
        return Status(
            project: file.project, outcome: file.charter.outcome, isConfirmed: confirmed, objectives: objectives,
            dataset: try datasets.versions(of: file.project).last, champion: champion, championMove: standing, latest: versions.last,
            run: run, steps: try run.map { run throws(MartletError) in try runs.children(of: run.id) } ?? [], outOfDate: outOfDate,
            next: next(confirmed: confirmed, champion: champion, outOfDate: outOfDate, objectives: objectives))
    }

    /// The version that `champion` stands at; nil before the first promotion.
    package func champion() throws(MartletError) -> ModelVersion? {
        guard try models.standing(file.model)["champion"] != nil else { return nil }
        return try models.version(file.model, "champion")
    }

    private func state(of objective: Objective, last: CheckResult?, confirmed: Bool, champion: ModelVersion?) -> Status.ObjectiveState {
        guard let last else {
            let how =
                objective.place == .production
                ? "it needs traffic\(objective.labelsWithin == nil ? "" : " and labels") and “martlet check”" : "run “martlet run”"
            return Status.ObjectiveState(objective: objective, verdict: .yellow, last: nil, reason: "Not measured yet: \(how).")
        }
        var verdict = last.verdict
        if verdict == .yellow, last.measurement != nil, confirmed { verdict = .green }
        let isOther = last.subject.hasPrefix("model:") && last.subject != champion?.reference.description
        let about = isOther ? "\(last.subject), which is not the champion: " : ""
        return Status.ObjectiveState(objective: objective, verdict: verdict, last: last, reason: about + last.reason)
    }

    private func next(
        confirmed: Bool, champion: ModelVersion?, outOfDate: [String], objectives: [Status.ObjectiveState]
    ) -> [(command: String, why: String)] {
        var next: [(command: String, why: String)] = []
        if !outOfDate.isEmpty { next.append(("martlet run", "steps out of date: \(outOfDate.joined(separator: ", "))")) }
        if file.charter.outcome == nil { next.append(("edit \(ProjectFile.name)", "nobody has written the charter's outcome yet")) }
        if !confirmed, champion != nil { next.append(("martlet charter confirm", "no person has agreed to the charter as it stands")) }
        if let red = objectives.first(where: { $0.verdict == .red }) {
            next.append(("martlet show objective:\(red.objective.id)", "it does not hold"))
        }
        if champion != nil, outOfDate.isEmpty { next.append(("martlet serve", "answer requests with the champion")) }
        return next
    }
}
