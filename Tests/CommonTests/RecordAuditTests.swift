import Audit
import Database
import Digests
import Events
import Foundation
import Objects
import Support
import TestSupport
import Testing

@Suite("The record against its head and its anchors") struct RecordAuditTests {
    let folder: TemporaryFolder
    let database: SQLiteDatabase
    let clock = ManualClock(Timestamp(microseconds: 1_795_469_760_000_000))
    let log: EventLog
    let objects: DiskObjectStore

    init() throws {
        folder = try TemporaryFolder()
        database = try SQLiteDatabase(path: folder.path("martlet.db"))
        log = EventLog(database: database, clock: clock, actor: "ann", headFile: HeadFile(path: folder.path(HeadFile.name)))
        objects = try DiskObjectStore(root: folder.path("objects"))
    }

    private func write(_ count: Int) throws {
        for i in 0..<count {
            try log.record("model.promoted", "model:m@v\(i)", ["reason": "é “\u{1}\\\n"])
            clock.advance(bySeconds: 1)
        }
    }

    private func tamper(_ sql: String, _ arguments: [SQLValue] = []) throws { try database.write { try $0.execute(sql, arguments) } }

    private func audit(recorded: [Anchor] = [], outside: [Anchor] = []) throws -> RecordAudit {
        try RecordAudit(log, recorded: recorded, outside: outside, objects: objects)
    }

    /// An anchor of the record as it is now, in a file.
    private func anchor() throws -> Anchor {
        let last = try #require(try log.latest(1).first)
        return Anchor(project: "p", head: AuditHead(sequence: last.sequence, hash: last.hash), at: clock.now(), place: .file("/mnt/a"))
    }

    /// Hashes every record from one on anew, as somebody would who covers their tracks. Written against the format's description, not its code.
    private func rehash(from first: Int) throws {
        try database.write { session in
            var previous = try session.row("SELECT hash FROM event WHERE seq = ?", [SQLValue(first - 1)])?.text("hash") ?? ""
            for row in try session.rows("SELECT * FROM event WHERE seq >= ? ORDER BY seq", [SQLValue(first)]) {
                let fields: JSONValue = [
                    .string(previous), JSONValue(row.int("seq")), JSONValue(row.int("at")), JSONValue(row.text("actor")),
                    JSONValue(row.text("kind")), JSONValue(row.text("subject")), JSONValue(row.text("body")),
                ]
                let hash = Digest(of: fields.compact).rawValue
                try session.execute(
                    "UPDATE event SET previous = ?, hash = ? WHERE seq = ?", [SQLValue(previous), SQLValue(hash), SQLValue(row.int("seq"))])
                previous = hash
            }
        }
    }

    @Test("A whole record holds, with its length and the hash of its end; so does an empty one")
    func whole() throws {
        #expect(try audit().holds && audit().head == nil)
        try write(5)
        let found = try audit(outside: [anchor()])
        #expect(found.holds && found.records == 5 && found.anchors.map(\.state) == [.matches])
        #expect(try found.head == anchor().head)
        try rehash(from: 1)
        #expect(try audit() == audit(outside: []), "the description of the format gives the same hashes")
    }

    @Test(
        "What was done to a record is told with its number",
        arguments: [
            ("UPDATE event SET actor = 'eve' WHERE seq = 3", 3, "does not fit its hash"),
            ("UPDATE event SET at = 'noon' WHERE seq = 3", 3, "another kind"),
            ("UPDATE event SET body = x'7B7D' WHERE seq = 3", 3, "another kind"),
            ("DELETE FROM event WHERE seq = 3", 3, "is missing: the next record is number 4"),
            ("INSERT INTO event SELECT 0, at, actor, kind, subject, body, previous, hash FROM event WHERE seq = 1", 1, "numbered 0 stands before it"),
            ("INSERT INTO event SELECT 7, at, actor, kind, subject, body, previous, hash FROM event WHERE seq = 6", 7, "does not follow record 6"),
            ("DELETE FROM event WHERE seq > 4", 5, "the record ends here, but audit-head knows 6 records"),
            ("DELETE FROM event", 1, "audit-head knows 6 records"),
        ]) func tampered(_ sql: String, _ number: Int, _ reason: String) throws
    {
        try write(6)
        try tamper(sql)
        let found = try audit()
        #expect(found.fault?.sequence == number && found.fault?.reason.contains(reason) == true, "\(String(describing: found.fault))")
    }

    @Test("Records that changed places are told at the first of them") func reordered() throws {
        try write(6)
        for sql in ["UPDATE event SET seq = 99 WHERE seq = 2", "UPDATE event SET seq = 2 WHERE seq = 3", "UPDATE event SET seq = 3 WHERE seq = 99"] {
            try tamper(sql)
        }
        #expect(try audit().fault?.sequence == 2)
    }

