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
                RunTablePage(RunTableView(Samples.experiment, request, problem: "It ends where a key should stand.")).page, "runs-failed.html")
                == nil)
        #expect(try differs(RunTablePage(RunTableView(Samples.experiment, RunTableRequest(experiment: 3))).page, "runs-empty.html") == nil)
    }

    @Test("A run with everything that can be logged, and one with nothing")
    func run() throws {
        #expect(try differs(TrackedRunPage(Samples.run).page, "tracked-run.html") == nil)
        #expect(try differs(TrackedRunPage(TrackedRunView(Samples.linear, in: Samples.experiment)).page, "tracked-run-empty.html") == nil)
    }

    @Test("Artifacts: a folder, a text, a table, a picture, and what cannot be shown")
    func artifacts() throws {
        let table = ArtifactView.Content.table(names: ["id", "a<b"], rows: [["1", "x"], ["2"]], isCut: true)
        let contents: [(ArtifactView.Content, String)] = [
            (.folder(FolderView(path: "plots", entries: [.init("curve.png", size: 9)])), "artifact-folder.html"),
            (.text("a < b\n", isCut: true), "artifact-text.html"), (table, "artifact-table.html"), (.picture, "artifact-picture.html"),
            (.nothing("These bytes are no text."), "artifact-nothing.html"),
        ]
        for (content, golden) in contents { #expect(try differs(ArtifactPage(Samples.artifact(content)).page, golden) == nil) }
    }

    @Test("A comparison, with what is the same too, and of one run")
    func comparison() throws {
        #expect(try differs(ComparisonPage(Samples.comparison).page, "comparison.html") == nil)
        var all = Samples.comparison
        all.showsAll = true
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
