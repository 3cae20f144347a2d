package import Database
package import Events
package import Support

/// A time in which a cause, or every cause, sends no messages.
package struct AlertSilence: Sendable, Equatable {
    package var id: Int
    /// The cause; every one where it is nil.
    package var cause: String?
    package var created: Timestamp
    package var until: Timestamp
    package var actor: String
    package var reason: String

    /// The silence for `--json`.
    package var json: JSONValue {
        [
            "id": JSONValue(id), "cause": JSONValue(cause), "created": .string(created.description), "until": .string(until.description),
            "by": .string(actor), "reason": .string(reason),
        ]
    }
}

/// The silences of a project: who asked for them, until when and why.
package struct AlertSilences: Sendable {
    private let database: any MetadataDatabase
    private let events: EventLog
    private let clock: any WallClock

    package init(database: any MetadataDatabase, events: EventLog, clock: any WallClock) {
        self.database = database
        self.events = events
        self.clock = clock
    }

    /// Begins a silence.
    /// - Parameter seconds: how long, at most 30 days: a silence that is forgotten must end.
    package func add(cause: String?, seconds: Double, reason: String) throws(MartletError) -> AlertSilence {
        guard seconds > 0, seconds <= 30 * 86_400 else {
            throw MartletError(.usage, "A silence lasts at most 30d, so that one that is forgotten ends.")
        }
        let now = clock.now()
        let until = now.advanced(bySeconds: seconds)
        return try database.write { session in
            try session.execute(
                "INSERT INTO alert_silence (cause, created, until, actor, reason) VALUES (?, ?, ?, ?, ?)",
                [SQLValue(cause), SQLValue(now), SQLValue(until), SQLValue(events.currentActor), SQLValue(reason)])
            let id = try session.row("SELECT max(id) AS id FROM alert_silence")?.int("id") ?? 0
            let body: JSONValue = ["cause": JSONValue(cause), "until": .string(until.description), "reason": .string(reason)]
            try events.append("alert.silenced", "silence:\(id)", body, in: session)
            return AlertSilence(id: id, cause: cause, created: now, until: until, actor: events.currentActor, reason: reason)
        }
    }

    /// Ends a silence now. What it held back is told.
    /// - Throws: `notFound` where there is none.
    package func end(_ id: Int) throws(MartletError) {
        let now = clock.now()
        try database.write { session in
            guard let row = try session.row("SELECT until FROM alert_silence WHERE id = ?", [SQLValue(id)]), let until = row.time("until"),
                until > now
            else { throw MartletError(.notFound, "There is no silence \(id) that still lasts. See “martlet alert list”.") }
            try session.execute("UPDATE alert_silence SET until = ? WHERE id = ?", [SQLValue(now), SQLValue(id)])
            try session.execute("UPDATE alert_delivery SET due = ? WHERE held = 1 AND due = ?", [SQLValue(now), SQLValue(until)])
            try events.append("alert.silence_ended", "silence:\(id)", in: session)
        }
    }

    /// Those that last, the first to end first.
    package func lasting() throws(MartletError) -> [AlertSilence] {
        let now = clock.now()
        return try database.read { session in
            try session.rows("SELECT * FROM alert_silence WHERE until > ? ORDER BY until, id", [SQLValue(now)]).map { row in
                AlertSilence(
                    id: row.int("id") ?? 0, cause: row.text("cause"), created: row.time("created") ?? now, until: row.time("until") ?? now,
                    actor: row.text("actor") ?? "", reason: row.text("reason") ?? "")
            }
        }
    }

    /// When the last silence that covers a cause ends; nil where none does.
    static func end(of cause: String, at now: Timestamp, _ session: SQLSession) throws -> Timestamp? {
        try session.row(
            "SELECT max(until) AS until FROM alert_silence WHERE until > ? AND (cause IS NULL OR cause = ?)", [SQLValue(now), SQLValue(cause)])?
            .time("until")
    }
}
