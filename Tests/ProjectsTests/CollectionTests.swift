import Audit
import Data
import Database
import Digests
import Events
import Experiments
import Foundation
import Objects
import Projects
import Registry
import Support
import Tables
import TestSupport
import Testing

/// A project into which things are logged, deleted and collected, and a clock that runs ahead of the files' times.
private struct House {
    let toy: ToyProject
    let project: Project
    private let log: RunLog

    init() throws {
        toy = try ToyProject()
        toy.clock.advance(to: SystemClock().now())
        project = try toy.open()
        log = RunLog(events: project.events, clock: toy.clock)
    }

    var catalog: ModelCatalog { ModelCatalog(database: project.database, events: project.events, clock: toy.clock) }
    var models: LoggedModelStore { LoggedModelStore(events: project.events, clock: toy.clock) }
    var experiments: ExperimentStore { ExperimentStore(database: project.database, events: project.events, clock: toy.clock) }

    /// A run with so many points and files by their names.
    @discardableResult
    func run(_ id: String, in experiment: Int = 0, points: Int = 3, files: [String: String] = [:]) throws -> Int {
        let now = toy.clock.now()
        let number = try project.database.write { session in
            let run = try log.begin(RunDraft(id: RunID(id), experiment: experiment, name: id, started: now), in: session)
            let batch = RunBatch(points: (0..<points).map { MetricPoint("m", Double($0), at: now, step: Int64($0)) }, parameters: [KeyValue("p", id)])
            _ = try log.log(batch, to: run, in: session)
            return run.number
        }
        for (name, text) in files { try put(text, at: "\(experiment)/\(id)/artifacts/\(name)") }
        return number
    }

    @discardableResult
    func put(_ text: String, at path: String) throws -> Digest {
        let digest = try project.objects.put(Array(text.utf8))
        try project.database.write { try ArtifactTree.put(ArtifactPath(path), digest, size: text.utf8.count, at: toy.clock.now(), in: $0) }
        return digest
    }

    func change(_ id: String, _ how: (RunLog) -> (TrackedRun, SQLSession) throws -> Void) throws {
        try project.database.write { session in
            let run = try #require(try RunReader.run(RunID(id), in: session))
            try how(log)(run, session)
        }
    }

    func delete(_ id: String) throws { try change(id) { log in { try log.delete($0, in: $1) } } }

    /// Registers files of a run as a version.
    @discardableResult
    func register(_ model: String, run: String, loggedModel: String = "", artifacts: String) throws -> RegisteredVersion {
        let signature = Signature(inputs: [], answer: .regression)
        let details = ModelVersion.Details(
            step: "", trainer: "client", signature: signature, request: signature, rules: .null, parameters: .object([]), importance: [], notes: [],
            size: 1)
        let digest = try project.objects.put(Array("list of \(artifacts)".utf8))
        let origin = VersionOrigin(source: artifacts, loggedModel: loggedModel, artifacts: artifacts)
        return try project.database.write { session in
            if try ModelCatalog.model(model, in: session) == nil {
                _ = try catalog.create(model, kind: .model, description: "", tags: [], in: session)
            }
            return try catalog.register(
                VersionDraft(model: model, digest: digest, run: RunID(run), origin: origin, details: details, description: "", tags: []), in: session)
        }
    }

    func unregister(_ version: RegisteredVersion) throws { try project.database.write { try catalog.delete(version, reason: "test", in: $0) } }

    /// Collects what is there, a week from now.
    func collect(_ observer: any CollectionObserver = Unwatched(), isRehearsal: Bool = false) throws -> CollectionReport {
        toy.clock.advance(bySeconds: 7 * 86_400)
        return try project.collect(olderThan: 60, sparing: 86_400, isRehearsal: isRehearsal, observer: observer)
    }

    func count(_ table: String, where condition: String = "1") throws -> Int {
        try project.database.read { try $0.row("SELECT count(*) AS n FROM \(table) WHERE \(condition)")?.int("n") ?? 0 }
    }

    func file(_ path: String) throws -> String? {
        guard let artifact = try project.database.read({ try ArtifactTree.file(ArtifactPath(path), in: $0) }) else { return nil }
        return String(decoding: try project.objects.bytes(artifact.digest), as: UTF8.self)
    }
}

private struct Unwatched: CollectionObserver {
    func reached(_ report: CollectionReport) {}
    var isCancelled: Bool { false }
}

/// Stops a collection as soon as something of a run has gone.
private struct StopsEarly: CollectionObserver {
    let asked = NSLock()
    final class Seen: @unchecked Sendable { var runs = 0 }
    let seen = Seen()

    func reached(_ report: CollectionReport) { asked.withLock { seen.runs = report.runs } }
    var isCancelled: Bool { asked.withLock { seen.runs > 0 } }
}

