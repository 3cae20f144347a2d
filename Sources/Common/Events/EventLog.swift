package import Database
internal import Digests
package import Support

/// One audited fact.
package struct Event: Sendable, Equatable {
    package var sequence: Int
    package var at: Timestamp
    /// Who did it: a person or a part of the program.
    package var actor: String
    /// What was done, as `noun.verb`: `model.promoted`.
    package var kind: String
    /// The reference of what it was done to.
    package var subject: String
    package var body: JSONValue
    package var hash: String
}

/// Writes and reads events. Writing happens inside the transaction of the change it records.
package struct EventLog: Sendable {
    private let database: any MetadataDatabase
    private let clock: any WallClock
    private let actor: String
    private var via: String?

    package init(database: any MetadataDatabase, clock: any WallClock, actor: String) {
        self.database = database
        self.clock = clock
        self.actor = actor
    }

    /// The same log, written to by somebody else.
    /// - Parameter via: how they were recognised, kept with each event: `token:ci`.
    package func acting(as actor: String, via: String? = nil) -> EventLog {
        var log = EventLog(database: database, clock: clock, actor: actor)
        log.via = via
        return log
    }

    /// Who acts in this process.
    package var currentActor: String { actor }

    /// Appends an event in the caller's transaction.
    package func append(_ kind: String, _ subject: String, _ body: JSONValue = .object([]), in session: SQLSession) throws {
        let last = try session.row("SELECT seq, hash FROM event ORDER BY seq DESC LIMIT 1")
        let sequence = (last?.int("seq") ?? 0) + 1
        let previous = last?.text("hash") ?? ""
        let at = clock.now()
        var body = body
        if let via { body["via"] = .string(via) }
        let text = body.compact
        let hash = EventLog.hash(previous, sequence, at, actor, kind, subject, text)
        try session.execute(
            "INSERT INTO event (seq, at, actor, kind, subject, body, previous, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [
                SQLValue(sequence), SQLValue(at), SQLValue(actor), SQLValue(kind), SQLValue(subject), SQLValue(text), SQLValue(previous),
                SQLValue(hash),
            ])
    }

    /// The newest events, newest first.
    package func latest(_ count: Int) throws(MartletError) -> [Event] {
        try database.read { session in
            try session.rows("SELECT * FROM event ORDER BY seq DESC LIMIT ?", [SQLValue(count)]).map(EventLog.event)
        }
    }

    /// What happened to one thing, oldest first.
    package func about(_ subject: String, limit: Int = 1000) throws(MartletError) -> [Event] {
        try database.read { session in
            try session.rows("SELECT * FROM event WHERE subject = ? ORDER BY seq LIMIT ?", [SQLValue(subject), SQLValue(limit)]).map(EventLog.event)
        }
    }

    /// The sequence number of the first event whose hash does not follow from what stands before it; nil where the chain holds.
    package func firstBroken() throws(MartletError) -> Int? {
        try database.read { session in
            var previous = ""
            var expected = 1
            var page = try session.rows("SELECT * FROM event ORDER BY seq LIMIT 1000")
            while !page.isEmpty {
                for row in page {
                    let event = EventLog.event(row)
                    let hash = EventLog.hash(
                        previous, event.sequence, event.at, event.actor, event.kind, event.subject, row.text("body") ?? "")
                    guard event.sequence == expected, hash == event.hash, row.text("previous") == previous else { return expected }
                    previous = hash
                    expected += 1
                }
                page = try session.rows("SELECT * FROM event WHERE seq >= ? ORDER BY seq LIMIT 1000", [SQLValue(expected)])
            }
            return nil
        }
    }

    private static func event(_ row: SQLRow) -> Event {
        Event(
            sequence: row.int("seq") ?? 0, at: row.time("at") ?? Timestamp(microseconds: 0), actor: row.text("actor") ?? "",
            kind: row.text("kind") ?? "", subject: row.text("subject") ?? "",
            body: (try? JSONValue(parsing: row.text("body") ?? "")) ?? .null, hash: row.text("hash") ?? "")
    }

    private static func hash(
        _ previous: String, _ sequence: Int, _ at: Timestamp, _ actor: String, _ kind: String, _ subject: String, _ body: String
    ) -> String {
        let fields: JSONValue = [
            .string(previous), .integer(Int64(sequence)), .integer(at.microseconds), .string(actor), .string(kind), .string(subject), .string(body),
        ]
        return Digest(of: fields.compact).rawValue
    }
}
