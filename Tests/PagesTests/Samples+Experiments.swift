import Pages
import Support

extension Samples {
    static let experiment = ExperimentView(
        id: 3, name: "loan default", created: time("2026-06-14T09:00:00Z"), note: "Trees <against> linear models.", tags: [FactView("team", "red")])

    static let experiments = ExperimentsView(
        ExperimentsRequest([("name", "lo&an"), ("from", "50")]),
        entries: [
            .init(experiment, runs: 1000, hasMoreRuns: true, latest: now),
            .init(ExperimentView(id: 0, name: "Default", created: time("2026-06-14T08:00:00Z"), isDeleted: true), runs: 1),
        ], hasMore: true)

    static let trees = RunRowView(
        id: "0d3f5c2a9b", experiment: 3, name: "trees & more", standing: .running, started: time("2026-09-01T05:00:00Z"), seconds: 3600, user: "ann",
        cells: [.number(0.9134), .text("trees"), .none])

    static let linear = RunRowView(
        id: "77aa", experiment: 3, name: "", standing: .failed, started: time("2026-08-31T05:00:00Z"), seconds: 0.5, isNested: true,
        cells: [.number(.nan), .text("linear"), .text("red")])

    static let runs = RunTableView(
        experiment,
        RunTableRequest(
            experiment: 3,
            [
                ("search", "metrics.auc > 0.5"), ("sort", "metrics.auc"), ("desc", "1"), ("show", "metrics.auc"), ("show", "params.model"),
                ("show", "tags.team"), ("show", "nothing"), ("from", "100"),
            ]),
        columns: [RunColumn(.metrics, "auc"), RunColumn(.params, "model"), RunColumn(.tags, "team")],
        known: [RunColumn(.metrics, "auc"), RunColumn(.metrics, "val loss"), RunColumn(.params, "model")], rows: [trees, linear], hasMore: true)

    static let groups = RunTableView(
        experiment,
        RunTableRequest(experiment: 3, [("search", "metrics.auc > 0.5"), ("group", "params.model"), ("open", "is:trees"), ("show", "metrics.auc")]),
        columns: [RunColumn(.metrics, "auc")], known: runs.known,
        groups: [
            RunGroupView(
                mark: "is:trees", title: "trees", count: 30, newest: now, metrics: [.init(count: 29, mean: 0.5, least: 0.25, greatest: 0.75)],
                rows: [RunRowView(id: "0d3f", experiment: 3, name: "a", standing: .finished, started: now, cells: [.number(0.75)])],
                search: "metrics.auc > 0.5 and params.model = 'trees'"),
            RunGroupView(
                mark: "is:", title: "", detail: "9f2c", path: "/x", count: 1, newest: now, metrics: [.init(count: 1, mean: 1, least: 1, greatest: 1)]),
            RunGroupView(mark: "none", title: nil, count: 1, newest: now, metrics: [nil]),
        ], hasMore: true)

    private static let loss = SeriesView(
        "loss", count: 9000,
        points: (1...5).map { (i: Int64) -> SeriesView.Point in
            let value = 1 / Double(i)
            let at = time("2026-09-01T05:00:00Z").advanced(bySeconds: Double(i))
            return SeriesView.Point(step: i * 100, at: at, value: value, least: value * 0.75, greatest: value * 1.5)
        })

    static let table = LoggedTableView(
        path: "tables/a<b.json", names: ["id", "a<b", "seen"],
        rows: [[.number(1), .text("x<y"), .picture("table_images/1.png")], [.none, .none, .none], [.number(-2.5)]], isCut: true)

    static let histograms = HistogramSeriesView(
        "layer<1", path: "histograms/layer1.jsonl",
        steps: (0..<30).compactMap { HistogramSeriesView.Step(step: $0 * 10, edges: [-1, 0, 0.5, Double($0) + 1], counts: [Double($0), 4, 1]) })

    static let tree = FolderView(entries: [
        .init("model", size: nil, entries: [.init("MLmodel", size: 300), .init("data", size: nil, entries: [.init("model.pkl", size: 9)])]),
        .init("plots", size: nil, entries: [.init("curve.png", size: 4096)]), .init("a<b.txt", size: 5),
    ])

    static let run: TrackedRunView = {
        var view = TrackedRunView(trees, in: experiment)
        view.note = "The best so far.\nTwo lines."
        view.parent = linear
        view.children = [linear]
        view.metrics = [
            .init("loss", 0.25, step: 400, at: now), .init("val/loss", .nan, step: 3, at: time("2026-09-01T05:30:00Z")),
        ]
        view.parameters = [FactView("model", "trees"), FactView("long", String(repeating: "0123456789", count: 30))]
        view.tags = [FactView("team", "red")]
        view.ownTags = [FactView("mlflow.user", "ann")]
        view.inputs = [.init("loans", digest: "9f2c", source: "local /data/loans.csv", facts: [FactView("mlflow.data.context", "training")])]
        view.models = [.init("model", id: "m-1", isInput: false), .init("old", id: "m-0", isInput: true)]
        view.links = [.init("made", "model:loans@v3", path: "/models/loans"), .init("read", "dataset:loans@v5")]
        view.series = [
            loss, SeriesView("one", count: 1, points: [.init(step: 0, at: now, value: 3, least: 3, greatest: 3)]),
            SeriesView("system/cpu", count: 1, points: [.init(step: 0, at: now, value: 40, least: 40, greatest: 40)]),
            SeriesView("none", count: 2, points: [.init(step: 0, at: now, value: .nan, least: .nan, greatest: .nan)]),
        ]
        view.furtherSeries = 2
        view.hasPlotly = true
        view.images = [
            ImageSeriesView(
                "sam<ples", [.init(step: 0, path: "images/a.png", small: "images/a.webp"), .init(step: 10, path: "images/b&.png")], further: 3)
        ]
        view.histograms = [histograms]
        view.tables = [table]
        view.metrics.append(.init("system/cpu", 40, step: 1, at: time("2026-09-01T05:30:00Z")))
        view.folder = FolderView(entries: [.init("model", size: nil), .init("notes & more.md", size: 1234)], hasMore: true)
        view.command = CommandView("martlet show run:0d3f5c2a9b", because: "the whole record of it")
        return view
    }()

    static func artifact(_ content: ArtifactView.Content, _ path: String = "plots/curve.png") -> ArtifactView {
        ArtifactView(
            run: trees, experiment: experiment, path: path, size: 4096, download: "/api/2.0/mlflow-artifacts/artifacts/3/0d3f/artifacts/x",
            content: content)
    }

    static let comparison = ComparisonView(
        experiment, runs: [trees, linear],
        fields: [
            .init(RunColumn(.metrics, "auc"), [.number(0.9), .number(0.8)]), .init(RunColumn(.metrics, "same"), [.number(1), .number(1)]),
            .init(RunColumn(.metrics, "neither"), [.number(.nan), .number(.nan)]), .init(RunColumn(.params, "depth"), [.text("3"), .text("7")]),
            .init(RunColumn(.params, "model"), [.text("trees"), .text("linear")]),
            .init(RunColumn(.tags, "team"), [.none, .text("red")]),
        ], hasPlotly: true)
}
