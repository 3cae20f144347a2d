import Adoption
import Database
import Events
import Experiments
import Foundation
import Objects
import Registry
import Support
import TestSupport
import Testing

private let hasMLflow = ForeignTool.isThere("mlflow") && ForeignTool.isThere("sqlalchemy")

/// Both kinds of store that MLflow writes on this machine, written by MLflow itself.
@Suite("Stores that MLflow wrote", .enabled(if: hasMLflow, "mlflow-skinny is not in .setup/python; run make setup"))
struct MLflowStoreTests {
    enum Kind: String, CaseIterable, Sendable { case folder, database }

    private struct Written {
        let folder: TemporaryFolder
        let facts: JSONValue
        let address: String
        let kind: Kind

        func store() throws -> any ForeignStore {
            kind == .folder ? try MLflowFolder(folder.path("mlruns")) : try MLflowDatabase(folder.path("mlflow.db"))
        }
    }

    private func write(_ kind: Kind) async throws -> Written {
        let folder = try TemporaryFolder()
        let address = kind == .folder ? "file://\(folder.path("mlruns"))" : "sqlite:///\(folder.path("mlflow.db"))"
        let facts =
            kind == .folder
            ? try await ForeignTool.run("mlflow_store.py", address, in: folder)
            : try await ForeignTool.run("mlflow_store.py", address, folder.path("kept"), in: folder)
        return Written(folder: folder, facts: facts, address: address, kind: kind)
    }

