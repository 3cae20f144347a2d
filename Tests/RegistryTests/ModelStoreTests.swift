import Database
import Digests
import Events
import Lineage
import Registry
import Support
import Tables
import TestSupport
import Testing

/// A registry in a folder of its own, with a clock that a test moves.
struct Registry {
    let folder: TemporaryFolder
    let database: SQLiteDatabase
    let clock = ManualClock(Timestamp(microseconds: 1_000_000))
    let events: EventLog
    let lineage: LineageGraph
    let models: ModelStore

    init() throws {
        folder = try TemporaryFolder()
        database = try SQLiteDatabase(path: folder.path("martlet.db"))
        events = EventLog(database: database, clock: clock, actor: "ann")
        lineage = LineageGraph(database: database, clock: clock)
        models = ModelStore(database: database, events: events, lineage: lineage, clock: clock)
    }

    static let details = ModelVersion.Details(
        step: "trees", trainer: "train/lightgbm",
        signature: Signature(
            inputs: [
                Signature.Field("age", kind: .integer, mayBeMissing: true, minimum: 17, maximum: 90),
                Signature.Field("town", kind: .text, mayBeMissing: false, categories: ["Bern", "Chur"]),
            ], answer: .binary(negative: "no", positive: "yes", threshold: 0.25)),
        request: Signature(inputs: [Signature.Field("age", kind: .text, mayBeMissing: true)], answer: .regression), rules: [["trim": "all"]],
        parameters: ["learning_rate": .number(0.06)], importance: [.init(column: "age", share: 0.75)], notes: ["a note"],
        size: 12345)

    @discardableResult
    func register(_ model: String = "income", _ content: String = "graph", run: String = "r1") throws -> ModelVersion {
        try database.write {
            try models.register(
                model: model, digest: Digest(of: content), run: RunID(run), dataset: "dataset:adult@v1", details: Registry.details, in: $0)
        }
    }

    /// A decision that lets a version pass.
    static func free(_ version: ModelVersion) -> PromotionDecision {
        let subject = version.reference.description
        return PromotionDecision(gate: GateDecision(subject: subject, results: []), approvals: ApprovalStanding(subject: subject))
    }

    /// Moves an alias a second later than whatever happened before.
    func move(_ alias: String = "champion", to version: ModelVersion, because reason: String = "better", isRollback: Bool = false) throws {
        clock.advance(to: clock.now().advanced(bySeconds: 1))
        let free = Registry.free(version)
        try database.write { try models.move(alias, of: version, under: free, reason: reason, isRollback: isRollback, in: $0) }
    }
}

@Suite("Registered models")
struct ModelStoreTests {
    let registry: Registry
    var models: ModelStore { registry.models }

    init() throws { registry = try Registry() }

    @Test("Versions count from 1 for each model and come back as they were registered")
    func versions() throws {
        let first = try registry.register()
        let second = try registry.register("income", "other graph", run: "r2")
        try registry.register("rent")
        #expect([first.version, second.version] == [1, 2])
        #expect(first.reference.description == "model:income@v1")
        #expect(try models.versions(of: "income") == [first, second])
        #expect(try models.versions(of: "income")[0].details == Registry.details)
        #expect(try models.models() == ["income", "rent"])
        #expect(try models.versions(of: "nothing") == [])
    }

    @Test("A version is found by number, by alias, and the newest without either")
    func selecting() throws {
        let first = try registry.register()
        let second = try registry.register()
        try registry.move(to: first)
        #expect(try models.version("income", "v1") == first)
        #expect(try models.version("income", "2") == second)
        #expect(try models.version("income", "champion") == first)
        #expect(try models.version("income", nil) == second)
        #expect(try models.version("income", digest: Digest(of: "graph"), run: RunID("r1")) == second)
        #expect(try models.version("income", digest: Digest(of: "graph"), run: RunID("r2")) == nil)
    }

    @Test("Unknown names say what there is and what may be meant")
    func unknown() throws {
        var texts = [errorText { try models.version("income", nil) }]
        let version = try registry.register()
        try registry.register("rent")
        try registry.move(to: version)
        for (model, selector) in [("incmoe", "v1"), ("other", nil), ("income", "v9"), ("income", "-1"), ("income", "champoin"), ("income", "v")]
            as [(String, String?)]
        {
            texts.append(errorText { try models.version(model, selector) })
            #expect(errorCode { try models.version(model, selector) } == .notFound)
        }
        let difference = try differenceFromGolden(texts.map { $0 + "\n" }.joined(), "unknown-versions.txt")
        #expect(difference == nil)
    }

