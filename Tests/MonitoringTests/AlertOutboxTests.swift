import Database
import Events
import Monitoring
import Support
import TestSupport
import Testing

@Suite("Messages about incidents")
struct AlertOutboxTests {
    private let folder: TemporaryFolder
    private let database: SQLiteDatabase
    private let clock = ManualClock(Timestamp(seconds: 1_790_000_000))
    private let events: EventLog
    private let store: IncidentStore
    private let outbox: AlertOutbox
    private let silences: AlertSilences
    private let webhook = AlertTarget(.webhook("$HOOK", secret: nil))
    private let manager = AlertTarget(.alertmanager("$MANAGER"))

    init() throws {
        folder = try TemporaryFolder()
        database = try SQLiteDatabase(path: folder.path("martlet.db"))
        events = EventLog(database: database, clock: clock, actor: "ann")
        store = IncidentStore(database: database, events: events, clock: clock, project: "loans")
        outbox = AlertOutbox(database: database, events: events, clock: clock)
        silences = AlertSilences(database: database, events: events, clock: clock)
    }

    private func see(_ cause: String = "live", bad: Bool) throws {
        let finding = Finding(.objective, endpoint: "loans", cause: cause, severity: .critical, isBad: bad, summary: "auc: 0.6")
        try database.write { session in
            guard let change = try store.report(finding, in: session) else { return }
            let message = AlertMessage(project: "loans", url: "http://m", at: clock.now())
            try outbox.add(change, to: [AlertTarget(.log), webhook, manager], message, in: session)
        }
    }

    /// What one target is told next, in one word; it is delivered.
    private func told(_ target: AlertTarget) throws -> [String] {
        var turns: [String] = []
        while let delivery = try outbox.take() {
            if delivery.target == target.name { turns.append(delivery.turn.rawValue) }
            try outbox.delivered(delivery)
        }
        return turns
    }

    @Test("A turn is told once to each target, what is seen again is not, and nothing waits that was delivered")
    func once() throws {
        for bad in [true, true, true, false, false, true] { try see(bad: bad) }
        #expect(try outbox.waiting().count == 6)
        #expect(try told(webhook) == ["opened", "cleared", "returned"])
        #expect(try outbox.waiting().isEmpty && outbox.take() == nil)
    }

    @Test("What fails is tried again after longer and longer, holds back what comes after it for the same target only, and is given up after a day")
    func retries() throws {
        try see(bad: true)
        try see(bad: false)
        var waits: [Double] = []
        var tries = 0
        while true {
            guard let delivery = try outbox.take() else {
                guard let due = try outbox.waiting().first?.due else { break }
                waits.append(due.seconds - clock.now().seconds)
                clock.advance(to: due)
                continue
            }
            guard delivery.target == webhook.name, delivery.turn == .opened else {
                try outbox.delivered(delivery)
                continue
            }
            tries += 1
            #expect(try outbox.waiting().filter { $0.target == webhook.name }.map(\.turn) == [.opened, .cleared])
            try outbox.failed(delivery, MartletError(.unavailable, "Nobody answered."))
        }
        #expect(Array(waits.prefix(5)) == [10, 20, 40, 80, 160] && waits.max() == 3600)
        #expect(tries > 20 && clock.now().seconds - 1_790_000_000 < AlertOutbox.life + 3601)
        #expect(try events.about("incident:1").map(\.kind).contains("alert.lost"))
    }

    @Test("A message that was taken by a process that died is delivered by another one a minute later")
    func crash() throws {
        try see(bad: true)
        let first = try #require(try outbox.take())
        let other = try SQLiteDatabase(path: folder.path("martlet.db"))
        let survivor = AlertOutbox(database: other, events: EventLog(database: other, clock: clock, actor: "bob"), clock: clock)
        #expect(try survivor.take()?.target == manager.name)
        #expect(try survivor.take() == nil)
        clock.advance(bySeconds: 61)
        let second = try #require(try survivor.take())
        #expect(second.id == first.id && second.body == first.body && second.attempts == 2)
    }

    @Test("A number of a message is never used again")
    func numbers() throws {
        try see(bad: true)
        let first = try outbox.waiting().map(\.id)
        _ = try told(webhook)
        try see(bad: false)
        #expect(try outbox.waiting().allSatisfy { $0.id > first.max() ?? 0 })
    }

    @Test("A silence holds messages back until it ends; what is over by then is not told; Alertmanager hears of it all the same")
    func silence() throws {
        let silence = try silences.add(cause: "live", seconds: 3600, reason: "labels are late")
        #expect(silence.actor == "ann" && silence.until == clock.now().advanced(bySeconds: 3600))
        try see(bad: true)
        try see("other", bad: true)
        #expect(try told(webhook) == ["opened"], "Another cause is not silenced.")
        try see(bad: false)
        #expect(try told(webhook) == [] && outbox.waiting().isEmpty)
        try see(bad: true)
        #expect(try told(manager) == ["returned"])
        clock.advance(bySeconds: 3601)
        #expect(try silences.lasting().isEmpty)
        #expect(try told(webhook) == ["returned"])
    }

    @Test("A silence that is ended tells what it held back, lasts at most a month, and is recorded")
    func ending() throws {
        #expect(throws: MartletError.self) { try silences.add(cause: nil, seconds: 31 * 86_400, reason: "for ever") }
        let silence = try silences.add(cause: nil, seconds: 3600, reason: "moving")
        try see(bad: true)
        #expect(try told(webhook) == [])
        try silences.end(silence.id)
        #expect(try told(webhook) == ["opened"])
        #expect(throws: MartletError.self) { try silences.end(silence.id) }
        #expect(try events.about("silence:1").map(\.kind) == ["alert.silenced", "alert.silence_ended"])
    }

    @Test("What somebody looks after sends no more messages, but its end is told")
    func acknowledged() throws {
        try see(bad: true)
        _ = try told(webhook)
        _ = try database.write { try store.acknowledge(1, reason: "known", in: $0) }
        try see(bad: false)
        try see(bad: true)
        #expect(try told(webhook) == ["cleared"])
    }
}
