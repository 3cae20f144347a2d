import Database
import Events
import Experiments
import Support
import TestSupport

/// Experiments in a database of their own, and a clock that stands still until it is moved.
struct TrackingHouse: Sendable {
    let folder: TemporaryFolder
    let clock = ManualClock(Timestamp("2026-11-01T12:00:00Z") ?? Timestamp(microseconds: 0))
    let database: SQLiteDatabase
    let events: EventLog
    let experiments: ExperimentStore
    let log: RunLog

    init() throws {
        folder = try TemporaryFolder()
        database = try SQLiteDatabase(path: folder.path("martlet.db"))
        events = EventLog(database: database, clock: clock, actor: "tester")
        experiments = ExperimentStore(database: database, events: events, clock: clock)
        log = RunLog(events: events, clock: clock)
    }

    func experiment(_ name: String) throws -> Experiment { try database.write { try experiments.create(name, in: $0) } }

    /// A run that begins so many seconds after the clock's time.
    @discardableResult
    func run(
        _ id: String, in experiment: Int = 0, after seconds: Int64 = 0, metrics: [String: Double] = [:], parameters: [String: String] = [:],
        tags: [String: String] = [:]
    ) throws -> TrackedRun {
        let started = Timestamp(microseconds: clock.now().microseconds + seconds * 1_000_000)
        return try database.write { session in
            let draft = RunDraft(id: RunID(id), experiment: experiment, name: "run \(id)", started: started)
            let run = try log.begin(draft, tags: tags.map { KeyValue($0.key, $0.value) }, in: session)
            let batch = RunBatch(
                points: metrics.map { MetricPoint($0.key, $0.value, at: started) }, parameters: parameters.map { KeyValue($0.key, $0.value) })
            _ = try log.log(batch, to: run, in: session)
            return run
        }
    }

    func content(of id: String) throws -> RunContent? {
        try database.read { session in
            guard let run = try RunReader.run(RunID(id), in: session) else { return nil }
            return try RunReader.contents(of: [run], in: session).first
        }
    }
}
