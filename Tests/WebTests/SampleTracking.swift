import Pages
import Support
import Synchronization
import Web

/// An experiment of fixed facts with one run, which goes on until it has been asked three times.
struct SampleTracking: TrackingSource {
    /// A name that would do harm in a page that let it.
    static let hostile = "\"><script>document.title = 'broken'</script><img src=x onerror=\"document.title = 'broken'\">"
    /// Where a script lies that stands in for Plotly.
    var plotly: String?

    private static let experiment = ExperimentView(id: 1, name: hostile, created: SampleProject.time, note: hostile)

    private static let row = RunRowView(
        id: "abc", experiment: 1, name: hostile, standing: .running, started: SampleProject.time, seconds: 5, user: hostile,
        cells: [.number(0.9), .text(hostile)])

    private static let columns = [RunColumn(.metrics, "loss"), RunColumn(.params, "model")]

    func experiments(_ request: ExperimentsRequest) async throws -> ExperimentsView {
        ExperimentsView(request, entries: [.init(Self.experiment, runs: 1)])
    }

    func runs(_ request: RunTableRequest) async throws -> RunTableView {
        try check(request.experiment)
        guard request.search != "metrics." else {
            return RunTableView(Self.experiment, request, problem: .init("It ends where a key should stand.", at: 8))
        }
        if request.group != nil { return Self.groups(request) }
        return RunTableView(Self.experiment, request, columns: Self.columns, known: Self.columns, rows: [Self.row])
    }

    private static func groups(_ request: RunTableRequest) -> RunTableView {
        let summary = RunGroupView.Summary(count: 2, mean: 0.5, least: 0.25, greatest: 0.75)
        return RunTableView(
            experiment, request, columns: columns, known: columns,
            groups: [
                RunGroupView(
                    mark: "is:" + hostile, title: hostile, detail: hostile, path: "javascript:alert(1)", count: 30, newest: SampleProject.time,
                    metrics: [summary], rows: [row], search: "params.`\(hostile)` = '\(hostile)'"),
                RunGroupView(mark: "none", title: nil, count: 1, newest: SampleProject.time, metrics: [nil]),
            ])
    }

    func keys(like text: String, _ kind: RunColumn.Kind?, of experiment: Int) async throws -> [RunColumn] {
        try check(experiment)
        return [RunColumn(.metrics, "loss"), RunColumn(.params, Self.hostile), RunColumn(.tags, text)].filter { kind == nil || $0.kind == kind }
    }

    private func check(_ experiment: Int, _ run: String = "abc") throws(MartletError) {
        guard experiment == 1 else { throw MartletError(.notFound, "There is no experiment \(experiment).") }
        guard run == "abc" else { throw MartletError(.notFound, "There is no run “\(run)”.") }
    }

    func run(_ id: String, in experiment: Int, metric: String?) async throws -> TrackedRunView {
        try check(experiment, id)
        var view = TrackedRunView(Self.row, in: Self.experiment)
        view.metrics = [.init("loss", 0.5, step: 2, at: SampleProject.time), .init(metric ?? "other", 1, step: 0, at: SampleProject.time)]
        view.parameters = [FactView(Self.hostile, Self.hostile)]
        view.series = [Self.series("loss"), Self.series(Self.hostile)]
        view.folder = FolderView(entries: [.init(Self.hostile, size: nil, entries: [.init(Self.hostile, size: 5)])])
        view.images = [ImageSeriesView(Self.hostile, [.init(step: 0, path: "a.png"), .init(step: 5, path: Self.hostile)])]
        view.histograms = [
            HistogramSeriesView(
                Self.hostile, path: Self.hostile, steps: [.init(step: 1, edges: [0, 1, 2], counts: [3, 1])].compactMap(\.self))
        ]
        view.tables = [LoggedTableView(path: Self.hostile, names: [Self.hostile], rows: [[.text(Self.hostile)], [.picture("javascript:alert(1)")]])]
        view.hasPlotly = plotly != nil
        return view
    }

    private static func series(_ metric: String) -> SeriesView {
        SeriesView(
            metric, count: 300,
            points: (0..<3).map { .init(step: $0, at: SampleProject.time, value: 1 / Double($0 + 1), least: 0, greatest: 2) })
    }

    func comparison(of runs: [String], in experiment: Int, showsAll: Bool) async throws -> ComparisonView {
        for run in runs { try check(experiment, run) }
        return ComparisonView(
            Self.experiment, runs: [Self.row, Self.row],
            fields: [
                .init(RunColumn(.metrics, "loss"), [.number(1), .number(2)]),
                .init(RunColumn(.params, Self.hostile), [.text("1"), .text(Self.hostile)]),
                .init(RunColumn(.params, "depth"), [.text("3"), .text("7")]),
                .init(RunColumn(.params, "kind"), [.text("a"), .text(Self.hostile)]),
            ], showsAll: showsAll, hasPlotly: plotly != nil)
    }

    func series(_ metric: String, of run: String, in experiment: Int, points: Int) async throws -> SeriesView {
        try check(experiment, run)
        return Self.series(metric)
    }

    func artifact(_ path: String, of run: String, in experiment: Int) async throws -> ArtifactView {
        try check(experiment, run)
        return ArtifactView(
            run: Self.row, experiment: Self.experiment, path: path, size: 5, download: "/download", content: .text(path, isCut: false),
            tree: FolderView(entries: [.init(Self.hostile, size: nil, entries: [.init(path, size: 5)])]))
    }

    func picture(_ path: String, of run: String, in experiment: Int) async throws -> Picture {
        try check(experiment, run)
        return Picture(bytes: [0x89, 0x50, 0x4E, 0x47], type: "image/png")
    }

    func follow(_ run: String, in experiment: Int, since: Timestamp) async throws -> any RunFollower {
        try check(experiment, run)
        return SampleFollower(since: since)
    }
}

/// Has a point each time it is asked, and has ended at the third.
private final class SampleFollower: RunFollower {
    private let since: Timestamp
    private let asked = Mutex(0)

    init(since: Timestamp) { self.since = since }

    func next() async throws -> RunNews {
        let count = asked.withLock { asked in
            asked += 1
            return asked
        }
        let at = Timestamp(microseconds: max(since.microseconds, 0) + Int64(count) * 1000)
        let points = ["loss", SampleTracking.hostile + "\n\ndata: broken"].map {
            RunNews.Point($0, step: Int64(count), at: at, value: count == 2 ? .nan : 0.25)
        }
        return RunNews(points: points, hasMore: false, standing: count < 3 ? .running : .finished)
    }
}
