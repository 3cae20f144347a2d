import Pages
import Support
import Tables
import Testing

/// Texts that a page must survive.
let nastyTexts = [
    "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "' onmouseover='alert(1)", "</title></textarea></style><svg onload=alert(1)>",
    "&lt;b&gt; &amp; &#x3c;", "NUL \0 and \u{1B}[31m and \u{85}", "\u{202E}txt.exe \u{2067}שלום", "emoji 👩‍👩‍👧 e\u{301}",
    String(repeating: "x", count: 10_000), String(repeating: "<", count: 10_000), "", " ", "a\nb\r\nc", "]]>", "javascript:alert(1)",
]

@Suite("Escaping")
struct EscapingTests {
    @Test("No text of a user's becomes markup, in any place of any page", arguments: nastyTexts)
    func nasty(_ text: String) throws {
        for page in Nasty(text).pages {
            try MarkupCheck(page).run()
            #expect(!page.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" && $0 != "\t" || (0x7F...0x9F).contains($0.value) })
        }
    }

    @Test(
        "A link of a view that leads elsewhere is not a link",
        arguments: ["javascript:alert(1)", "//evil.example", "https://evil.example", "/\\evil.example"])
    func foreignLinks(_ link: String) {
        let home = HomeView(
            project: "p", asOf: Samples.now, phases: [.init(.plan, .done, "fact", link: link)],
            events: [.init(time: Samples.now, sentence: "event", link: link)])
        #expect(!HomePage(home).page.html().text.contains("evil.example"))
        #expect(!HomePage(home).page.html().text.contains("javascript:"))
    }

    @Test("The golden pages are balanced and carry no style, script or handler of their own")
    func samples() throws {
        let pages = [
            HomePage(Samples.home).page, HomePage(Samples.emptyHome).page, HomePage(Samples.trackingHome).page,
            EndpointPage(Samples.endpoint, attempt: Samples.attempt).page,
            EndpointPage(Samples.emptyEndpoint).page, WhyPage(Samples.why).page, WhyPage(nil).page, EndpointsPage([]).page,
            ApprovalsPage(Samples.approvals, failure: (2, "No.")).page, ModelPage(Samples.history).page,
            DatasetsPage(Samples.datasets).page, DatasetComparisonPage(Samples.datasetComparison).page,
            DatasetPage(Samples.dataset, DatasetRequest("loans@v5", [("sort", "name")])).page,
            ExperimentsPage(Samples.experiments).page, RunTablePage(Samples.runs).page, TrackedRunPage(Samples.run).page,
            ComparisonPage(Samples.comparison).page, ArtifactPage(Samples.artifact(.picture)).page,
        ]
        for page in pages { try MarkupCheck(page.html().text).run() }
    }

    @Test("Names in addresses are percent-encoded, and read back", arguments: nastyTexts)
    func paths(_ text: String) {
        let segment = PagePath.segment(text)
        #expect(segment.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && !"/?#<>\"'".utf8.contains($0) })
        #expect(PagePath.decoded(segment) == text)
    }

    @Test("A form field that is not UTF-8 or ends within an escape is read without harm")
    func brokenEscapes() {
        #expect(PagePath.decoded("%FF%") == "\u{FFFD}%")
        #expect(PagePath.decoded("a+b%2", plusIsSpace: true) == "a b%2")
        #expect(PagePath.decoded("%zz%2B") == "%zz+")
    }
}

/// Every page with one text in every place that takes a text.
private struct Nasty {
    let text: String

    init(_ text: String) { self.text = text }