    @Test("keep identifiers, numbers, names, points, parameters, tags, inputs, models and files", arguments: Kind.allCases)
    func everything(kind: Kind) async throws {
        let written = try await write(kind)
        let house = try AdoptionHouse()
        let report = try house.adopt(written.store())
        #expect(report.added == 3 && report.clashes.isEmpty && report.leftOut.isEmpty, "\(report)")
        let first = try #require(try house.run(written.facts["first"].text ?? ""))
        #expect(first.name == "first" && first.status == .finished && first.claimedUser == written.facts["user"].text)
        #expect(first.experiment == written.facts["experiment"].int)
        #expect(first.started.microseconds == Int64(written.facts["started"].int ?? 0) * 1000)
        #expect(first.ended?.microseconds == Int64(written.facts["ended"].int ?? 0) * 1000)
        let points = try house.history("loss", first).map { [Double($0.step), Double($0.at.microseconds / 1000), $0.value] }
        #expect(points == written.facts["loss"].elements.map { $0.elements.compactMap(\.double) })
        #expect(try house.history("val/auc", first).map(\.value.isNaN) == [true])
        #expect(try house.history("val/auc", first).map(\.step) == [-3])
        #expect(try house.history("bound", first).map(\.value) == [.greatestFiniteMagnitude])
        let content = try house.content(first)
        #expect(Dictionary(uniqueKeysWithValues: content.parameters.map { ($0.key, $0.value) }) == ["lr": "0.1", "deep/key": "a b", "empty": ""])
        #expect(content.tags.contains(KeyValue("note", "line one\nline two: ü")))
        #expect(content.inputs.map(\.name) == ["train"] && content.inputs.map(\.digest) == [written.facts["dataset"].text])
        #expect(content.inputs.first?.tags == [KeyValue("mlflow.data.context", "training")])
        #expect(content.models.map(\.model) == [written.facts["model"].text])
        #expect(content.metrics.first { $0.name == "auc" }?.about?.model == written.facts["model"].text)
        let model = try #require(
            try house.database.read {
                try LoggedModelStore(events: house.events, clock: house.clock).model(written.facts["model"].text ?? "", in: $0)
            })
        #expect(model.name == "forest" && model.status == .ready && model.run == first.id && model.type == "agent")
        #expect(model.parameters == [KeyValue("trees", "10")] && model.tags.contains(KeyValue("kind", "small")))
        #expect(model.metrics.map(\.point.value) == [0.8])
        #expect(try house.artifacts(first) == ["big.txt", "deep/hello.txt"])
        #expect(try house.bytes("deep/hello.txt", of: first) == Array("hello".utf8))
        #expect(try house.run(written.facts["child"].text ?? "")?.parent == first.id)
        #expect(try house.run(written.facts["removed"].text ?? "")?.deleted != nil)
        let gone = try house.database.read { try $0.row("SELECT deleted FROM experiment WHERE name = 'gone'")?.int("deleted") }
        #expect(gone != nil)
    }

    @Test("keep registered models: versions with their numbers, tags, stages and aliases, and where their files are", arguments: Kind.allCases)
    func registry(kind: Kind) async throws {
        let written = try await write(kind)
        let house = try AdoptionHouse()
        let report = try house.adopt(written.store())
        #expect(report.registered == 1 && report.versions == 2)
        let model = try #require(try house.database.read { try ModelCatalog.model("churn", in: $0) })
        #expect(model.description == "The model of churn." && model.tags.contains(KeyValue("a", "b")))
        let versions = try house.database.read { session in try [1, 3].map { try ModelCatalog.version("churn", $0, in: session) } }
        let (first, third) = (try #require(versions[0]), try #require(versions[1]))
        let run = try #require(try house.run(written.facts["first"].text ?? ""))
        #expect(first.description == "First." && first.run == run.id.rawValue && first.tags.contains(KeyValue("k", "v")))
        #expect(first.origin?.source == "runs:/\(run.id)/deep")
        #expect(first.origin?.artifacts == "mlflow-artifacts:/\(run.experiment)/\(run.id)/artifacts/deep")
        #expect(first.aliases == ["challenger"] && third.aliases.isEmpty)
        #expect(try house.database.read { try ModelCatalog.version("churn", 2, in: $0) } == nil)
        #expect(try house.adopt(written.store()).registered == 0)
    }

    @Test("a second store with a model of the same name adds its runs; the versions that the first one has are named and stay")
    func secondStore() async throws {
        let (one, two) = (try await write(.folder), try await write(.folder))
        let house = try AdoptionHouse()
        try house.adopt(one.store())
        let report = try house.adopt(two.store())
        #expect(report.added == 3 && report.versions == 0 && report.experiments == 0)
        #expect(report.clashes == ["churn@v1", "churn@v3"])
        let version = try house.database.read { try ModelCatalog.version("churn", 1, in: $0) }
        #expect(version?.run == one.facts["first"].text && version?.aliases == ["challenger"])
    }

    @Test("a model of that name that came from elsewhere is left alone; the alias that a gate guards is not moved")
    func guarded() async throws {
        let written = try await write(.folder)
        let house = try AdoptionHouse()
        let report = try house.adopt(written.store(), guarded: KeyValue("churn", "challenger"))
        #expect(report.leftOut == ["aliases that only a gate moves": 1])
        #expect(try house.database.read { try ModelCatalog.aliases(of: "churn", in: $0) }.isEmpty)
        let other = try AdoptionHouse()
        let catalog = ModelCatalog(database: other.database, events: other.events, clock: other.clock)
        _ = try other.database.write { try catalog.create("churn", kind: .model, description: "mine", tags: [], in: $0) }
        #expect(try other.adopt(written.store()).clashes == ["model:churn"])
        #expect(try other.database.read { try ModelCatalog.model("churn", in: $0) }?.description == "mine")
    }

    @Test("change nothing when they are adopted once more, and only what is new when they have grown", arguments: Kind.allCases)
    func again(kind: Kind) async throws {
        let written = try await write(kind)
        let house = try AdoptionHouse()
        try house.adopt(written.store())
        let before = (try house.everything(), try house.events.latest(1000).count)
        let again = try house.adopt(written.store())
        #expect(again.unchanged == 3 && again.added + again.continued == 0)
        #expect(try house.everything() == before.0)
        #expect(try house.events.latest(1000).count == before.1)
        let id = written.facts["first"].text ?? ""
        try await ForeignTool.run("mlflow_store.py", written.address, "--more", id, in: written.folder)
        let grown = try house.adopt(written.store())
        #expect(grown.continued == 1 && grown.unchanged == 2)
        let first = try #require(try house.run(id))
        #expect(try house.history("loss", first).count == 51)
        #expect(try house.content(first).parameters.contains(KeyValue("later", "yes")))
        #expect(try house.artifacts(first).contains("new.txt"))
        let anew = try AdoptionHouse()
        try anew.adopt(written.store())
        let isPlain = { (line: String) in !line.contains("martlet.adopted_until") }
        #expect(try house.everything().filter(isPlain) == anew.everything().filter(isPlain))
    }

    @Test("come to the same, wherever an adoption was stopped before", arguments: Kind.allCases)
    func stopped(kind: Kind) async throws {
        let written = try await write(kind)
        let whole = try AdoptionHouse()
        try whole.adopt(written.store())
        let expected = try whole.everything()
        for batches in 0..<14 {
            let house = try AdoptionHouse()
            #expect(throws: (any Error).self) {
                try house.adopt(written.store(), observer: StopAfter(batches))
                // Fewer batches than it would have stopped after.
                if batches > 9 { throw MartletError(.cancelled, "") }
            }
            try house.adopt(written.store())
            #expect(try house.everything() == expected, "stopped after \(batches)")
        }
    }

    @Test("a rehearsal says what would come and keeps nothing", arguments: Kind.allCases)
    func rehearsal(kind: Kind) async throws {
        let written = try await write(kind)
        let house = try AdoptionHouse()
        let files = { try FileManager.default.subpathsOfDirectory(atPath: house.objects.root).sorted() }
        let before = (try house.everything(), try files())
        let report = try house.adopt(written.store(), rehearses: true)
        #expect(report.added == 3 && report.isRehearsal)
        #expect(try house.everything() == before.0)
        #expect(try files() == before.1)
    }

    @Test("a run whose identifier somebody else has is named and left alone")
    func clash() async throws {
        let written = try await write(.folder)
        let house = try AdoptionHouse()
        let log = RunLog(events: house.events, clock: house.clock)
        let id = written.facts["first"].text ?? ""
        _ = try house.database.write { try log.begin(RunDraft(id: RunID(id), experiment: 0, name: "mine", started: house.clock.now()), in: $0) }
        let report = try house.adopt(written.store())
        #expect(report.clashes == [id] && report.added == 2)
        #expect(try house.run(id)?.name == "mine")
    }

    @Test("what is no such store is said to be none, with what to name instead")
    func wrong() throws {
        let folder = try TemporaryFolder(["a/b.txt": "x", "plain.db": "no database"])
        #expect(throws: MartletError.self) { try MLflowFolder(folder.path) }
        #expect(throws: MartletError.self) { try MLflowFolder(folder.path("nowhere")) }
        #expect(throws: MartletError.self) { try MLflowDatabase(folder.path("plain.db")) }
        #expect(throws: MartletError.self) { try MLflowDatabase(folder.path("nothing.db")) }
    }
}
