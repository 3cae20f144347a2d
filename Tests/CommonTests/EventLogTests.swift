import Database
import Events
import Support
import TestSupport
import Testing

@Suite("The event log")
struct EventLogTests {
    let folder: TemporaryFolder
    let database: SQLiteDatabase
    let clock = ManualClock(Timestamp(microseconds: 1_795_469_760_000_000))
    let log: EventLog

    init() throws {
        folder = try TemporaryFolder()
        database = try SQLiteDatabase(path: folder.path("martlet.db"))
        log = EventLog(database: database, clock: clock, actor: "ann")
    }

    /// Writes events `e1` … `e<count>`.
    private func write(_ count: Int) throws {
        for i in 1...count {
            try database.write { try log.append("model.promoted", "model:m@v\(i)", ["text": .string("e\(i) “é\n”"), "n": .number(0.1)], in: $0) }
            clock.advance(to: clock.now().advanced(bySeconds: 1))
        }
    }

    private func tamper(_ sql: String) throws { try database.write { try $0.execute(sql) } }

    @Test("Events are numbered from 1 and say who did what to what and when, newest first")
    func order() throws {
        #expect(try log.latest(10) == [])
        try write(3)
        let events = try log.latest(2)
        #expect(events.map(\.sequence) == [3, 2])
        #expect(events[0].actor == "ann" && log.currentActor == "ann")
        #expect(events[0].kind == "model.promoted" && events[0].subject == "model:m@v3")
        #expect(events[0].at == Timestamp(microseconds: 1_795_469_762_000_000))
        #expect(events[0].body == ["text": "e3 “é\n”", "n": .number(0.1)])
        #expect(Set(events.map(\.hash)).count == 2)
    }

    @Test("A whole log holds, and so does an empty one")
    func whole() throws {
        #expect(try log.firstBroken() == nil)
        try write(5)
        #expect(try log.firstBroken() == nil)
        #expect(try EventLog(database: database, clock: clock, actor: "bob").firstBroken() == nil, "whoever looks")
    }

    @Test("An event is part of the change that it records: an error takes both back")
    func transaction() throws {
        try write(1)
        #expect(throws: MartletError.self) {
            try database.write { session in
                try log.append("model.promoted", "model:m@v9", in: session)
                throw MartletError(.refused, "No.")
            }
        }
        #expect(try log.latest(10).count == 1)
        try write(1)
        #expect(try log.firstBroken() == nil)
    }

    @Test(
        "An edit of any field is found at its event",
        arguments: [
            "actor = 'eve'", "kind = 'model.refused'", "subject = 'model:m@v1'", "at = at + 1", "body = '{}'", "body = body || ' '", "hash = 'x'",
            "previous = ''",
        ])
    func edits(_ change: String) throws {
        try write(5)
        try tamper("UPDATE event SET \(change) WHERE seq = 3")
        #expect(try log.firstBroken() == 3)
    }

    @Test("A removal is found where the event is missing", arguments: [1, 3, 4])
    func removals(_ sequence: Int) throws {
        try write(5)
        try tamper("DELETE FROM event WHERE seq = \(sequence)")
        #expect(try log.firstBroken() == sequence)
    }

    @Test("Closing the gap after a removal does not hide it")
    func renumbering() throws {
        try write(5)
        try tamper("DELETE FROM event WHERE seq = 3")
        try tamper("UPDATE event SET seq = seq - 1 WHERE seq > 3")
        #expect(try log.firstBroken() == 3)
    }

    @Test("Two events that changed places are found at the first")
    func reordering() throws {
        try write(5)
        try tamper("UPDATE event SET seq = 99 WHERE seq = 2")
        try tamper("UPDATE event SET seq = 2 WHERE seq = 3")
        try tamper("UPDATE event SET seq = 3 WHERE seq = 99")
        #expect(try log.firstBroken() == 2)
    }

    @Test("A stretch cut out of the middle, with a new event at the end, is found")
    func truncation() throws {
        try write(6)
        try tamper("DELETE FROM event WHERE seq BETWEEN 3 AND 5")
        try write(1)
        #expect(try log.firstBroken() == 3)
    }

    @Test("An event slipped in before the first is found")
    func insertion() throws {
        try write(2)
        try tamper("INSERT INTO event SELECT 0, at, actor, kind, subject, body, previous, hash FROM event WHERE seq = 1")
        #expect(try log.firstBroken() == 1)
    }

    @Test("A log of several pages is checked to its end")
    func long() throws {
        try database.write { session in for i in 0..<2500 { try log.append("a.b", "thing:\(i)", in: session) } }
        #expect(try log.firstBroken() == nil)
        try tamper("UPDATE event SET subject = 'x' WHERE seq = 2400")
        #expect(try log.firstBroken() == 2400)
    }
}