    var pages: [String] {
        [
            HomePage(home).page.html().text, EndpointPage(endpoint, attempt: attempt).page.html().text,
            EndpointPage(endpoint, attempt: failed).page.html().text,
            EndpointsPage([summary]).page.html().text, WhyPage(why).page.html().text, ApprovalsPage(approvals, failure: (1, text)).page.html().text,
            ModelPage(
                .init(model: text, moves: [.init(alias: text, version: 1, at: Samples.now, by: text, reason: text, isRollback: true)])
            ).page.html().text,
            AuditPage(audit, AuditFilter(["who", "what", "about", "since", "text", "before"].map { ($0, text) })).page.html(for: reader).text,
            AuditPage(audit, AuditFilter(), failure: text).page.html(for: reader).text,
            PredictionsPage(predictions, PredictionsRequest(endpoint: text, PredictionsRequest.fields.map { ($0.name, text) })).page.html().text,
            PredictionsPage(PredictionsView(endpoint: text, notes: [text]), PredictionsRequest(endpoint: text), failure: text).page.html().text,
            TokensPage(tokens, request: TokenRequest(name: text, scopes: [text], lifetime: text), failure: text).page.html(for: reader).text,
            TokenMadePage(name: text, secret: text).page.html(for: Reader(.recognised(text))).text,
            ExperimentsPage(experiments).page.html().text, RunTablePage(runs).page.html().text, RunTablePage(groups).page.html().text,
            TrackedRunPage(run).page.html().text,
            ComparisonPage(comparison).page.html().text,
            DatasetComparisonPage(datasetComparison).page.html().text,
            DatasetsPage([.init(text, versions: 1, newest: 1, rows: 1, columns: 1, created: Samples.now, passed: 0, failed: 1)]).page.html().text,
            DatasetPage(dataset, DatasetRequest(text)).page.html().text,
            DatasetPage(dataset, DatasetRequest(text, [("find", text), ("sort", "length"), ("from", "1")])).page.html().text,
            ErrorPage(MartletError(.notFound, text, place: .init(file: text), cause: text), path: text, known: [text]).page.html().text,
        ] + artifacts.map { ArtifactPage($0).page.html().text }
    }

    private var predictions: PredictionsView {
        PredictionsView(
            endpoint: text,
            rows: [
                .init(
                    PredictionView(id: text, time: Samples.now, label: text, score: 1), version: 1, key: text, milliseconds: 1,
                    inputs: [FactView(text, text)],
                    withheld: [text, "\(text)2"])
            ], older: text, stoppedAt: Samples.now, notes: [text])
    }

    private var experiment: ExperimentView {
        ExperimentView(id: 1, name: text, created: Samples.now, note: text, tags: [FactView(text, text)])
    }

    private var row: RunRowView {
        RunRowView(
            id: text, experiment: 1, name: text, standing: .finished, started: Samples.now, seconds: 1, user: text, isNested: true,
            cells: [.text(text), .number(1)])
    }

    private var columns: [RunColumn] { RunColumn.Kind.allCases.map { RunColumn($0, text) } }

    private var experiments: ExperimentsView {
        ExperimentsView(ExperimentsRequest([("name", text)]), entries: [.init(experiment, runs: 1)], hasMore: true)
    }

    private var runs: RunTableView {
        let request = RunTableRequest(experiment: 1, [("search", text), ("sort", "tags.\(text)"), ("show", "tags.\(text)")])
        return RunTableView(experiment, request, columns: columns, known: columns, rows: [row], hasMore: true, problem: .init(text, at: 3))
    }

    private var groups: RunTableView {
        let request = RunTableRequest(experiment: 1, [("search", text), ("group", "tags.\(text)"), ("open", text)])
        let group = RunGroupView(
            mark: text, title: text, detail: text, path: text, count: 9, newest: Samples.now,
            metrics: [.init(count: 1, mean: 1, least: 0, greatest: 2)],
            rows: [row], search: text)
        return RunTableView(experiment, request, columns: columns, known: columns, groups: [group], hasMore: true)
    }

    private var table: LoggedTableView { LoggedTableView(path: text, names: [text, text], rows: [[.text(text), .picture(text)]], isCut: true) }

    private var histograms: HistogramSeriesView {
        HistogramSeriesView(text, path: text, steps: [.init(step: 1, edges: [0, 1], counts: [1])].compactMap(\.self))
    }