@Suite("Removing for good what was deleted")
struct CollectionTests {
    @Test("A deleted run goes with its points, parameters and files; what others share, what was restored and what is live stays")
    func runs() throws {
        let house = try House()
        for id in ["gone", "restored", "live"] { try house.run(id, files: ["own": "of \(id)", "shared": "of all"]) }
        try house.delete("gone")
        try house.delete("restored")
        try house.change("restored") { log in { try log.restore($0, in: $1) } }
        let planned = try house.collect(isRehearsal: true)
        #expect(planned.runs == 1 && planned.points == 3 && planned.artifacts == 2 && planned.files == 1)
        #expect(try house.count("run") == 3)
        var told = try house.collect()
        told.isRehearsal = true
        #expect(told == planned, "A rehearsal says what would go.")
        for table in ["run", "run_parameter", "metric_latest"] { #expect(try house.count(table) == 2, "\(table)") }
        #expect(try house.count("metric_point") == 6)
        #expect(try house.file("0/gone/artifacts/own") == nil)
        for id in ["restored", "live"] {
            #expect(try house.file("0/\(id)/artifacts/own") == "of \(id)")
            #expect(try house.file("0/\(id)/artifacts/shared") == "of all")
        }
        #expect(!house.project.objects.contains(Digest(of: "of gone")))
        #expect(try house.project.events.latest(2).map(\.kind) == ["project.collected", "run.removed"])
        #expect(try house.collect().isEmpty)
    }

    @Test("What was deleted a moment ago stays, and so does a file that was stored a moment ago") func young() throws {
        let house = try House()
        try house.run("a", files: ["own": "x"])
        try house.delete("a")
        #expect(try house.project.collect(olderThan: 60, sparing: 86_400, isRehearsal: false, observer: Unwatched()).isEmpty)
        house.toy.clock.advance(bySeconds: 3600)
        let report = try house.project.collect(olderThan: 60, sparing: 86_400, isRehearsal: false, observer: Unwatched())
        #expect(report.runs == 1 && report.files == 0 && report.spared == 1)
        #expect(house.project.objects.contains(Digest(of: "x")))
        #expect(try house.collect().files == 1)
    }

    @Test("A version keeps the run that it came from, its logged model and its files; once it is deleted too, all of them go and its number does not")
    func versions() throws {
        let house = try House()
        try house.run("trained", files: ["model/a": "weights"])
        try house.run("unlinked", files: ["model/a": "other weights"])
        try house.run("logger")
        _ = try house.project.database.write { session in
            try house.models.create("m-1", name: "m", experiment: 0, run: RunID("logger"), type: "", parameters: [], tags: [], in: session)
        }
        try house.put("logged weights", at: "0/models/m-1/artifacts/a")
        let versions = [
            try house.register("registered", run: "trained", artifacts: "mlflow-artifacts:/0/trained/artifacts/model"),
            try house.register("registered", run: "", artifacts: "mlflow-artifacts:/0/unlinked/artifacts/model"),
            try house.register("registered", run: "", loggedModel: "m-1", artifacts: "mlflow-artifacts:/0/models/m-1/artifacts"),
        ]
        for id in ["trained", "unlinked", "logger"] { try house.delete(id) }
        try house.project.database.write { try house.models.delete("m-1", in: $0) }
        let kept = try house.collect()
        #expect(kept.isEmpty && kept.kept.runs == 3 && kept.kept.models == 1)
        for version in versions { try house.unregister(version) }
        let planned = try house.collect(isRehearsal: true)
        #expect(planned.versions == 3 && planned.runs == 3 && planned.models == 1 && planned.artifacts == 3, "\(planned)")
        let gone = try house.collect()
        #expect(gone.versions == 3 && gone.runs == 3 && gone.models == 1 && gone.artifacts == 3 && gone.files == 6, "\(gone)")
        for table in ["model_version", "version_state", "version_origin", "logged_model", "artifact", "run"] {
            #expect(try house.count(table) == 0, "\(table)")
        }
        try house.run("next")
        #expect(try house.register("registered", run: "next", artifacts: "s3://elsewhere").version == 4)
        #expect(try house.project.verifyRecord().discrepancies.isEmpty)
    }

    @Test("A version that an alias stood at stays as evidence of what was in use") func evidence() throws {
        let house = try House()
        try house.run("trained", files: ["model/a": "weights"])
        let version = try house.register("registered", run: "trained", artifacts: "mlflow-artifacts:/0/trained/artifacts/model")
        try house.project.database.write { try house.catalog.move("champion", to: version, reason: "test", in: $0) }
        let served = try #require(try house.project.database.read { try ModelCatalog.version("registered", 1, in: $0) })
        try house.unregister(served)
        try house.delete("trained")
        let report = try house.collect()
        #expect(report.isEmpty && report.kept.versions == 1 && report.kept.runs == 1)
        #expect(try house.file("0/trained/artifacts/model/a") == "weights")
        #expect(try house.project.verifyRecord().holds)
    }

    @Test("A deleted experiment goes with its runs, models and name, unless something in it stays") func experiments() throws {
        let house = try House()
        let made = try ["gone", "held"].map { name in try house.project.database.write { try house.experiments.create(name, in: $0) } }
        for experiment in made {
            try house.run("of \(experiment.name)", in: experiment.id, files: ["a": experiment.name])
            _ = try house.project.database.write { session in
                try house.models.create(
                    "m-\(experiment.name)", name: "m", experiment: experiment.id, run: nil, type: "", parameters: [], tags: [], in: session)
            }
            try house.put("model of \(experiment.name)", at: "\(experiment.id)/models/m-\(experiment.name)/artifacts/a")
        }
        try house.register("registered", run: "of held", artifacts: "s3://elsewhere")
        for experiment in made { try house.project.database.write { try house.experiments.delete(experiment, in: $0) } }
        let planned = try house.collect(isRehearsal: true)
        let gone = try house.collect()
        #expect(gone.experiments == 1 && gone.runs == 1 && gone.models == 2 && gone.kept.experiments == 1 && gone.files == 3, "\(gone)")
        #expect(planned.experiments == 1 && planned.runs == 1 && planned.models == 2 && planned.files == 3, "\(planned)")
        let again = try house.project.database.write { try house.experiments.create("gone", in: $0) }
        #expect(again.id > made.map(\.id).max() ?? 0, "Its name is free and its number is not.")
        #expect(try house.count("experiment", where: "name = 'held'") == 1)
    }

    @Test("A collection that is stopped leaves nameless runs, whose numbers no new run gets; the next one goes on") func stopped() throws {
        let house = try House()
        let number = try house.run("long", points: 50_000)
        try house.delete("long")
        #expect(try house.collect(StopsEarly()).isStopped)
        #expect(try house.project.database.read { try RunReader.run(RunID("long"), in: $0) } == nil)
        #expect(try house.count("metric_point") == 50_000)
        let next = try house.run("long", points: 1)
        #expect(next > number)
        #expect(try house.collect().points == 50_000)
        #expect(try house.count("metric_point") == 1 && house.count("run") == 1)
    }

    @Test("What a copy of the database refers to, which going back to an older program would take up, stays") func copies() throws {
        let house = try House()
        try house.run("a", files: ["own": "x"])
        let digest = try house.project.objects.put(Array("settings of then".utf8))
        try house.project.events.record("settings.recorded", "settings:x", ["digest": .string(digest.rawValue)])
        try house.project.database.copy(to: house.project.stateFolder + "/martlet.db.before-11")
        try house.delete("a")
        #expect(try house.collect().files == 0)
        #expect(house.project.objects.contains(Digest(of: "x")) && house.project.objects.contains(digest))
        try house.toy.folder.files(under: ".martlet").filter { $0.contains("before-11") }.forEach {
            try FileManager.default.removeItem(atPath: house.project.stateFolder + "/" + $0)
        }
        #expect(try house.collect().files == 1)
        #expect(house.project.objects.contains(digest))
    }

    @Test("While a backup or another collection is at work, it is refused") func locked() throws {
        let house = try House()
        let lock = try ProjectLock(folder: house.project.stateFolder, sharing: "gc")
        #expect(errorCode { try house.collect() } == .conflict)
        withExtendedLifetime(lock) {}
    }
}

@Suite("Removing for good beside a pipeline", .enabled(if: ToyProject.canRun)) struct PipelineCollectionTests {
    @Test("Everything that the pipeline refers to stays: the next run does nothing, and the record holds") func pipeline() throws {
        let toy = try ToyProject()
        toy.clock.advance(to: SystemClock().now())
        try toy.run()
        try toy.write(rows: 0..<1100)
        try toy.run()
        toy.clock.advance(bySeconds: 60 * 86_400)
        let project = try toy.open()
        let stray = try project.objects.put(Array("nobody's".utf8))
        toy.clock.advance(bySeconds: 60 * 86_400)
        let report = try project.collect(olderThan: 60, sparing: 86_400, isRehearsal: false, observer: Unwatched())
        #expect(report.files > 0 && !project.objects.contains(stray))
        #expect(try toy.run().isUnchanged)
        #expect(try project.verifyRecord().holds)
        for version in try project.models.registered() {
            #expect(project.objects.contains(version.digest))
            for digest in [version.details.evaluation, version.details.testScores].compactMap(\.self) { #expect(project.objects.contains(digest)) }
        }
        for name in try project.datasets.names() {
            for version in try project.datasets.versions(of: name) {
                for part in version.details.parts { #expect(project.objects.contains(part.digest)) }
                #expect(project.objects.contains(version.details.profile) && project.objects.contains(version.details.rejects))
            }
        }
    }
}
