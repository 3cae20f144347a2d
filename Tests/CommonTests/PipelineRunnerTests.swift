import Database
import Pipelines
import Support
import Synchronization
import TestSupport
import Testing

@Suite("The pipeline runner")
struct PipelineRunnerTests {
    let folder: TemporaryFolder
    let database: SQLiteDatabase
    let workshop = Workshop()

    init() throws {
        folder = try TemporaryFolder()
        database = try SQLiteDatabase(path: folder.path("martlet.db"))
    }

    private var runner: PipelineRunner { PipelineRunner(database: database, clock: ManualClock(Timestamp(microseconds: 0))) }

    /// data → clean → model and data → report: a diamond without its foot.
    private var steps: [PreparedStep] {
        [
            workshop.step("data"), workshop.step("clean", needs: ["data"]), workshop.step("report", needs: ["data"]),
            workshop.step("model", needs: ["clean"]),
        ]
    }

    /// Runs the steps and says which were executed.
    @discardableResult
    private func run(forced: Set<String> = []) throws -> [String] {
        workshop.executed.withLock { $0 = [] }
        _ = try runner.run(steps, forced: forced, recorder: workshop, observer: workshop)
        return workshop.executed.withLock { $0 }
    }

    @Test("The first run executes every step in order and hands each the outputs before it")
    func first() throws {
        let results = try runner.run(steps, forced: [], recorder: workshop, observer: workshop)
        #expect(results.map(\.id) == ["data", "clean", "report", "model"])
        #expect(results.allSatisfy { !$0.isCached })
        #expect(results.last?.output == ["model": 0, "clean": ["clean": 0, "data": ["data": 0]]])
        #expect(
            workshop.log.withLock { $0 } == [
                "began data", "data: at work 0.5", "ended data", "began clean", "clean: at work 0.5", "ended clean", "began report",
                "report: at work 0.5", "ended report", "began model", "model: at work 0.5", "ended model",
            ])
    }

    @Test("Nothing changed: nothing is executed, and the results are those of the earlier runs")
    func unchanged() throws {
        let before = try runner.run(steps, forced: [], recorder: workshop, observer: workshop)
        workshop.executed.withLock { $0 = [] }
        let after = try runner.run(steps, forced: [], recorder: workshop, observer: workshop)
        #expect(workshop.executed.withLock { $0 } == [])
        #expect(after.allSatisfy { $0.isCached })
        #expect(after.map(\.run) == before.map(\.run))
        #expect(after.map(\.output) == before.map(\.output))
        #expect(try runner.outOfDate(steps) == [])
    }

    @Test("One input changed: only the step and those that depend on it run")
    func changed() throws {
        try run()
        workshop.set("clean", input: 1)
        #expect(try runner.outOfDate(steps) == ["clean", "model"])
        #expect(try run() == ["clean", "model"])
        workshop.set("data", input: 1)
        #expect(try runner.outOfDate(steps) == ["data", "clean", "report", "model"])
        #expect(try run() == ["data", "clean", "report", "model"])
    }

    @Test("A step that ran again with the same output does not make those after it run")
    func sameOutput() throws {
        try run()
        workshop.set("data", input: 0.0)
        #expect(try run() == [], "0 and 0.0 are the same input")
        workshop.set("data", note: "a comment changed")
        #expect(try runner.outOfDate(steps) == ["data", "clean", "report", "model"], "before the work is done nobody knows")
        #expect(try run() == ["data"])
    }

    @Test("A forced step runs, and only that where its output is the same")
    func forced() throws {
        try run()
        #expect(try run(forced: ["clean", "no such step"]) == ["clean"])
    }

    @Test("A step whose output is gone runs again")
    func notIntact() throws {
        try run()
        workshop.lost.withLock { $0 = ["report"] }
        #expect(try runner.outOfDate(steps) == ["report"])
        #expect(try run() == ["report"])
    }

    @Test("A failure stops the run, keeps what was finished, and the next run goes on from there")
    func failure() throws {
        let error = MartletError(.stepFailed, "No memory.")
        workshop.failing.withLock { $0 = ["clean": error] }
        #expect(throws: error) { try run() }
        #expect(workshop.executed.withLock { $0 } == ["data", "clean"])
        #expect(workshop.recorded.withLock { $0 } == ["data": "finished", "clean": "failed"])
        #expect(try runner.outOfDate(steps) == ["clean", "report", "model"])
        workshop.failing.withLock { $0 = [:] }
        #expect(try run() == ["clean", "report", "model"])
    }

    @Test("A failure that cannot be recorded is still the one that is told")
    func failureUnrecorded() throws {
        let error = MartletError(.stepFailed, "No memory.")
        workshop.failing.withLock { $0 = ["data": error] }
        workshop.failsToRecord.withLock { $0 = true }
        #expect(throws: error) { try run() }
    }

    @Test("A step that failed after it had once succeeded keeps nothing of the old success for changed inputs")
    func failureAfterSuccess() throws {
        try run()
        workshop.set("model", input: 1)
        workshop.failing.withLock { $0 = ["model": MartletError(.stepFailed, "No.")] }
        #expect(throws: MartletError.self) { try run() }
        #expect(try runner.outOfDate(steps) == ["model"])
        workshop.set("model", input: 0)
        #expect(try runner.outOfDate(steps) == [], "what was made from the old inputs is still there")
    }

    @Test("A step is remembered in the same transaction in which its run ends")
    func oneTransaction() throws {
        workshop.failsToEnd.withLock { $0 = true }
        #expect(throws: MartletError.self) { try run() }
        workshop.failsToEnd.withLock { $0 = false }
        #expect(try runner.outOfDate(steps) == ["data", "clean", "report", "model"])
    }

    @Test("Inputs that cannot be read stop the run before anything is recorded")
    func unreadableInputs() throws {
        var steps = steps
        steps[0].memory = .fingerprint(
            inputs: { () throws(MartletError) in throw MartletError(.notFound, "adult.csv does not exist.") }, isIntact: { _ in true })
        #expect(errorCode { try runner.run(steps, forced: [], recorder: workshop, observer: workshop) } == .notFound)
        #expect(workshop.recorded.withLock { $0 } == [:])
    }
}