    private var run: TrackedRunView {
        var view = TrackedRunView(row, in: experiment)
        view.note = text
        (view.parent, view.children) = (row, [row])
        view.metrics = [.init(text, 1, step: 1, at: Samples.now)]
        (view.parameters, view.tags, view.ownTags) = ([FactView(text, text)], [FactView(text, text)], [FactView(text, text)])
        view.inputs = [.init(text, digest: text, source: text, facts: [FactView(text, text)])]
        view.models = [.init(text, id: text, isInput: true)]
        view.links = [.init(text, text, path: text), .init(text, text, path: "/" + text)]
        view.series = [SeriesView(text, count: 9, points: [.init(step: 1, at: Samples.now, value: 1, least: 0, greatest: 2)])]
        view.images = [ImageSeriesView(text, [.init(step: 1, path: text, small: text)])]
        (view.histograms, view.tables) = ([histograms], [table])
        view.folder = FolderView(
            path: text, entries: [.init(text, size: 1), .init(text, size: nil), .init(text, size: nil, entries: [.init(text, size: 1)])])
        view.command = CommandView(text, because: text)
        return view
    }

    private var artifacts: [ArtifactView] {
        let contents: [ArtifactView.Content] = [
            .text(text, isCut: true), .table(table), .histograms(histograms), .picture, .nothing(text),
            .folder(FolderView(path: text, entries: [.init(text, size: 1)])),
        ]
        return contents.map { ArtifactView(run: row, experiment: experiment, path: "\(text)/\(text)", download: text, content: $0, tree: run.folder) }
    }

    private var comparison: ComparisonView {
        let fields = columns.map { ComparisonView.Field($0, [.text(text), .none]) }
        let numbers = (0..<2).map { ComparisonView.Field(RunColumn(.metrics, "\(text)\($0)"), [.number(1), .number(2)]) }
        return ComparisonView(experiment, runs: [row, row], fields: fields + numbers, hasPlotly: true)
    }

    private var datasetComparison: DatasetComparisonView {
        let shift = DatasetComparisonView.Shift(
            text, kind: text, shift: 0.5, isShifted: true, pValue: .nan, figures: [FactView(text, text)], note: text,
            histogram: .init(categories: [text], reference: [1], current: [1]))
        return .init(
            first: .init(text, rows: 1, own: [text]), second: .init(text, rows: 1, own: [text]), columns: Array(repeating: shift, count: 70))
    }

    private var dataset: DatasetVersionView {
        var view = DatasetVersionView(text, version: 1, versions: [1, 2], created: Samples.now, digest: text, rows: 1, run: "/" + text)
        (view.facts, view.notes) = ([FactView(text, text)], [text])
        view.sources = [.init(text, bytes: 1, digest: text)]
        view.writers = [.init(text, job: text, state: text, at: Samples.now)]
        view.expectations = [false, true].map {
            .init(text, columns: [text, text], arguments: [FactView(text, text)], severity: text, holds: $0, found: text, examples: [text])
        }
        view.associations = [.init(text, "\(text)2", "pearson", -0.5), .init(text, "\(text)2", "cramers_v", .nan)]
        view.missingPatterns = [.init([text, "\(text)2"], 1)]
        view.cleaning = [.init(text, columns: [text], changed: 1, emptied: 0, filled: 1)]
        view.anomalies = [.init(text, column: text, sentence: text)]
        (view.unmet, view.unmetCount) = ([.init(row: 1, reason: text, values: [FactView(text, text)])], 2)
        (view.rejected, view.rejectedCount) = ([.init(file: text, line: 1, column: 2, reason: text, text: text)], 2)
        let numbers = ColumnProfileView.Numbers(
            minimum: 0, median: nil, maximum: 1, mean: .nan, deviation: nil, zeros: 0, edges: [0, .infinity], counts: [1])
        view.columns = (0..<120).map {
            .init(
                text, kind: text, role: text, count: 1, missing: 1, distinct: 1, distinctIsExact: false, numbers: $0 % 2 == 0 ? numbers : nil,
                meanLength: 1, top: [.init(text, 1)], alerts: [text], facts: [FactView(text, text)])
        }
        return view
    }

    private var reader: Reader { Reader(.signedIn(text), readsAudit: true, hasTokens: true) }

    private var audit: AuditView {
        AuditView(
            events: [
                .init(1, at: Samples.now, actor: text, kind: text, subject: text, via: text, summary: text, body: [text: .string(text)], hash: text)
            ], older: 1)
    }

