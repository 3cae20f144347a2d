import Adoption
import Database
import Digests
import Events
import Experiments
import Foundation
import Objects
import Support
import Synchronization
import TestSupport

/// A project's stores of their own, into which a test adopts.
struct AdoptionHouse: Sendable {
    let folder: TemporaryFolder
    let clock = ManualClock(Timestamp("2026-11-01T12:00:00Z") ?? Timestamp(microseconds: 0))
    let database: SQLiteDatabase
    let objects: DiskObjectStore
    let events: EventLog

    init() throws {
        folder = try TemporaryFolder()
        database = try SQLiteDatabase(path: folder.path("martlet.db"))
        objects = try DiskObjectStore(root: folder.path("objects"))
        events = EventLog(database: database, clock: clock, actor: "ann")
    }

    @discardableResult
    func adopt(
        _ store: any ForeignStore, rehearses: Bool = false, guarded: KeyValue? = nil, observer: any AdoptionObserver = SilentAdoption()
    ) throws -> AdoptionReport {
        try Adopter(database: database, objects: objects, events: events, clock: clock, guarded: guarded, observer: observer)
            .adopt(store, source: "test", rehearses: rehearses)
    }

    // MARK: - Looking

    func run(_ id: String) throws -> TrackedRun? { try database.read { try RunReader.run(RunID(id), in: $0) } }

    func run(named name: String) throws -> TrackedRun? {
        let id = try database.read { try $0.row("SELECT id FROM run WHERE name = ?", [SQLValue(name)])?.text("id") }
        return try id.flatMap { try run($0) }
    }

    func content(_ run: TrackedRun) throws -> RunContent { try database.read { try RunReader.contents(of: [run], in: $0)[0] } }

    func history(_ metric: String, _ run: TrackedRun) throws -> [MetricPoint] {
        try database.read { try RunReader.history(of: metric, in: run, in: $0) }
    }

    /// Paths of a run's artifacts, below its folder.
    func artifacts(_ run: TrackedRun) throws -> [String] {
        let root = try ArtifactPath("\(run.experiment)/\(run.id)/artifacts")
        return try database.read { try ArtifactTree.files(below: root, in: $0) }.map { String($0.path.dropFirst(root.text.count + 1)) }
    }

    func bytes(_ path: String, of run: TrackedRun) throws -> [UInt8]? {
        let path = try ArtifactPath("\(run.experiment)/\(run.id)/artifacts/\(path)")
        return try database.read { try ArtifactTree.file(path, in: $0) }.map { try objects.bytes($0.digest) }
    }

    /// Everything that was adopted, as lines, but for the moments at which that happened.
    func everything() throws -> [String] {
        try database.read { session in
            let queries = [
                "SELECT id, name FROM experiment", "SELECT experiment, key, value FROM experiment_tag",
                "SELECT id, experiment, name, parent, status, started, ended, deleted IS NULL AS d, claimed_user FROM run",
                "SELECT r.id, p.key, p.value FROM run_parameter p JOIN run r ON r.number = p.run",
                "SELECT r.id, t.key, t.value FROM run_tag t JOIN run r ON r.number = t.run",
                "SELECT r.id, n.name, p.at, p.step, p.value, a.model FROM metric_point p JOIN run r ON r.number = p.run "
                    + "JOIN metric_name n ON n.id = p.metric LEFT JOIN metric_about a ON a.id = p.about",
                "SELECT r.id, n.name, p.at, p.step, p.value FROM metric_latest p JOIN run r ON r.number = p.run JOIN metric_name n ON n.id = p.metric",
                "SELECT r.id, d.name, d.digest, i.tags FROM run_input i JOIN run r ON r.number = i.run JOIN logged_dataset d ON d.id = i.dataset",
                "SELECT r.id, m.direction, m.model FROM run_model m JOIN run r ON r.number = m.run", "SELECT path, digest, size FROM artifact",
                "SELECT id, experiment, name, status, run AS parent FROM logged_model", "SELECT model, key, value FROM logged_model_tag",
                "SELECT model, key, value FROM logged_model_parameter", "SELECT model, value, run AS id FROM logged_model_metric",
                "SELECT model, version AS step, digest, run AS id FROM model_version", "SELECT model, key, value FROM registered_model_tag",
                "SELECT model, version AS step, key, value FROM version_tag", "SELECT model, alias AS key, version AS step FROM alias_move",
            ]
            return try queries.flatMap { query in
                try session.rows(query).map { row in "\(query.split(separator: " FROM ")[1].prefix(12)): \(describe(row))" }.sorted()
            }
        }
    }

    private func describe(_ row: SQLRow) -> String {
        let names = [
            "id", "experiment", "name", "key", "value", "parent", "status", "started", "ended", "d", "claimed_user", "at", "step", "model", "digest",
            "tags", "direction", "path", "size",
        ]
        return names.map { "\(row[$0])" }.joined(separator: " ")
    }
}

/// Stops an adoption after a number of batches.
final class StopAfter: AdoptionObserver {
    private let left: Mutex<Int>

    init(_ batches: Int) { left = Mutex(batches) }

    func reached(_: String, runs _: Int, points _: Int) { left.withLock { $0 -= 1 } }

    var isCancelled: Bool { left.withLock { $0 <= 0 } }
}