    @Test(
        "With hashes made anew from there on, only the head and anchors tell",
        arguments: [
            ["UPDATE event SET actor = 'eve' WHERE seq = 4"],
            ["DELETE FROM event WHERE seq = 4", "UPDATE event SET seq = seq - 1 WHERE seq > 4"],
            ["UPDATE event SET seq = 99 WHERE seq = 4", "UPDATE event SET seq = 4 WHERE seq = 5", "UPDATE event SET seq = 5 WHERE seq = 99"],
            [
                "UPDATE event SET seq = seq + 100 WHERE seq > 3",
                "INSERT INTO event SELECT 4, at, 'eve', kind, subject, body, '', '' FROM event WHERE seq = 1",
                "UPDATE event SET seq = seq - 99 WHERE seq > 100",
            ],
        ]) func rewritten(_ changes: [String]) throws
    {
        try write(2)
        let good = try anchor()
        try write(3)
        let bad = try anchor()
        try write(3)
        for change in changes { try tamper(change) }
        try rehash(from: 4)
        #expect(try log.firstBroken() == nil, "the chain alone shows nothing")
        let byHead = try audit()
        #expect(byHead.fault.map { $0.sequence >= 7 } == true && byHead.fault?.reason.contains(HeadFile.name) == true)
        let byAnchor = try audit(outside: [good, bad])
        #expect(byAnchor.fault?.sequence == 5)
        #expect(
            byAnchor.fault?.reason.contains("/mnt/a") == true && byAnchor.fault?.reason.contains("after record 2, which an anchor confirms") == true)
        #expect(byAnchor.anchors.map(\.state) == [.matches, .differs])
    }

    @Test("Going on after a cut does not hide it: the head moves only along the chain that it confirms") func goingOn() throws {
        try write(6)
        try tamper("DELETE FROM event WHERE seq > 3")
        try write(1)
        #expect(try audit().fault?.sequence == 5)
        try write(4)
        let found = try audit()
        #expect(found.records == 8 && found.fault?.sequence == 6 && found.fault?.reason.contains("written anew") == true)
    }

    @Test("A head that is behind, as after a kill, holds and catches up; one of another record does not move") func behind() throws {
        try write(3)
        let old = try Data(contentsOf: URL(filePath: folder.path(HeadFile.name)))
        try write(2)
        try folder.write(HeadFile.name, old)
        #expect(try audit().holds)
        try write(1)
        #expect(log.headFile?.read() == .head(try anchor().head))
        try folder.write(HeadFile.name, "nonsense")
        try write(1)
        #expect(log.headFile?.read() == .unreadable)
        #expect(try audit().fault?.reason.contains("cannot be read") == true)
    }

    @Test("A head that was removed speaks against the record, but for one from before heads were kept") func removed() throws {
        try write(3)
        try FileManager.default.removeItem(atPath: folder.path(HeadFile.name))
        #expect(try audit().fault?.reason.contains("is gone") == true)
        try tamper("UPDATE audit_start SET seq = 3")
        #expect(try audit().holds && audit().notes.count == 1)
    }

    @Test("What is taken back does not move the head, and several events of one transaction move it once") func transactions() throws {
        try write(1)
        let before = log.headFile?.read()
        try database.rehearse { try log.append("a.b", "c", in: $0) }
        _ = try? database.write { session in
            try log.append("a.b", "c", in: session)
            throw MartletError(.refused, "No.")
        }
        #expect(log.headFile?.read() == before)
        try database.write { session in for _ in 0..<3 { try log.append("a.b", "c", in: session) } }
        #expect(log.headFile?.read() == .head(try anchor().head))
        #expect(try audit().holds && audit().records == 4)
    }

    @Test("An anchor that is no longer at its place says nothing, and is named") func unreachable() throws {
        try write(2)
        let found = try audit(recorded: [anchor()])
        #expect(found.holds && found.anchors.map(\.state) == [.unreachable])
    }

    @Test("Lines of other projects and other programs are passed over") func lines() throws {
        try write(1)
        let own = try anchor()
        var other = own
        other.project = "q"
        let text = "\(other.line)\n\n{\"a\": 1}\nnonsense\n\(own.line)\n"
        #expect(Anchor.lines(of: "p", in: text, place: own.place) == [own])
        #expect(Anchor(own.json, project: "p") == own)
    }

    @Test("The record goes out as JSON lines and in the Elastic Common Schema", arguments: AuditFormat.allCases) func export(_ format: AuditFormat)
        throws
    {
        let ci = log.acting(as: "ci", via: "token:ci")
        try log.record("user.added", "user:bob", ["role": "viewer"])
        try ci.record("model.promoted", "model:m@v2", ["alias": "champion", "reason": "“better”\n"])
        clock.advance(bySeconds: 0.25)
        try log.acting(as: "bob").record("access.denied", "command:model promote", ["permission": "model.promote"])
        try log.record("run.failed", "run:1", ["error": "no"])
        var lines = ""
        try log.forEach { lines += format.line($0, project: "p") + "\n" }
        #expect(try differenceFromGolden(lines, "audit.\(format.rawValue)") == nil)
        for line in lines.split(separator: "\n") { _ = try JSONValue(parsing: String(line)) }
    }

    @Test("Events are found by who, what, to what and when") func found() throws {
        try log.record("model.promoted", "model:m@v1")
        try log.record("modelling.done", "model:m@v1")
        clock.advance(bySeconds: 60)
        try log.acting(as: "bob").record("model.refused", "model:m@v2")
        func numbers(_ filter: EventFilter) throws -> [Int] { try log.find(filter, limit: 10).map(\.sequence) }
        #expect(try numbers(EventFilter()) == [3, 2, 1])
        #expect(try numbers(EventFilter(kind: "model")) == [3, 1])
        #expect(try numbers(EventFilter(kind: "model.promoted")) == [1])
        #expect(try numbers(EventFilter(actor: "bob")) == [3])
        #expect(try numbers(EventFilter(subject: "model:m@v1")) == [2, 1])
        #expect(try numbers(EventFilter(since: clock.now(), kind: "model")) == [3])
        #expect(try numbers(EventFilter(text: "PROMOTED")) == [1])
        #expect(try numbers(EventFilter(text: "%")) == [], "a text, not a pattern")
        #expect(try numbers(EventFilter(before: 3)) == [2, 1])
        #expect(try numbers(EventFilter(kind: "model", before: 3)) == [1])
        #expect(try log.latest(5, without: ["model.promoted", "model.refused"]).map(\.sequence) == [2])
    }
}
