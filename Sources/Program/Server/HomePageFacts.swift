import Access
import Data
import Digests
import Events
import Experiments
import Monitoring
import Pages
import Planning
import Projects
import Registry
import Serving
import Support

/// How a project stands, as the home page shows it.
struct HomePageFacts {
    let project: Project
    /// Where the server is reached.
    let address: String

    func view() throws(MartletError) -> HomeView {
        let status = try project.status()
        let labels = try project.labels.count(of: project.file.serving.endpoint)
        let log = try project.predictionLog()
        let predictions = if let past = project.past { try log.count(HomePageFacts.until(past.moment)) } else { try log.count() }
        return HomeView(
            project: status.project, outcome: status.outcome ?? HomePageFacts.purpose(status.kind), asOf: project.clock.now(),
            phases: phases(status, predictions: predictions, labels: labels), objectives: status.objectives.map(objective),
            tests: status.tests.map(tests),
            champion: champion(status), dataset: status.dataset.map(dataset), run: status.run.map { run($0, steps: status.steps) },
            events: try project.events.latest(12, without: HomePageFacts.details).map(event),
            next: status.next.filter { $0.command != "martlet serve" }.map { CommandView($0.command, because: $0.why) },
            tracking: status.tracking.map(tracking))
    }

    private func tracking(_ tracking: Status.Tracking) -> TrackingSummaryView {
        TrackingSummaryView(
            experiments: tracking.experiments, runs: tracking.runs, hasMoreRuns: tracking.hasMoreRuns, models: tracking.models,
            address: project.file.access.url ?? address)
    }

    /// What is known of a project's purpose without a person's word.
    private static func purpose(_ kind: ProjectFile.Kind) -> String? {
        kind == .serving ? "Serves and watches a model that comes from elsewhere." : nil
    }

    /// All time up to a moment, with it.
    private static func until(_ moment: Timestamp) -> Range<Timestamp> {
        PredictionLogReader.always.lowerBound..<moment.advanced(bySeconds: 0.000_001)
    }

    /// Kinds of events that are many and told by others: the record has them (`martlet audit log`), the page leaves them out.
    private static let details: Set<String> = [
        "step.finished", "testset.opened", "model.judged", "gate.judged", "objectives.checked", "settings.recorded", "predictions.listed",
        "audit.anchored",
    ]

    private func phases(_ status: Status, predictions: Int, labels: Int) -> [PhaseView] {
        let red = status.objectives.count { $0.verdict == .red } + status.tests.count { $0.last.verdict == .red }
        let production = status.objectives.filter { $0.objective.place == .production }
        let watch: PhaseView.State =
            production.contains { $0.verdict == .red } ? .failed : production.contains { $0.verdict == .green } ? .done : .empty
        let endpoint = "/endpoints/\(project.file.serving.endpoint)"
        let all = [
            PhaseView(
                .plan, status.isConfirmed ? .done : .attention, status.isConfirmed ? "charter confirmed" : "charter not confirmed",
                link: "/#objectives"),
            status.dataset.map {
                PhaseView(.data, $0.details.expectationsFailed > 0 ? .attention : .done, "\($0.rows) rows, \($0.reference.selector ?? "")")
            }
                ?? PhaseView(.data, .empty, "no dataset yet"),
            status.run.map { PhaseView(.train, $0.status == .failed ? .failed : .done, "last run \($0.started.date)") }
                ?? PhaseView(.train, .empty, "no run yet"),
            register(status, red: red),
            PhaseView(.serve, predictions > 0 ? .done : .empty, "\(predictions) predictions", link: endpoint),
            PhaseView(.watch, watch, production.isEmpty ? "no production objective" : "\(production.count) production objectives", link: endpoint),
            PhaseView(.feedback, labels > 0 ? .done : .empty, "\(labels) late labels"),
        ]
        return status.kind == .serving ? all.filter { $0.phase != .plan && $0.phase != .train } : all
    }

    private func register(_ status: Status, red: Int) -> PhaseView {
        guard status.waiting.isEmpty else {
            let fact = status.champion.map { "champion v\($0.version); " } ?? ""
            return PhaseView(.register, .attention, "\(fact)\(status.waiting.count) waiting for a person", link: PagePath.approvals)
        }
        if let champion = status.champion { return PhaseView(.register, red > 0 ? .attention : .done, "champion v\(champion.version)") }
        return status.latest == nil ? PhaseView(.register, .empty, "no model yet") : PhaseView(.register, .failed, "no version passed the gate")
    }

    private func objective(_ state: Status.ObjectiveState) -> ObjectiveView {
        let objective = state.objective
        let (direction, bound): (ObjectiveView.Direction, Double) =
            switch objective.bound {
            case .atLeast(let value), .gainOverBaseline(let value): (.atLeast, value)
            case .atMost(let value): (.atMost, value)
            case .lossAgainstChampion(let value): (.atLeast, -value)
            }
        let last = state.measured?.measurement
        let interval = last.flatMap { last in last.lower.flatMap { lower in last.upper.map { IntervalView(lower, $0) } } }
        let judge: ObjectiveView.Judge = objective.judge == .point ? .point : direction == .atMost ? .upperBound : .lowerBound
        return ObjectiveView(
            id: objective.id, sentence: objective.sentence, metric: objective.metric.name, on: objective.place.rawValue, direction: direction,
            bound: bound, judge: judge, value: last?.value, interval: interval,
            verdict: ObjectiveView.Verdict(rawValue: state.verdict.rawValue) ?? .yellow, measuredAt: (state.measured ?? state.last)?.at,
            reason: state.reason)
    }

    private func tests(_ state: Status.TestState) -> TestsView {
        TestsView(
            id: state.last.objective, sentence: "The tests of the step “\(state.step)” pass",
            verdict: ObjectiveView.Verdict(rawValue: state.last.verdict.rawValue) ?? .yellow, judgedAt: state.last.at, reason: state.reason)
    }

    private func champion(_ status: Status) -> ChampionView? {
        guard let version = status.champion, let move = status.championMove else { return nil }
        let facts = [FactView("trainer", version.details.trainer), FactView("dataset", version.dataset), FactView("digest", version.digest.short)]
        return ChampionView(model: version.model, version: version.version, since: move.at, by: move.actor, reason: move.reason, facts: facts)
    }

    private func dataset(_ version: DatasetVersion) -> DatasetView {
        DatasetView(
            name: version.name, version: "v\(version.version)", rows: version.rows, columns: version.details.columns.count, created: version.created,
            passed: version.details.expectationsPassed, failed: version.details.expectationsFailed, failures: version.details.notes)
    }

    private func run(_ run: Run, steps: [Run]) -> RunView {
        RunView(
            id: run.id.rawValue, state: state(run.status), started: run.started, seconds: run.ended.map { $0.seconds - run.started.seconds },
            steps: steps.map { step in RunView.Step(step.step, state(step.status), seconds: step.ended.map { $0.seconds - step.started.seconds }) })
    }

    private func state(_ status: Run.Status) -> RunView.State {
        switch status {
        case .running, .scheduled: .running
        case .finished: .finished
        case .failed, .interrupted, .killed: .failed
        }
    }

    private func event(_ event: Event) -> EventView {
        let reason = event.body["reason"].text ?? event.body["reasons"].elements.first?.text ?? event.body["error"].text
        let what = event.kind.replacing(".", with: " ")
        return EventView(time: event.at, sentence: "\(event.actor): \(what), \(event.subject)\(reason.map { ". \($0)" } ?? "")")
    }
}
