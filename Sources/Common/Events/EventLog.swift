package import Database
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
    /// The hash of the event before it; empty for the first.
    package var previous: String
    package var hash: String
}

/// Writes and reads events. Writing happens inside the transaction of the change it records.
package struct EventLog: Sendable {
    let database: any MetadataDatabase
    private let clock: any WallClock
    private let actor: String
    private var via: String?
    /// Where the end of the record is kept a second time; nil where it is not.
    package let headFile: HeadFile?

    package init(database: any MetadataDatabase, clock: any WallClock, actor: String, headFile: HeadFile? = nil) {
        self.database = database
        self.clock = clock
        self.actor = actor
        self.headFile = headFile
    }

    /// The same log, written to by somebody else.
    /// - Parameters:
    ///   - via: how they were recognised, kept with each event: `token:ci`.
    ///   - other: another way to the same database; this log's own where it is nil.
    package func acting(as actor: String, via: String? = nil, on other: (any MetadataDatabase)? = nil) -> EventLog {
        var log = EventLog(database: other ?? database, clock: clock, actor: actor, headFile: headFile)
        log.via = via
        return log
    }

    /// Who acts in this process.
    package var currentActor: String { actor }

    /// Appends an event in the caller's transaction.
    package func append(_ kind: String, _ subject: String, _ body: JSONValue = .object([]), in session: SQLSession) throws {
        var last: AuditHead?
        try session.scan("SELECT seq, hash FROM event ORDER BY seq DESC LIMIT 1") {
            last = AuditHead(sequence: Int($0.integer(0) ?? 0), hash: $0.text(1) ?? "")
        }
        let sequence = (last?.sequence ?? 0) + 1
        let previous = last?.hash ?? ""
        let at = clock.now()
        var body = body
        if let via { body["via"] = .string(via) }
        let text = body.compact
        let hash = RecordBytes.hash(previous, sequence, at, actor, kind, subject, text)
        try session.execute(
            "INSERT INTO event (seq, at, actor, kind, subject, body, previous, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [
                SQLValue(sequence), SQLValue(at), SQLValue(actor), SQLValue(kind), SQLValue(subject), SQLValue(text), SQLValue(previous),
                SQLValue(hash),
            ])
        try headFile?.follow(AuditHead(sequence: sequence, hash: hash), after: last, in: session)
    }

    /// Appends an event that records no other change, such as a read.
    package func record(_ kind: String, _ subject: String, _ body: JSONValue = .object([])) throws(MartletError) {
        try database.write { try append(kind, subject, body, in: $0) }
    }

    /// The newest events, newest first.
    package func latest(_ count: Int) throws(MartletError) -> [Event] {
        try database.read { session in
            try session.rows("SELECT * FROM event ORDER BY seq DESC LIMIT ?", [SQLValue(count)]).map(EventLog.event)
        }
    }

    /// The newest event of a kind about a subject; nil where there is none.
    package func last(_ kind: String, _ subject: String, in session: SQLSession) throws -> Event? {
        try session.row("SELECT * FROM event WHERE subject = ? AND kind = ? ORDER BY seq DESC LIMIT 1", [SQLValue(subject), SQLValue(kind)])
            .map(EventLog.event)
    }

    /// What happened to one thing, oldest first.
    package func about(_ subject: String, limit: Int = 1000) throws(MartletError) -> [Event] {
        try database.read { session in
            try session.rows("SELECT * FROM event WHERE subject = ? ORDER BY seq LIMIT ?", [SQLValue(subject), SQLValue(limit)]).map(EventLog.event)
        }
    }

    static func event(_ row: SQLRow) -> Event {
        Event(
            sequence: row.int("seq") ?? 0, at: row.time("at") ?? Timestamp(microseconds: 0), actor: row.text("actor") ?? "",
            kind: row.text("kind") ?? "", subject: row.text("subject") ?? "",
            body: (try? JSONValue(parsing: row.text("body") ?? "")) ?? .null,
            previous: row.text("previous") ?? "", hash: row.text("hash") ?? "")
    }
}