    private var tokens: TokensView {
        TokensView(
            tokens: [
                .init(
                    name: text, owner: text, scopes: [text], made: Samples.now, expires: Samples.now, hint: text, via: text,
                    leases: [.init(hint: text, made: Samples.now, expires: nil, isRevoked: false)])
            ], isEverybodys: true, grantable: [text], isInSession: true)
    }

    private var home: HomeView {
        HomeView(
            project: text, outcome: text, asOf: Samples.now, phases: [.init(.plan, .failed, text, link: "/" + text)],
            objectives: [.init(id: text, sentence: text, metric: text, on: text, bound: 1, value: 2, verdict: .red, reason: text)],
            champion: .init(model: text, version: 1, since: Samples.now, by: text, reason: text, facts: [.init(text, text)]),
            dataset: .init(name: text, version: text, rows: 1, columns: 1, created: Samples.now, passed: 0, failed: 1, failures: [text]),
            run: .init(id: text, state: .failed, started: Samples.now, steps: [.init(text, .failed)]),
            events: [.init(time: Samples.now, sentence: text, link: "#" + text)], next: [.init(text, because: text)])
    }

    private var approvals: ApprovalsView {
        let request = ApprovalView(
            id: 1, subject: text, model: text, alias: text, state: .open, by: text, at: Samples.now, note: text, missing: text,
            report: [.init(text, text)], covers: [.init(text, text)], gate: [.init(text, .red, text)],
            answers: [.init(name: text, isYes: true, meaning: text, at: Samples.now, reason: text, proof: text, withdrawn: text)], mayAnswer: true)
        return ApprovalsView(signer: text, maySign: false, waiting: [.init(text, because: text)], requests: [request])
    }

    private var summary: EndpointSummaryView {
        let inputs: [Signature.Field] = [
            .init(text, kind: .text, mayBeMissing: true, categories: [text]), .init(text, kind: .number, mayBeMissing: false),
            .init(text, kind: .boolean, mayBeMissing: true), .init(text, kind: .text, mayBeMissing: false),
            .init(text, kind: .timestamp, mayBeMissing: true),
        ]
        let signature = Signature(inputs: inputs, answer: .multiclass(classes: [text, text]))
        return EndpointSummaryView(name: text, model: text, alias: text, version: 1, signature: signature)
    }

    private var endpoint: EndpointView {
        EndpointView(
            endpoint: summary, address: text, days: [.init(text, 3)],
            scores: .init(version: 1, histogram: .init(categories: [text], reference: [1], current: [1])),
            drift: .init(
                from: Samples.now, to: Samples.now, rows: 1,
                columns: [
                    .init(
                        name: text, method: text, statistic: 1, threshold: 1, drifted: true,
                        histogram: .init(categories: [text], reference: [1], current: [1]))
                ]),
            quality: [.init(metric: text, windows: Samples.windows([0.5], spread: 0.1))],
            recent: [.init(id: text, time: Samples.now, label: text, score: 1)],
            versions: [.init(version: 1, role: text, requests: 1, failed: 1), .init(version: 2, role: text, requests: 1, failed: 1)],
            history: [.init(time: Samples.now, what: text, by: text, reason: text)], live: Samples.live, guards: [.init(text, warned: 1, refused: 1)])
    }

    private var attempt: TryAttempt {
        let outputs: JSONValue = [
            ["name": .string(text), "data": [.string(text), .string(text)]], ["name": "prediction_id", "data": [.string(text)]],
        ]
        let body: JSONValue = ["model_version": .string(text), "outputs": outputs]
        return TryAttempt(request: TryRequest(endpoint: summary, values: [text, text, text, text, text]), result: .success(body))
    }

    private var failed: TryAttempt {
        TryAttempt(request: TryRequest(endpoint: summary, values: [text]), result: .failure(MartletError(.invalidInput, text)))
    }

    private var why: WhyView {
        WhyView(
            prediction: .init(id: text, time: Samples.now, label: text, score: 1), endpoint: text, key: text, inputs: [.init(text, text)],
            nodes: [
                .init(text, kind: text, title: text, facts: [.init(text, text)], missing: text, link: "/" + text),
                .init("b", kind: text, title: text),
            ],
            edges: [.init(text, "b", text), .init("b", text, text), .init("b", "b", text), .init("b", "nowhere", text)])
    }
}