/// Steps that remember what was done to them; what a test sets decides what they read and whether they fail.
final class Workshop: StepRecorder, PipelineObserver {
    let executed = Mutex<[String]>([])
    let log = Mutex<[String]>([])
    let recorded = Mutex<[String: String]>([:])
    let lost = Mutex<Set<String>>([])
    let failing = Mutex<[String: MartletError]>([:])
    let failsToRecord = Mutex(false)
    let failsToEnd = Mutex(false)
    private let inputs = Mutex<[String: JSONValue]>([:])
    private let notes = Mutex<[String: String]>([:])
    private let ids = IdentifierSource(clock: ManualClock(Timestamp(microseconds: 0)), seed: 1)
    private let runs = Mutex<[RunID: String]>([:])

    func set(_ step: String, input: JSONValue) { inputs.withLock { $0[step] = input } }

    /// Changes what a step reads but not what it makes of it.
    func set(_ step: String, note: String) { notes.withLock { $0[step] = note } }

    private func input(_ step: String) -> JSONValue { inputs.withLock { $0[step] } ?? 0 }

    func step(_ id: String, needs: [String] = []) -> PreparedStep {
        PreparedStep(
            id: id, needs: needs, inputs: { () throws(MartletError) in [self.input(id), JSONValue(self.notes.withLock { $0[id] })] },
            isIntact: { _ in !self.lost.withLock { $0.contains(id) } },
            execute: { context throws(MartletError) in try self.execute(id, needs, context) })
    }

    private func execute(_ id: String, _ needs: [String], _ context: StepContext) throws(MartletError) -> JSONValue {
        executed.withLock { $0.append(id) }
        context.progress("at work", 0.5)
        if let error = failing.withLock({ $0[id] }) { throw error }
        _ = lost.withLock { $0.remove(id) }
        var output: JSONValue = .object([.init(id, input(id))])
        for need in needs { output[need] = context.outputs[need] ?? .null }
        return output
    }

    func begin(step: String, inputs: JSONValue) throws(MartletError) -> RunID {
        let run = ids.nextRun()
        runs.withLock { $0[run] = step }
        return run
    }

    func end(_ run: RunID, step: String, output: JSONValue, in session: SQLSession) throws {
        if failsToEnd.withLock({ $0 }) { throw MartletError(.storageFull, "The disk is full.") }
        recorded.withLock { $0[step] = "finished" }
    }

    func fail(_ run: RunID, _ error: MartletError) throws(MartletError) {
        if failsToRecord.withLock({ $0 }) { throw MartletError(.storageFull, "The disk is full.") }
        guard let step = runs.withLock({ $0[run] }) else { return }
        recorded.withLock { $0[step] = "failed" }
    }

    func stepBegins(_ id: String) { log.withLock { $0.append("began \(id)") } }
    func step(_ id: String, progress: String, share: Double?) { log.withLock { $0.append("\(id): \(progress) \(share ?? -1)") } }
    func stepEnds(_ result: StepResult) { log.withLock { $0.append("ended \(result.id)") } }
}
