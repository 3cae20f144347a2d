import Database
import Experiments
import Lineage
import Support
import TestSupport
import Testing

@Suite("Runs")
struct RunStoreTests {
    let folder: TemporaryFolder
    let database: SQLiteDatabase
    let clock = ManualClock(Timestamp(seconds: 1))
    let runs: RunStore

    init() throws {
        folder = try TemporaryFolder()
        database = try SQLiteDatabase(path: folder.path("martlet.db"))
        runs = RunStore(database: database, clock: clock)
    }

    private func start(_ id: String, parent: String? = nil, step: String = "trees", code: CodeVersion? = nil) throws {
        try runs.start(RunID(id), parent: parent.map { RunID($0) }, step: step, parameters: ["rate": .number(0.1)], code: code, actor: "ann")
    }

    private func end(_ id: String, _ status: Run.Status, error: String? = nil) throws {
        try database.write { try runs.end(RunID(id), status, error: error, in: $0) }
    }

    @Test("A run is recorded when it begins and when it ends")
    func life() throws {
        let code = CodeVersion(commit: "1a2b3c4d5e6f7890", branch: "main", modified: true)
        try start("p", step: "pipeline", code: code)
        try start("r1", parent: "p")
        #expect(try runs.run(RunID("r1"))?.status == .running)
        #expect(try runs.run(RunID("r1"))?.ended == nil)
        clock.advance(to: Timestamp(seconds: 9))
        try end("r1", .failed, error: "No memory.")
        let run = try #require(try runs.run(RunID("r1")))
        #expect(run.status == .failed && run.error == "No memory." && run.parent == RunID("p") && run.step == "trees")
        #expect(run.started == Timestamp(seconds: 1) && run.ended == Timestamp(seconds: 9))
        #expect(run.parameters == ["rate": .number(0.1)])
        #expect(run.code == nil)
        #expect(try runs.run(RunID("p"))?.code == code)
        #expect(try runs.run(RunID("none")) == nil)
    }

    @Test(
        "A code version in words",
        arguments: [
            (CodeVersion(commit: "1a2b3c4d5e6f7890", branch: "main", modified: true), "1a2b3c4d5e6f on main, with uncommitted changes"),
            (CodeVersion(commit: "1a2b", branch: nil, modified: false), "1a2b"),
        ])
    func code(_ code: CodeVersion, _ sentence: String) {
        #expect(code.sentence == sentence)
    }

    @Test("A run is in the lineage from its beginning")
    func lineage() throws {
        try start("r1", code: CodeVersion(commit: "1a2b", branch: nil, modified: false))
        let node = try LineageGraph(database: database, clock: clock).walk(from: "run:r1").nodes.first
        #expect(node?.facts == ["step": "trees", "parameters": ["rate": .number(0.1)], "code": "1a2b"])
    }

    @Test("Runs that never ended are marked, and only those")
    func interrupted() throws {
        for id in ["a", "b", "c"] { try start(id) }
        try end("b", .finished)
        clock.advance(to: Timestamp(seconds: 5))
        #expect(try runs.markInterrupted() == 2)
        #expect(try ["a", "b", "c"].map { try runs.run(RunID($0))?.status } == [.interrupted, .finished, .interrupted])
        #expect(try runs.run(RunID("a"))?.ended == Timestamp(seconds: 5))
        #expect(try runs.markInterrupted() == 0)
    }

    @Test("The newest pipeline run is found, and its steps in the order they began")
    func children() throws {
        #expect(try runs.latestPipelineRun() == nil)
        try start("p1", step: "pipeline")
        clock.advance(to: Timestamp(seconds: 2))
        try start("p2", step: "pipeline")
        try start("b", parent: "p2", step: "first")
        clock.advance(to: Timestamp(seconds: 3))
        try start("a", parent: "p2", step: "second")
        #expect(try runs.latestPipelineRun()?.id == RunID("p2"))
        #expect(try runs.children(of: RunID("p2")).map(\.step) == ["first", "second"])
        #expect(try runs.children(of: RunID("p1")).isEmpty)
    }

    @Test(
        "A run is found by a short form, and two by one that fits several",
        arguments: [("4f1c", 1), ("4f", 2), ("4", 2), ("5", 0), ("4f1c0", 0), ("%", 0), ("", 2)])
    func prefixes(_ prefix: String, _ count: Int) throws {
        for id in ["4f1c", "4f2d", "4f3e", "3a"] { try start(id) }
        let found = try runs.runs(prefix: prefix)
        #expect(found.count == count)
        #expect(found.allSatisfy { $0.id.rawValue.hasPrefix(prefix) })
    }

    @Test("Metrics come back, undefined ones too, and the same metric again replaces")
    func metrics() throws {
        try start("r1")
        let metrics = [
            RunMetric(split: "test", name: "auc", value: 0.9, lower: 0.8, upper: 0.95, rows: 100),
            RunMetric(split: "test", name: "auc", segment: "sex=F", value: nil, rows: 3),
        ]
        try database.write { try runs.log(metrics + [RunMetric(split: "test", name: "f1", value: 0.1, rows: 100)], of: RunID("r1"), in: $0) }
        try database.write { try runs.log([RunMetric(split: "test", name: "f1", value: 0.7, rows: 101)], of: RunID("r1"), in: $0) }
        #expect(try runs.metrics(of: RunID("r1")) == [metrics[0], RunMetric(split: "test", name: "f1", value: 0.7, rows: 101), metrics[1]])
        #expect(try runs.metrics(of: RunID("none")).isEmpty)
    }

    @Test("The same run cannot begin twice")
    func twice() throws {
        try start("r1")
        #expect(throws: MartletError.self) { try start("r1", step: "another") }
        #expect(try runs.run(RunID("r1"))?.step == "trees")
    }
}
