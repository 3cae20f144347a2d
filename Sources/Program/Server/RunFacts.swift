import Database
import Experiments
import Lineage
import MLflow
import Pages
import Projects
import Support

/// One run of an experiment as its page shows it.
struct RunFacts {
    let project: Project

    /// How many histories are drawn at once, and by how many points each.
    private static let mostSeries = 24
    private static let points = 120
    private static let mostChildren = 100
    private static let mostEntries = 500

    func view(_ id: String, in experiment: Int, metric: String?, hasPlotly: Bool) throws(MartletError) -> TrackedRunView {
        let now = project.clock.now()
        var found = try project.database.read { session in
            let (run, experiment) = try ExperimentFacts(project: project).run(id, in: experiment, session: session)
            var view = TrackedRunView(RunRowView(run, now: now), in: ExperimentFacts.view(experiment))
            view.hasPlotly = hasPlotly
            view.ended = run.ended
            view.isDeleted = run.deleted != nil
            view.parent = try run.parent.flatMap { try RunReader.run($0, in: session) }.map { RunRowView($0, now: now) }
            view.children = try RunReader.children(of: run, limit: RunFacts.mostChildren, in: session).map { RunRowView($0, now: now) }
            view.links = try LineageGraph.neighbours(of: "run:\(id)", limit: 50, in: session).map { RunFacts.link($0, of: "run:\(id)") }
            if run.isPipeline { view.command = CommandView("martlet show run:\(run.id.rawValue.prefix(12))", because: "the whole record of it") }
            let content = try RunReader.contents(of: [run], in: session).first ?? RunContent()
            try fill(&view, content, in: session)
            try fill(&view, histories: metric, of: run, in: session)
            guard let folder = ClientLanguage.artifacts(of: run, in: experiment) else {
                view.artifactsElsewhere = experiment.artifacts
                return (view: view, media: RunMediaFacts?.none)
            }
            view.folder = try ArtifactFacts.tree(folder, in: session) ?? ArtifactFacts.folder("", folder, in: session)
            return (view, try RunMediaFacts(project: project, root: folder, tags: content.tags, in: session))
        }
        found.media?.fill(&found.view)
        return found.view
    }

    /// An arrow of the lineage as one of its ends sees it.
    private static func link(_ edge: LineageEdge, of ref: String) -> TrackedRunView.Link {
        guard edge.source != ref else { return TrackedRunView.Link(edge.relation.replacing("_", with: " "), edge.target) }
        let isModel = edge.source.hasPrefix("model:")
        let model = isModel ? edge.source.dropFirst("model:".count).split(separator: "@").first.map(String.init) : nil
        return TrackedRunView.Link(edge.relation == "trained_by" ? "made" : "for", edge.source, path: model.map(PagePath.model))
    }

    private func fill(_ view: inout TrackedRunView, _ content: RunContent, in session: SQLSession) throws {
        view.metrics = content.metrics.map { TrackedRunView.Metric($0.name, $0.value, step: $0.step, at: $0.at) }
        view.parameters = content.parameters.map { FactView($0.key, $0.value) }
        view.note = content.tags.first { $0.key == ClientLanguage.noteTag }?.value ?? ""
        view.tags = content.tags.filter { !ClientLanguage.isOwnTag($0.key) }.map { FactView($0.key, $0.value) }
        view.ownTags = content.tags.filter { ClientLanguage.isOwnTag($0.key) && $0.key != ClientLanguage.noteTag }.map { FactView($0.key, $0.value) }
        view.inputs = content.inputs.map { input in
            TrackedRunView.Input(
                input.name, digest: input.digest, source: "\(input.sourceType) \(input.source)", facts: input.tags.map { FactView($0.key, $0.value) })
        }
        let store = LoggedModelStore(events: project.events, clock: project.clock)
        view.models = try content.models.map { link in
            let name = try store.model(link.model, in: session)?.name ?? ""
            return TrackedRunView.Model(name.isEmpty ? link.model : name, id: link.model, isInput: link.direction == .input, step: link.step)
        }
    }

    /// The histories of the metrics that have one; of the named one alone, where one is named.
    private func fill(_ view: inout TrackedRunView, histories metric: String?, of run: TrackedRun, in session: SQLSession) throws {
        let own = view.metrics.map(\.name).filter { !TrackedRunView.isOfSystem($0) }
        let all = own + view.metrics.map(\.name).filter(TrackedRunView.isOfSystem)
        let names = try metric.map { [$0] } ?? all.filter { try RunReader.isSeries($0, of: run, in: session) }
        for name in names.prefix(RunFacts.mostSeries) {
            let series = try MetricSeries(of: name, in: run, buckets: metric == nil ? RunFacts.points : RunFacts.points * 4, in: session)
            if !series.buckets.isEmpty { view.series.append(RunFacts.view(series)) }
        }
        view.furtherSeries = max(0, names.count - RunFacts.mostSeries)
    }

    func series(_ metric: String, of id: String, in experiment: Int, points: Int) throws(MartletError) -> SeriesView {
        try project.database.read { session in
            let (run, _) = try ExperimentFacts(project: project).run(id, in: experiment, session: session)
            let series = try MetricSeries(of: metric, in: run, buckets: points, in: session)
            guard series.count > 0 else { throw MartletError(.notFound, "The run has no metric “\(metric.prefix(100))”.") }
            return RunFacts.view(series)
        }
    }

    private static func view(_ series: MetricSeries) -> SeriesView {
        SeriesView(
            series.metric, count: series.count,
            points: series.buckets.map { .init(step: $0.step, at: $0.at, value: $0.value, least: $0.least, greatest: $0.greatest) })
    }
}
