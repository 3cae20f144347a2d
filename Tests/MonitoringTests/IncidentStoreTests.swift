import Database
import Events
import Monitoring
import Support
import TestSupport
import Testing

@Suite("Incidents")
struct IncidentStoreTests {
    private let folder: TemporaryFolder
    private let database: SQLiteDatabase
    private let clock = ManualClock(Timestamp(seconds: 1_790_000_000))
    private let events: EventLog
    private let store: IncidentStore

    init() throws {
        folder = try TemporaryFolder()
        database = try SQLiteDatabase(path: folder.path("martlet.db"))
        events = EventLog(database: database, clock: clock, actor: "ann")
        store = IncidentStore(database: database, events: events, clock: clock, project: "loans")
    }

    private func see(_ cause: String = "live", bad: Bool, _ summary: String = "auc: 0.6 misses 0.7") throws -> IncidentChange? {
        clock.advance(bySeconds: 60)
        let finding = Finding(.objective, endpoint: "loans", cause: cause, severity: .critical, isBad: bad, summary: summary)
        return try database.write { try store.report(finding, in: $0) }
    }

    private func kinds(_ id: Int) throws -> [String] { try events.about("incident:\(id)").map(\.kind) }

    @Test("One cause is one incident, however often it is seen; its summary is the last one")
    func noStorm() throws {
        let opened = try #require(try see(bad: true))
        #expect(opened.turn == .opened && opened.incident.count == 1 && opened.incident.state == .firing)
        for i in 2...100 { #expect(try see(bad: true, "auc: 0.\(i)") == nil) }
        let all = try store.all(closed: true)
        #expect(all.count == 1 && all[0].count == 100 && all[0].summary == "auc: 0.100" && all[0].seen == clock.now())
        #expect(all[0].opened == opened.incident.opened && all[0].firingSince == all[0].opened)
        #expect(try kinds(1) == ["incident.opened"])
    }

    @Test("Causes are apart: another objective, another kind, another endpoint")
    func causes() throws {
        _ = try see("a", bad: true)
        _ = try see("b", bad: true)
        for (kind, endpoint) in [(Incident.Kind.monitor, "loans"), (.objective, "rent")] {
            _ = try database.write {
                try store.report(Finding(kind, endpoint: endpoint, cause: "a", severity: .warning, isBad: true, summary: "s"), in: $0)
            }
        }
        #expect(try store.all(closed: false).map(\.id) == [4, 3, 2, 1])
    }

    @Test("What is good again is over but stays open; what comes back is the same incident, firing since then")
    func comesBack() throws {
        #expect(try see(bad: false) == nil)
        _ = try see(bad: true)
        #expect(try see(bad: false, "auc: 0.8")?.turn == .cleared)
        #expect(try see(bad: false) == nil)
        #expect(try store.all(closed: false).map(\.state) == [.cleared])
        let back = try #require(try see(bad: true))
        #expect(back.turn == .returned && back.incident.id == 1 && back.incident.count == 2 && back.incident.cleared == nil)
        #expect(back.incident.firingSince == clock.now() && back.incident.opened < clock.now())
        #expect(try kinds(1) == ["incident.opened", "incident.cleared", "incident.returned"])
    }

    @Test("A person closes it once, and what is seen afterwards is another incident")
    func closing() throws {
        _ = try see(bad: true)
        #expect(try database.write { try store.acknowledge(1, reason: "new branch", in: $0) }.acknowledgedBy == "ann")
        let closed = try database.write { try store.close(1, reason: "known", in: $0) }
        #expect(closed.turn == .closed && closed.incident.closedBy == "ann" && closed.incident.reason == "known")
        #expect(throws: MartletError.self) { try database.write { try store.close(1, reason: "again", in: $0) } }
        #expect(throws: MartletError.self) { try database.write { try store.acknowledge(1, reason: "again", in: $0) } }
        #expect(throws: MartletError.self) { try database.write { try store.close(9, reason: "none", in: $0) } }
        #expect(try see(bad: true)?.incident.id == 2)
        #expect(try store.all(closed: false).map(\.id) == [2] && store.all(closed: true).map(\.id) == [2, 1])
        #expect(try kinds(1) == ["incident.opened", "incident.acknowledged", "incident.closed"])
        #expect(try events.firstBroken() == nil)
    }
}
