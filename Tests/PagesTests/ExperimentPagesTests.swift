import Foundation
import Pages
import Support
import TestSupport
import Testing

@Suite("Pages of experiments")
struct ExperimentPagesTests {
    private func differs(_ page: Page, _ golden: String) throws -> String? { try differenceFromGolden(page.html().text, golden) }

    @Test("The list of experiments, and before there is one")
    func experiments() throws {
        #expect(try differs(ExperimentsPage(Samples.experiments).page, "experiments.html") == nil)
        #expect(try differs(ExperimentsPage(ExperimentsView()).page, "experiments-empty.html") == nil)
    }

    @Test("A table of runs with a search, an order and chosen columns; a search that cannot be read; no run yet")
    func runs() throws {
        #expect(try differs(RunTablePage(Samples.runs).page, "runs.html") == nil)
        let request = RunTableRequest(experiment: 3, [("search", "metrics.")])
        #expect(
            try differs(
                RunTablePage(RunTableView(Samples.experiment, request, problem: .init("It ends where a key should stand.", at: 8))).page,
                "runs-failed.html")
                == nil)
        #expect(try differs(RunTablePage(RunTableView(Samples.experiment, RunTableRequest(experiment: 3))).page, "runs-empty.html") == nil)
    }

    @Test("Runs in groups, one of them open; the way to the runs of each keeps the search")
    func groups() throws {
        let page = RunTablePage(Samples.groups).page
        #expect(try differs(page, "runs-groups.html") == nil)
        #expect(page.html().text.contains("search=metrics.auc%20%3E%200.5%20and%20params.model%20%3D%20%27trees%27"))
    }

    @Test("A filter for a value survives quotes, and odd names stand in backticks")
    func filters() {
        #expect(RunColumn(.params, "a`b").filter("it's") == "params.`a``b` = 'it''s'" && RunColumn(.tags, "t").filter(nil) == "tags.t IS NULL")
    }

    @Test(
        "The place of an error is marked, wherever it is said to be",
        arguments: [(-5, "<mark>metrics.auc</mark>"), (12, "<mark>&gt;</mark>"), (99, "‸")])
    func places(_ place: Int, _ marked: String) {
        let request = RunTableRequest(experiment: 3, [("search", "metrics.auc > 0.5 and " + String(repeating: "x", count: 200))])
        let page = RunTablePage(RunTableView(Samples.experiment, request, problem: .init("wrong", at: place == 99 ? 5000 : place))).page.html().text
        #expect(page.contains(marked))
    }

    @Test("A run with everything that can be logged, and one with nothing")
    func run() throws {
        #expect(try differs(TrackedRunPage(Samples.run).page, "tracked-run.html") == nil)
        #expect(try differs(TrackedRunPage(TrackedRunView(Samples.linear, in: Samples.experiment)).page, "tracked-run-empty.html") == nil)
    }

    @Test("Artifacts: a folder, a text, a table, a picture, and what cannot be shown")
    func artifacts() throws {
        let table = ArtifactView.Content.table(Samples.table)
        let contents: [(ArtifactView.Content, String)] = [
            (.folder(FolderView(path: "plots", entries: [.init("curve.png", size: 9)])), "artifact-folder.html"),
            (.text("a < b\n", isCut: true), "artifact-text.html"), (table, "artifact-table.html"), (.picture, "artifact-picture.html"),
            (.histograms(Samples.histograms), "artifact-histograms.html"), (.nothing("These bytes are no text."), "artifact-nothing.html"),
        ]
        for (content, golden) in contents { #expect(try differs(ArtifactPage(Samples.artifact(content)).page, golden) == nil) }
    }

    @Test("A file stands beside the tree of all that the run has kept")
    func tree() throws {
        var view = Samples.artifact(.text("a", isCut: false))
        view.tree = Samples.tree
        #expect(try differs(ArtifactPage(view).page, "artifact-tree.html") == nil)
    }

    @Test("What is no histogram is none: edges that fall, too few of them, counts below nothing, numbers that are none")
    func histograms() throws {
        func step(_ edges: [Double], _ counts: [Double]) -> HistogramSeriesView.Step? { .init(step: 1, edges: edges, counts: counts) }
        #expect(step([0, 1, 2], [3, 4]) != nil && step([0, 0], [1]) != nil)
        #expect(
            step([0, 1], [1, 1]) == nil && step([1, 0], [1]) == nil && step([0, 1], [-1]) == nil && step([0, .nan], [1]) == nil
                && step([0], []) == nil)
        let flat = HistogramSeriesView("h", path: "h", steps: [step([2, 2], [5]), step([0, 1e299], [0])].compactMap(\.self))
        var view = Samples.run
        view.histograms = [flat]
        let drawn = try #require(
            TrackedRunPage(view).page.html().text.components(separatedBy: "class=\"chart ridges\"").last?.components(separatedBy: "</svg>").first)
        #expect(drawn.contains("class=\"hill\"") && !drawn.contains("nan") && !drawn.contains("inf"))
    }

    @Test("A comparison, with what is the same too, and of one run")
    func comparison() throws {
        #expect(try differs(ComparisonPage(Samples.comparison).page, "comparison.html") == nil)
        var all = Samples.comparison
        all.showsAll = true
        #expect(ComparisonPage(all).page.html().text.contains(">trees</text>"), "texts have an axis of their own")
        let page = ComparisonPage(all).page.html().text
        #expect(page.contains("same") && page.contains("neither"))
        #expect(!ComparisonPage(Samples.comparison).page.html().text.contains("neither"))
        let one = ComparisonPage(ComparisonView(Samples.experiment, runs: [Samples.trees])).page.html().text
        #expect(one.contains("Tick at least two runs"))
    }

    @Test("An address is the whole state of a table, and reads back to it")
    func addresses() throws {
        let request = Samples.runs.request
        #expect(request.columns.count == 3 && request.from == 100 && request.isDescending)
        let query = try #require(request.path.split(separator: "?").last)
        #expect(RunTableRequest(experiment: 3, PagePath.fields(of: query)) == request)
        let groups = Samples.groups.request
        let grouped = try #require(groups.path.split(separator: "?").last)
        #expect(groups.group == .column(RunColumn(.params, "model")) && groups.open == ["is:trees"])
        #expect(RunTableRequest(experiment: 3, PagePath.fields(of: grouped)) == groups)
        #expect(RunTableRequest(experiment: 3, [("group", "metrics.auc"), ("open", "none")]).path == "/experiments/3")
        let nothing = RunTableRequest(experiment: 3, [("from", "-5"), ("sort", "nothing"), ("show", "x.y"), ("show", "metrics.")])
        #expect(nothing.path == "/experiments/3")
        let many = RunTableRequest(experiment: 3, (0..<100).map { ("show", "metrics.m\($0)") })
        #expect(many.columns.count == 40)
    }

    @Test("Numbers that are none are null to scripts, and extremes go along only where points were drawn together")
    func series() {
        let point = SeriesView.Point(step: 1, at: Samples.now, value: .nan, least: .nan, greatest: 2)
        #expect(SeriesView("m", count: 1, points: [point]).json["value"].elements.first?.isNull == true)
        #expect(SeriesView("m", count: 1, points: [point]).json["least"].isNull)
        #expect(SeriesView("m", count: 2, points: [point]).json["greatest"].elements.first?.double == 2)
    }
}
