package import Data
internal import Database
package import Experiments
package import Monitoring
internal import Pipelines
package import Planning
package import Registry
package import Serving
package import Support

/// How a project stands: the answer of `martlet status` and of the home page.
package struct Status: Sendable {
    /// An objective with its last evaluation.
    package struct ObjectiveState: Sendable {
        package var objective: Objective
        package var verdict: Verdict
        package var last: CheckResult?
        /// The newest evaluation with a value: `last`, or an earlier one where nothing new could be measured since.
        package var measured: CheckResult?
        package var reason: String
    }

    /// The test report of a step, as the gate found it last.
    package struct TestState: Sendable {
        package var step: String
        package var last: CheckResult
        package var reason: String
    }

    /// What clients have logged and registered, of a project for tracking only.
    package struct Tracking: Sendable {
        /// Experiments that are in use.
        package var experiments: Int
        /// Runs, counted up to a bound.
        package var runs: Int
        /// Whether there are more than were counted.
        package var hasMoreRuns: Bool
        /// The names of registered models.
        package var models: [String]

        /// `3 runs`, or `1000+ runs`.
        package var runSentence: String { runs == 1 ? "1 run" : "\(runs)\(hasMoreRuns ? "+" : "") runs" }
    }

    package var project: String
    package var kind: ProjectFile.Kind
    /// What there is beside a charter, data and a pipeline; nil where the project has these.
    package var tracking: Tracking?
    /// The moment that is shown; nil for the present.
    package var past: Past?
    package var outcome: String?
    package var isConfirmed: Bool
    package var objectives: [ObjectiveState]
    /// The test reports that the gate has judged, in the order of the steps.
    package var tests: [TestState]
    package var dataset: DatasetVersion?
    package var champion: ModelVersion?
    package var championMove: AliasMove?
    /// How the endpoint's requests are shared; nil where the champion answers all.
    package var traffic: TrafficPlan?
    /// Rows that were answered and are missing from the prediction log, as the server was killed before they were written.
    package var lostRows = 0
    package var latest: ModelVersion?
    package var run: Run?
    package var steps: [Run]
    /// Steps that `martlet run` would do now.
    package var outOfDate: [String]
    /// Why nobody knows what is out of date, as where a restored project lacks its source; nil where it is known.
    package var obstacle: String?
    /// What waits for a person: approvals and reviews.
    package var waiting: [Waiting]
    /// The incidents that are open, the newest first.
    package var incidents: [Incident]
    /// The sources that somebody should look at: what failed, and what is not as fresh as agreed.
    package var sources: [SourceReport] = []
    /// Commands worth typing next, each with its reason.
    package var next: [(command: String, why: String)]

    /// What the project is for, in a few words.
    package var purpose: String {
        switch kind {
        case .tracking: "for tracking only"
        case .serving: outcome ?? "for serving only"
        case .lifecycle: outcome ?? "no outcome written yet"
        }
    }
}

extension Project {
    /// Gathers how the project stands, without loading an engine.
    package func status() throws(MartletError) -> Status {
        let last = try checks.latest()
        let confirmed = try isCharterConfirmed()
        let champion = try champion()
        let run = try runs.latestPipelineRun()
        let tracking = try tracking()
        // Which files had changed by then, nobody knows.
        let (outOfDate, obstacle) = past == nil && hasSteps ? try staleStepsOrObstacle() : ([], nil)
        var objectives: [Status.ObjectiveState] = []
        for objective in file.charter.objectives {
            objectives.append(try state(of: objective, last: last[objective.id], confirmed: confirmed, champion: champion))
        }
        let tests = file.pipeline.filter { $0.junit != nil }.compactMap { step in
            last[JUnitReport.objective(of: step.id)].map {
                Status.TestState(step: step.id, last: $0, reason: about($0, champion) + $0.reason)
            }
        }
        let versions = try models.versions(of: file.model)
        let waiting = try waiting()
        let open = try incidents.all(closed: false)
        let standing = try models.history(of: file.model).last { $0.alias == "champion" }
        return Status(
            project: file.project, kind: file.kind, tracking: tracking, past: past, outcome: file.charter.outcome, isConfirmed: confirmed,
            objectives: objectives,
            tests: tests,
            dataset: try datasets.versions(of: file.project).last, champion: champion, championMove: standing, traffic: try trafficPlan(),
            lostRows: past == nil ? try predictionLog().counts()?.lost ?? 0 : 0,
            latest: versions.last,
            run: run, steps: try run.map { run throws(MartletError) in try runs.children(of: run.id) } ?? [], outOfDate: outOfDate,
            obstacle: obstacle, waiting: waiting, incidents: open,
            sources: past == nil ? try reportsWithRemarks() : [],
            next: past != nil
                ? []
                : waiting.map { ($0.command, $0.sentence) } + (try unfinishedErasures())
                    + (obstacle.map { [("martlet run", $0)] } ?? [])
                    + (tracking?.next ?? [])
                    + next(confirmed: confirmed, champion: champion, outOfDate: outOfDate, objectives: objectives, tests: tests, incidents: open))
    }

