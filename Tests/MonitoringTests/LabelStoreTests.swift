import Database
import Events
import Monitoring
import Support
import TestSupport
import Testing

@Suite("Labels")
struct LabelStoreTests {
    let folder: TemporaryFolder
    let database: SQLiteDatabase
    let events: EventLog
    let store: LabelStore
    let id = TimeOrderedID(high: 0x0191_ABCD_EF01_7234, low: 0x8000_0000_0000_0001)

    init() throws {
        folder = try TemporaryFolder()
        database = try SQLiteDatabase(path: folder.path("martlet.db"))
        let clock = ManualClock(Timestamp(seconds: 100))
        events = EventLog(database: database, clock: clock, actor: "ann")
        store = LabelStore(database: database, events: events, clock: clock)
    }

    /// How many labels an import added, changed and left as they were.
    private func add(_ labels: [Label], _ endpoint: String = "income") throws -> [Int] {
        let change = try store.add(labels, endpoint: endpoint, source: "labels.csv")
        return [change.added, change.changed, change.unchanged]
    }

    @Test("Labels are added, corrected or left as they are, by ID and by key")
    func changes() throws {
        #expect(try add([Label(id: id, "yes"), Label(key: "a", "no"), Label(key: id.description, "no")]) == [3, 0, 0])
        #expect(try add([Label(id: id, "no"), Label(key: "a", "no"), Label(key: "b", "yes")]) == [1, 1, 1])
        #expect(try store.label(of: .prediction(id), endpoint: "income") == "no")
        #expect(try store.label(of: .key("a"), endpoint: "income") == "no")
        #expect(try store.label(of: .key(id.description), endpoint: "income") == "no")
        #expect(try store.label(of: .key("z"), endpoint: "income") == nil)
    }

    @Test("The last of two labels for one subject counts, also within one import")
    func twice() throws {
        #expect(try add([Label(key: "a", "no"), Label(key: "a", "yes")]) == [1, 1, 0])
        #expect(try store.label(of: .key("a"), endpoint: "income") == "yes")
    }

    @Test("Endpoints keep their labels apart")
    func endpoints() throws {
        _ = try add([Label(key: "a", "yes")])
        #expect(try store.label(of: .key("a"), endpoint: "rent") == nil)
        #expect(try store.labels(of: "rent", knownBy: Timestamp(seconds: 1e6)).isEmpty)
        #expect(try store.count(of: "income") == 1 && store.count(of: "rent") == 0)
    }

    @Test("Labels come back by subject, those known by a moment only")
    func known() throws {
        let labels = [Label(id: id, "yes", at: 10), Label(key: "id:a key", "no", at: 20), Label(key: "", "maybe", at: 30)]
        _ = try add(labels)
        #expect(try store.labels(of: "income", knownBy: Timestamp(seconds: 20)) == [labels[0].subject: labels[0], labels[1].subject: labels[1]])
        #expect(try store.labels(of: "income", knownBy: Timestamp(seconds: 30)).count == 3)
    }

    @Test("An import that changed something is one event, one that changed nothing is none")
    func records() throws {
        _ = try add([Label(key: "a", "yes"), Label(key: "b", "no")])
        _ = try add([Label(key: "a", "yes")])
        let events = try events.latest(10)
        #expect(events.map(\.kind) == ["labels.imported"])
        #expect(events[0].subject == "endpoint:income")
        #expect(events[0].body == ["source": "labels.csv", "added": 2, "changed": 0])
    }

    @Test("An import is stored whole or not at all")
    func whole() throws {
        #expect(throws: MartletError.self) { try add([Label(key: "a", "yes"), Label(key: "b\0", "no")]) }
        #expect(try store.labels(of: "income", knownBy: Timestamp(seconds: 1e6)).isEmpty)
        #expect(try events.latest(1).isEmpty)
    }
}
