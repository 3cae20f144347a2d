import Database
import Dispatch
import Pipelines
import Support
import Synchronization
import TestSupport
import Testing

@Suite("Steps that run at the same time")
struct ParallelStepsTests {
    let folder: TemporaryFolder
    let database: SQLiteDatabase
    let workshop = Workshop()

    init() throws {
        folder = try TemporaryFolder()
        database = try SQLiteDatabase(path: folder.path("martlet.db"))
    }

    private var runner: PipelineRunner { PipelineRunner(database: database, clock: ManualClock(Timestamp(microseconds: 0))) }

    private func step(
        _ id: String, needs: [String] = [], work: @escaping @Sendable () throws(MartletError) -> Void = {}
    ) -> PreparedStep {
        PreparedStep(id: id, needs: needs, state: { .stale(reasons: ["it is new"], inputs: .null) }) { _ throws(MartletError) in
            workshop.executed.withLock { $0.append(id) }
            try work()
            return .string(id)
        }
    }

    /// Two steps each of which ends only once the other has begun.
    @Test("Independent steps run at once, and their results stand in the order of the steps")
    func together() throws {
        let (first, second) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
        let met = Mutex(0)
        let steps = [
            step("a") {
                first.signal()
                if second.wait(timeout: .now() + 60) == .success { met.withLock { $0 += 1 } }
            },
            step("b") {
                second.signal()
                if first.wait(timeout: .now() + 60) == .success { met.withLock { $0 += 1 } }
            }, step("c", needs: ["a", "b"]),
        ]
        let results = try runner.run(steps, .init(jobs: 2), recorder: workshop, observer: workshop)
        #expect(met.withLock { $0 } == 2)
        #expect(results.map(\.id) == ["a", "b", "c"])
        #expect(workshop.executed.withLock { $0.last } == "c")
    }

    @Test("No more run at once than are allowed, and one that uses all processors runs alone", arguments: [1, 2, 3])
    func bounded(_ jobs: Int) throws {
        let running = Mutex(0)
        let most = Mutex(0)
        let alone = Mutex(true)
        var steps = (0..<30).map { i in
            step("s\(i)") {
                let now = running.withLock { running in
                    running += 1
                    return running
                }
                most.withLock { $0 = max($0, now) }
                if i == 10 { alone.withLock { $0 = now == 1 } }
                running.withLock { $0 -= 1 }
            }
        }
        steps[10].usesAllProcessors = true
        let results = try runner.run(steps, .init(jobs: jobs), recorder: workshop, observer: workshop)
        #expect(results.count == 30)
        #expect(most.withLock { $0 } <= jobs)
        #expect(alone.withLock { $0 })
    }

    @Test("After a failure nothing more begins; with “keep going” what does not need it still runs, and the error names what was left out")
    func failures() throws {
        let steps = [
            step("bad") { () throws(MartletError) in throw MartletError(.stepFailed, "No.") }, step("after", needs: ["bad"]), step("good"),
            step("last", needs: ["after"]),
        ]
        #expect(throws: MartletError(.stepFailed, "No.")) { try runner.run(steps, .init(jobs: 1), recorder: workshop, observer: workshop) }
        #expect(workshop.executed.withLock { $0 } == ["bad"])
        workshop.executed.withLock { $0 = [] }
        let error = #expect(throws: MartletError.self) {
            try runner.run(steps, .init(jobs: 1, keepsGoing: true), recorder: workshop, observer: workshop)
        }
        #expect(workshop.executed.withLock { $0 } == ["bad", "good"])
        #expect(error?.message.contains("after, last") == true)
    }

    @Test("A step that remembers by itself is not run where it says that it is up to date, and its reasons are told where it is not")
    func own() throws {
        let current = PreparedStep(id: "a", needs: [], state: { .current(output: 7) }) { _ in .null }
        let stale = step("b", needs: ["a"])
        #expect(try runner.stale([current, stale, step("c", needs: ["b"])]).map(\.reasons) == [["it is new"], ["it follows b"]])
        let results = try runner.run([current, stale], .init(), recorder: workshop, observer: workshop)
        #expect(results.map(\.isCached) == [true, false])
        #expect(results[0].output == 7)
    }
}
