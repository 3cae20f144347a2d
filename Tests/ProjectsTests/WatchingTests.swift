import Data
import Events
import Ingestion
import Monitoring
import Planning
import Projects
import Registry
import Serving
import Support
import Tables
import TestSupport
import Testing

@Suite("A project that is watched", .enabled(if: ToyProject.canRun, "DuckDB or ONNX Runtime is not installed; run “make setup”."))
struct WatchingTests {
    private static let errors = "- {id: errors, metric: error_rate, on: production, window: 1h, max: 0.1}"

    @Test("The error rate is checked from what the server has counted, and stays red while nothing new is asked")
    func errorRate() async throws {
        let toy = try ToyProject()
        try toy.write(settings: WatchingTests.errors)
        let project = try toy.open()
        try project.confirmCharter()
        #expect(try await project.check("errors").results[0].verdict == .yellow)
        let log = try toy.log()
        for i in 0..<20 { log.count(i < 4 ? .failed : .answered, at: toy.clock.now()) }
        for _ in 0..<30 { log.count(.refused, at: toy.clock.now()) }
        let red = try #require(try await project.check("errors").results.first)
        #expect(red.verdict == .red && red.measurement?.value == 0.2)
        let day = red.at.date
        toy.clock.advance(to: toy.clock.now().advanced(bySeconds: 7200))
        for _ in 0..<2 {
            let kept = try #require(try await project.check("errors").results.first)
            #expect(kept.verdict == .red && kept.measurement == nil)
            #expect(
                kept.reason
                    == "Nothing new was measured since \(day): no request that the server should have answered came in the period. error_rate: 0.2 misses at most 0.1."
            )
        }
        let state = try #require(try project.status().objectives.first { $0.objective.id == "errors" })
        #expect(state.verdict == .red && state.measured == red)
        log.count(.answered, at: toy.clock.now())
        #expect(try await project.check("errors").results[0].verdict == .green)
    }

    @Test("Who is waited for longer than a day is reminded by an incident, which is over when they have answered")
    func reminder() async throws {
        let toy = try ToyProject()
        try toy.write(settings: WatchingTests.errors)
        try toy.folder.write(
            "martlet.yaml", toy.folder.read("martlet.yaml") + "promotion: {champion: {approve: [validator], author_may_approve: true}}\n")
        #expect(try toy.run().gate?.waits != nil)
        let project = try toy.open()
        let request = try project.requestApproval("model:toy@v1", note: "").request
        _ = try await project.check(nil)
        #expect(try project.incidents.all(closed: false).isEmpty, "It waits for a minute.")
        toy.clock.advance(to: toy.clock.now().advanced(bySeconds: 90_000))
        _ = try await project.check(nil)
        let incident = try #require(try project.incidents.all(closed: false).first)
        #expect(incident.kind == .waiting && incident.state == .firing)
        #expect(incident.summary.contains("martlet approval approve \(request.id)"), "\(incident.summary)")
        _ = try project.answerApproval(request.id, .approved, reason: "")
        _ = try project.promote("model:toy@v1", reason: "approved")
        _ = try await project.check(nil)
        #expect(try project.incidents.all(closed: false).first?.state == .cleared)
    }

    @Test("A source that is not as fresh as agreed is an incident, which is over when rows have come")
    func freshness() async throws {
        let toy = try ToyProject()
        try toy.write(settings: WatchingTests.errors)
        try toy.folder.write(
            "martlet.yaml", toy.folder.read("martlet.yaml").replacing("data:\n", with: "data:\n  sources: {answers: {append: true, fresh: 1d}}\n"))
        let project = try toy.open()
        let first = try await project.check("source:answers")
        #expect(first.results.map(\.verdict) == [.red] && first.results[0].reason == "nothing came yet; rows may be 1 day old at most.")
        #expect(try project.incidents.all(closed: false).map(\.title) == ["source:answers is not fresh"])
        #expect(try project.status().sources.map(\.source.name) == ["answers"])
        _ = try project.append(Array(#"{"id": 1}"#.utf8), isParquet: false, to: project.source("answers"))
        #expect(try await project.check(nil).results.first { $0.objective == "source:answers" }?.verdict == .green)
        #expect(try project.incidents.all(closed: false).map(\.state) == [.cleared] && project.status().sources.isEmpty)
        toy.clock.advance(to: toy.clock.now().advanced(bySeconds: 180_000))
        let late = try await project.check("source:answers").results[0]
        #expect(late.verdict == .red && late.reason == "the newest row is 2 days old; it may be 1 day.", "\(late.reason)")
        #expect(try project.incidents.all(closed: false).map(\.state) == [.firing])
        #expect(try project.events.all(of: [], kinds: ["objective.red"]).count { $0.subject == "source:answers" } == 2)
        await #expect(throws: MartletError.self) { _ = try await project.check("source:other") }
    }

    @Test("Going back walks from champion to champion, until there is nothing to go back to")
    func rollback() throws {
        let toy = try ToyProject()
        #expect(errorText { try toy.open().rollback(reason: "") }.contains("There is nothing to go back to: toy has no champion yet."))
        for rows in [1000, 1100, 1200] {
            try toy.write(rows: 0..<rows)
            #expect(try toy.run().gate?.passed == true)
        }
        let project = try toy.open()
        #expect(try project.champion()?.version == 3)
        #expect(try project.rollback(reason: "worse").version == 2)
        #expect(try project.rollback(reason: "worse").version == 1)
        #expect(errorCode { try project.rollback(reason: "worse") } == .notFound)
        #expect(errorText { try project.rollback(reason: "worse") }.contains("There is nothing to go back to: v1 is the first champion of toy."))
        _ = try project.promote("model:toy@v3", reason: "better after all")
        #expect(try project.rollback(reason: "worse").version == 1)
    }

    @Test("A test report that failed at the gate is red in the status, until it passes")
    func failedTests() throws {
        let toy = try ToyProject()
        try toy.write(settings: "", steps: "- {id: checks, run: cp report.xml tests.xml, deps: [report.xml], junit: tests.xml}")
        try toy.folder.write(
            "report.xml", "<testsuite><testcase name=\"rate\"><failure message=\"no\"/></testcase><testcase name=\"age\"/></testsuite>")
        #expect(try toy.open().status().tests.isEmpty)
        #expect(try toy.run().gate?.passed == false)
        let failed = try toy.open().status()
        #expect(failed.tests.map(\.step) == ["checks"] && failed.tests[0].last.verdict == .red)
        #expect(failed.tests[0].reason == "model:toy@v1, which is not the champion: 1 of 2 tests of tests.xml failed: rate.")
        #expect(failed.json["tests"].elements.first?["verdict"].text == "red")
        #expect(failed.next.contains { $0.command == "martlet show model:toy@v1" && $0.why == "the tests of the step “checks” do not pass" })
        try toy.folder.write("report.xml", "<testsuite><testcase name=\"rate\"/><testcase name=\"age\"/></testsuite>")
        #expect(try toy.run().gate?.passed == true)
        #expect(try toy.open().status().tests[0].last.verdict == .green)
        try toy.write(settings: "")
        #expect(try toy.open().status().tests.isEmpty)
    }

    @Test("What is asked is drawn against the profile of the training data, after the row rules, and scores against the test set")
    func distributions() async throws {
        let toy = try ToyProject()
        try toy.run()
        let project = try toy.open()
        let log = try toy.log()
        let endpoint = Endpoint(
            plan: project.file.serving, provider: ChampionProvider(project: project), log: log, pool: WorkPool(),
            identifiers: project.identifiers, clock: toy.clock)
        let version = try #require(try project.champion())
        let asked = try Table([
            Column("x", numbers: [5000, 1, 2, .nan]), Column("town", strings: ["t1", " ", "Rom", "t1"]),
        ])
        var tensors: [Tensor] = []
        for field in version.details.request.inputs { tensors.append(try Tensor(try asked.column(field.name), as: field)) }
        _ = try await endpoint.infer(InferenceRequest(inputs: tensors))
        log.flush()
        let newest = try project.predictionLog().newest(100)
        let found = try project.distributions(of: newest, for: version)
        #expect(found.keys.sorted() == ["town", "x"])
        let x = try #require(found["x"])
        #expect(x.edges.last == 5000 && x.current.last == 1.0 / 3 && x.reference.last == 0)
        let town = try #require(found["town"])
        #expect(town.categories == ["t1", "t2", "t3", "t4", "t0", "(other)", "(missing)"])
        #expect(town.current == [0.5, 0, 0, 0, 0, 0.25, 0.25])
        #expect(abs(town.reference.reduce(0, +) - 1) < 1e-9 && town.reference.last == 0.1)
        let scores = try #require(try project.scoreDistribution(of: newest, for: version))
        #expect(scores.edges.count == 21 && abs(scores.current.reduce(0, +) - 1) < 1e-9)
    }
}
