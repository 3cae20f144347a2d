import Database
import LineageEvents
import Support
import TestSupport
import Testing

@Suite("What is to be told of runs") struct LineageOutboxTests {
    private let folder: TemporaryFolder
    private let database: SQLiteDatabase
    private let clock = ManualClock(Timestamp(seconds: 1_790_000_000))
    private let outbox: LineageOutbox

    init() throws {
        folder = try TemporaryFolder()
        database = try SQLiteDatabase(path: folder.path("martlet.db"))
        outbox = LineageOutbox(database: database, clock: clock)
    }

    private func add(_ run: String, _ state: EventState, to targets: [LineageTarget] = [.receiver]) throws {
        try database.write { try outbox.add(RunID(run), state, to: targets, in: $0) }
    }

    private func standing(_ target: LineageTarget = .receiver) throws -> LineageStanding? { try outbox.standings().first { $0.target == target } }

    @Test("Each target gets its events in their order, also where the other is away") func order() throws {
        try add("a", .start, to: [.receiver, .file])
        try add("a", .complete, to: [.receiver, .file])
        let first = try #require(try outbox.take(.receiver))
        #expect(first.run == RunID("a") && first.state == .start && first.at == clock.now())
        #expect(try outbox.take(.receiver) == nil, "The second waits for the first.")
        for state in [EventState.start, .complete] {
            let delivery = try #require(try outbox.take(.file))
            #expect(delivery.state == state)
            try outbox.sent(delivery)
        }
        try outbox.failed(first, "nobody there", forGood: false)
        #expect(try standing()?.waiting == 2 && standing()?.reason == "nobody there" && standing(.file)?.sent == 2)
        clock.advance(bySeconds: 1.5)
        #expect(try outbox.take(.receiver)?.attempts == 2)
    }

    @Test("Who took an event and died has it for a minute; then another takes the same") func lease() throws {
        try add("a", .start)
        let taken = try #require(try outbox.take(.receiver))
        clock.advance(bySeconds: 59)
        #expect(try outbox.take(.receiver) == nil)
        clock.advance(bySeconds: 2)
        let again = try #require(try outbox.take(.receiver))
        #expect(again.id == taken.id)
        try outbox.sent(again)
        try outbox.sent(taken)
        #expect(try standing()?.sent == 1, "Told twice, it counts once.")
    }

    @Test("What is refused, too old or too much is lost and counted, never silently") func loss() throws {
        try add("a", .start)
        try outbox.failed(try #require(try outbox.take(.receiver)), "no event", forGood: true)
        #expect(try standing()?.lost == 1 && standing()?.reason == "no event")
        try add("b", .start)
        clock.advance(bySeconds: LineageOutbox.life + 1)
        try outbox.expire()
        #expect(try standing()?.lost == 2 && standing()?.waiting == 0)
        try database.write { session in
            for i in 0..<LineageOutbox.limit + 3 { try outbox.add(RunID("\(i)"), .start, to: [.receiver], in: session) }
        }
        #expect(try standing()?.waiting == LineageOutbox.limit && standing()?.lost == 5)
        #expect(try outbox.take(.receiver)?.run == RunID("3"), "The oldest are lost.")
    }

    @Test("An event is written with what it tells of or not at all") func transaction() throws {
        struct Stop: Error {}
        #expect(throws: (any Error).self) {
            try database.write { session in
                try outbox.add(RunID("a"), .start, to: [.receiver], in: session)
                throw Stop()
            }
        }
        #expect(try outbox.take(.receiver) == nil)
    }
}
