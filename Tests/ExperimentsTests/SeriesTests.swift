import Database
import Events
import Experiments
import Support
import TestSupport
import Testing

/// A run with one metric, in a database of its own.
private struct OneRun {
    let database: SQLiteDatabase
    let log: RunLog
    let run: TrackedRun
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        database = try SQLiteDatabase(path: folder.path("m.db"))
        let clock = ManualClock(Timestamp(microseconds: 1_000_000))
        let log = RunLog(events: EventLog(database: database, clock: clock, actor: "ann"), clock: clock)
        self.log = log
        run = try database.write { try log.begin(RunDraft(id: RunID("a1"), experiment: 0, name: "first", started: clock.now()), in: $0) }
    }

    func put(_ values: [Double], as metric: String = "loss", from start: Int64 = 0) throws {
        let points = values.enumerated().map { i, value in
            MetricPoint(metric, value, at: Timestamp(microseconds: (start + Int64(i)) * 1000), step: start + Int64(i))
        }
        _ = try database.write { try log.log(RunBatch(points: points), to: run, in: $0) }
    }

    func series(_ buckets: Int) throws -> MetricSeries { try database.read { try MetricSeries(of: "loss", in: run, buckets: buckets, in: $0) } }
}

@Suite("Histories that are drawn together")
struct SeriesTests {
    @Test("A short history is given as it is")
    func short() throws {
        let one = try OneRun()
        try one.put([3, .nan, 1])
        let series = try one.series(10)
        #expect(series.count == 3 && !series.isSampled)
        #expect(series.buckets.map(\.step) == [0, 1, 2])
        #expect(series.buckets[0].value == 3 && series.buckets[1].value.isNaN && series.buckets[2].value == 1)
    }

    @Test("A long one keeps its ends and every extreme, whatever the number of buckets", arguments: [1, 2, 7, 100, 999])
    func long(_ buckets: Int) throws {
        let one = try OneRun()
        var values = (0..<1000).map { Double($0 % 10) }
        values[333] = 50
        values[500] = -50
        values[501] = .nan
        try one.put(values)
        let series = try one.series(buckets)
        #expect(series.count == 1000 && series.isSampled && series.buckets.count == buckets)
        #expect(series.buckets.map(\.greatest).max() == 50)
        #expect(series.buckets.filter { !$0.least.isNaN }.map(\.least).min() == -50)
        #expect(series.buckets.last?.step == 999)
        #expect(series.buckets.map(\.step) == series.buckets.map(\.step).sorted())
    }

    @Test("A metric that nobody has logged has no history")
    func none() throws {
        let series = try OneRun().series(10)
        #expect(series.count == 0 && series.buckets.isEmpty)
    }
}

@Suite("Following a run")
struct RunTailTests {
    @Test("What is new comes once, also of a metric that is new itself")
    func news() throws {
        let one = try OneRun()
        try one.put([3, 2])
        var tail = RunTail(of: one.run)
        func next(_ limit: Int = 100) throws -> [String] {
            try one.database.read { session in try tail.next(limit: limit, in: session).map { "\($0.name) \($0.step) \($0.value)" } }
        }
        #expect(try next() == ["loss 0 3.0", "loss 1 2.0"])
        #expect(try next().isEmpty)
        try one.put([1], from: 2)
        try one.put([0.5], as: "accuracy")
        #expect(try next() == ["accuracy 0 0.5", "loss 2 1.0"])
        #expect(try next().isEmpty)
    }

    @Test("Who knows a part gets the rest, in as many pieces as they like")
    func since() throws {
        let one = try OneRun()
        try one.put((0..<10).map(Double.init))
        var tail = RunTail(of: one.run, since: Timestamp(microseconds: 4000))
        var pieces: [[Int64]] = []
        while case let piece = try one.database.read({ try tail.next(limit: 2, in: $0).map(\.step) }), !piece.isEmpty { pieces.append(piece) }
        #expect(pieces == [[5, 6], [7, 8], [9]])
    }
}