    @Test("Registering is one event and one place in the lineage, in the transaction of the caller")
    func records() throws {
        let version = try registry.register()
        #expect(try registry.events.latest(1).first?.kind == "model.registered")
        #expect(try registry.events.latest(1).first?.subject == "model:income@v1")
        let walk = try registry.lineage.walk(from: "model:income@v1")
        #expect(
            walk.edges.map { "\($0.source) \($0.relation) \($0.target)" } == ["model:income@v1 trained_by run:r1", "run:r1 read dataset:adult@v1"])
        #expect(walk.nodes.first?.facts["digest"].text == version.digest.rawValue)
        #expect(throws: MartletError.self) {
            try registry.database.write { session in
                _ = try models.register(model: "lost", digest: Digest(of: ""), run: RunID("r"), dataset: "d", details: Registry.details, in: session)
                throw MartletError(.refused, "No.")
            }
        }
        #expect(try models.models() == ["income"])
        #expect(try registry.events.latest(10).count == 1)
        #expect(try registry.events.firstBroken() == nil)
    }

    @Test("What is learnt later is added, and nothing else changes")
    func update() throws {
        var version = try registry.register()
        let other = try registry.register()
        version.details.evaluationRun = RunID("r9")
        version.details.evaluation = Digest(of: "report")
        version.details.testScores = Digest(of: "scores")
        let changed = version
        try registry.database.write { try models.update(changed, in: $0) }
        #expect(try models.versions(of: "income") == [changed, other])
    }

    @Test("Aliases move, and their moves are kept")
    func aliases() throws {
        let first = try registry.register()
        let second = try registry.register()
        #expect(try models.standing("income") == [:])
        try registry.move(to: first, because: "the first")
        try registry.move(to: second)
        try registry.move("candidate", to: first)
        try registry.move(to: first, because: "rolled back")
        #expect(try models.standing("income") == ["champion": 1, "candidate": 1])
        #expect(try models.standing("rent") == [:])
        let history = try models.history(of: "income")
        #expect(history.map(\.version) == [1, 2, 1, 1])
        #expect(history.map(\.alias) == ["champion", "champion", "candidate", "champion"])
        #expect(history[3].reason == "rolled back" && history[3].actor == "ann" && history[3].at == Timestamp(seconds: 5))
        #expect(try registry.events.latest(1).first?.kind == "model.promoted")
    }

    @Test("Going back shortens the way that an alias has come, and going forward again lengthens it")
    func way() throws {
        let versions = try (1...4).map { try registry.register("income", "graph \($0)") }
        func way() throws -> [Int] { try models.way(of: "champion", model: "income") }
        #expect(try way() == [])
        for version in [0, 1, 1, 2] { try registry.move(to: versions[version]) }
        try registry.move("candidate", to: versions[3])
        #expect(try way() == [1, 2, 3])
        try registry.move(to: versions[1], isRollback: true)
        #expect(try way() == [1, 2])
        #expect(try registry.events.latest(1).first?.kind == "model.restored")
        #expect(try models.history(of: "income").map(\.isRollback) == [false, false, false, false, false, true])
        try registry.move(to: versions[3])
        #expect(try way() == [1, 2, 4])
        try registry.move(to: versions[1], isRollback: true)
        try registry.move(to: versions[0], isRollback: true)
        #expect(try way() == [1])
        #expect(try models.standing("income")["champion"] == 1)
    }

    @Test("Choosing an earlier version anew is a step forward")
    func chosenAnew() throws {
        let versions = try (1...2).map { try registry.register("income", "graph \($0)") }
        for version in [0, 1, 0] { try registry.move(to: versions[version]) }
        #expect(try models.way(of: "champion", model: "income") == [1, 2, 1])
    }

    @Test("The standing at an earlier moment is what it was then")
    func earlier() throws {
        let first = try registry.register()
        let second = try registry.register()
        try registry.move(to: first)
        try registry.move(to: second)
        #expect(try models.standing("income", at: Timestamp(seconds: 1.5)) == [:])
        #expect(try models.standing("income", at: Timestamp(seconds: 2)) == ["champion": 1])
        #expect(try models.standing("income", at: Timestamp(seconds: 2.5)) == ["champion": 1])
        #expect(try models.standing("income", at: Timestamp(seconds: 3)) == ["champion": 2])
    }

    @Test("Every opening of the test set is counted, for each version alone")
    func testOpenings() throws {
        let first = try registry.register()
        let second = try registry.register()
        for _ in 0..<3 { try registry.database.write { try models.recordTestOpening(first, purpose: "gate", in: $0) } }
        #expect(try models.testOpenings(first) == 3)
        #expect(try models.testOpenings(second) == 0)
    }
}