    private func reportsWithRemarks() throws(MartletError) -> [SourceReport] {
        try file.data.sources.map { (source) throws(MartletError) in try report(on: source) }.filter { !$0.remark.isEmpty }
    }

    /// Runs of a project for tracking only are counted up to that.
    private static let mostCounted = 1000

    private func tracking() throws(MartletError) -> Status.Tracking? {
        guard file.isTrackingOnly else { return nil }
        let bound = Project.mostCounted
        let counted = try database.read { session in
            (try ExperimentStore.count(in: session), try RunReader.count(upTo: bound + 1, in: session))
        }
        return Status.Tracking(experiments: counted.0, runs: min(counted.1, bound), hasMoreRuns: counted.1 > bound, models: try models.models())
    }

    /// The steps that `run` would do, or why that cannot be told: a source that is not there. Everything else about the project still can.
    private func staleStepsOrObstacle() throws(MartletError) -> (steps: [String], obstacle: String?) {
        do { return (try staleSteps().map(\.id), nil) } catch  where error.code == .notFound { return ([], error.message) }
    }

    /// The version that `champion` stands at; nil before the first promotion.
    package func champion() throws(MartletError) -> ModelVersion? {
        guard try models.standing(file.model)["champion"] != nil else { return nil }
        return try models.version(file.model, "champion")
    }

    private func state(
        of objective: Objective, last: CheckResult?, confirmed: Bool, champion: ModelVersion?
    ) throws(MartletError) -> Status.ObjectiveState {
        guard let last else {
            let how =
                objective.place == .production
                ? "it needs traffic\(objective.labelsWithin == nil ? "" : " and labels") and “martlet check”" : "run “martlet run”"
            return Status.ObjectiveState(objective: objective, verdict: .yellow, last: nil, reason: "Not measured yet: \(how).")
        }
        var measured: CheckResult? = last
        if last.measurement == nil {
            measured = try checks.lastMeasured(objective.id, subject: last.subject).flatMap { $0.measures(objective) ? $0 : nil }
        }
        var verdict = last.verdict
        if verdict == .yellow, confirmed, measured?.verdict == .yellow, measured?.measurement != nil { verdict = .green }
        return Status.ObjectiveState(
            objective: objective, verdict: verdict, last: last, measured: measured?.measurement == nil ? nil : measured,
            reason: about(last, champion) + last.reason)
    }

    /// Of whom a result speaks, where it is not the champion.
    private func about(_ result: CheckResult, _ champion: ModelVersion?) -> String {
        let isOther = result.subject.hasPrefix("model:") && result.subject != champion?.reference.description
        return isOther ? "\(result.subject), which is not the champion: " : ""
    }

    private func next(
        confirmed: Bool, champion: ModelVersion?, outOfDate: [String], objectives: [Status.ObjectiveState], tests: [Status.TestState],
        incidents: [Incident]
    ) -> [(command: String, why: String)] {
        var next: [(command: String, why: String)] = []
        if !outOfDate.isEmpty { next.append(("martlet run", "steps out of date: \(outOfDate.joined(separator: ", "))")) }
        if file.charter.outcome == nil, file.hasLifecycle {
            next.append(("edit \(ProjectFile.name)", "nobody has written the charter's outcome yet"))
        }
        if !confirmed, champion != nil, file.hasLifecycle {
            next.append(("martlet charter confirm", "no person has agreed to the charter as it stands"))
        }
        if let red = objectives.first(where: { $0.verdict == .red }) {
            next.append(("martlet show objective:\(red.objective.id)", "it does not hold"))
        }
        if let red = tests.first(where: { $0.last.verdict == .red }) {
            next.append(("martlet show \(red.last.subject)", "the tests of the step “\(red.step)” do not pass"))
        }
        if let newest = incidents.first {
            let count = incidents.count == 1 ? "1 incident is open" : "\(incidents.count) incidents are open"
            next.append(("martlet incident show \(newest.id)", "\(count): \(newest.title)\(newest.state == .cleared ? ", over but not closed" : "")"))
        }
        if champion != nil, outOfDate.isEmpty, !file.isTrackingOnly { next.append(("martlet serve", "answer requests with the champion")) }
        return next
    }
}

extension Status.Tracking {
    fileprivate var next: [(command: String, why: String)] {
        [
            ("martlet serve", "let MLflow's clients log here; it prints what they need"),
            ("martlet init DATA --target COLUMN", "add a table, so that the project trains and serves a model of its own"),
        ] + (runs == 0 ? [] : [("martlet experiment list", "look at what was logged")])
    }
}
