package import Database
package import Events
package import Support

/// A message that is still to be delivered.
package struct AlertDelivery: Sendable, Equatable {
    package var id: Int
    /// The name of the target.
    package var target: String
    package var incident: Int
    package var turn: IncidentChange.Turn
    package var body: JSONValue
    package var created: Timestamp
    /// When it is tried next.
    package var due: Timestamp
    package var attempts: Int
    /// Why the last attempt failed.
    package var error: String?
}

/// What is still to be delivered. A message is written in the transaction of the turn that it tells of and goes away once it is delivered, so
/// that a crash in between loses none; it may be delivered twice. Each target gets its messages in their order.
package struct AlertOutbox: Sendable {
    /// How long a message is tried, in seconds.
    package static let life = 86_400.0
    /// How long whoever took a message has for it, in seconds: then another may.
    private static let lease = 60.0

    private let database: any MetadataDatabase
    private let events: EventLog
    private let clock: any WallClock

    package init(database: any MetadataDatabase, events: EventLog, clock: any WallClock) {
        self.database = database
        self.events = events
        self.clock = clock
    }

    // MARK: - Writing

    /// Writes what a turn has to tell, in the transaction of the turn. Targets that hold state hear of every turn. The others hear nothing of
    /// what somebody acknowledged or closed; what is silenced waits for the silence to end and is forgotten where the cause is gone by then.
    package func add(_ change: IncidentChange, to targets: [AlertTarget], _ message: AlertMessage, in session: SQLSession) throws {
        let silenced = try AlertSilences.end(of: change.incident.cause, at: clock.now(), session)
        for target in targets where target.isMailed {
            if target.holdsState {
                try insert(target, change, .null, heldUntil: nil, session)
            } else if change.isBad {
                guard change.incident.acknowledged == nil else { continue }
                try insert(target, change, message.body(change), heldUntil: silenced, session)
            } else if try !forget(change.incident.id, target: target.name, session), change.turn == .cleared {
                try insert(target, change, message.body(change), heldUntil: nil, session)
            }
        }
    }

    /// Forgets what was held back, once somebody looks after the incident.
    package func forgetHeld(_ incident: Int, in session: SQLSession) throws {
        try session.execute("DELETE FROM alert_delivery WHERE incident = ? AND held = 1", [SQLValue(incident)])
    }

    private func forget(_ incident: Int, target: String, _ session: SQLSession) throws -> Bool {
        let known: [SQLValue] = [SQLValue(incident), SQLValue(target)]
        guard try session.row("SELECT id FROM alert_delivery WHERE incident = ? AND target = ? AND held = 1", known) != nil else { return false }
        try session.execute("DELETE FROM alert_delivery WHERE incident = ? AND target = ? AND held = 1", known)
        return true
    }

    private func insert(_ target: AlertTarget, _ change: IncidentChange, _ body: JSONValue, heldUntil: Timestamp?, _ session: SQLSession) throws {
        let now = clock.now()
        try session.execute(
            "INSERT INTO alert_delivery (target, incident, change, body, created, due, held, attempts) VALUES (?, ?, ?, ?, ?, ?, ?, 0)",
            [
                SQLValue(target.name), SQLValue(change.incident.id), SQLValue(change.turn.rawValue), SQLValue(body.compact), SQLValue(now),
                SQLValue(heldUntil ?? now), SQLValue(heldUntil == nil ? 0 : 1),
            ])
    }

    // MARK: - Delivering

    private static let nextDue =
        "SELECT * FROM alert_delivery d WHERE due <= ? AND NOT EXISTS "
        + "(SELECT 1 FROM alert_delivery e WHERE e.target = d.target AND e.id < d.id AND e.held = 0) ORDER BY id LIMIT 1"

    /// Takes the next message that is due, for a minute.
    package func take() throws(MartletError) -> AlertDelivery? {
        let now = clock.now()
        guard try database.read({ try $0.row(AlertOutbox.nextDue, [SQLValue(now)]) }) != nil else { return nil }
        return try database.write { session in
            guard let row = try session.row(AlertOutbox.nextDue, [SQLValue(now)]), var delivery = AlertOutbox.delivery(row) else { return nil }
            delivery.attempts += 1
            try session.execute(
                "UPDATE alert_delivery SET due = ?, held = 0, attempts = ? WHERE id = ?",
                [SQLValue(now.advanced(bySeconds: AlertOutbox.lease)), SQLValue(delivery.attempts), SQLValue(delivery.id)])
            return delivery
        }
    }

    package func delivered(_ delivery: AlertDelivery) throws(MartletError) {
        try database.write { try $0.execute("DELETE FROM alert_delivery WHERE id = ?", [SQLValue(delivery.id)]) }
    }

    /// Puts a message off: 10 seconds, 20, 40, an hour at most. After a day it is given up, which is an event.
    package func failed(_ delivery: AlertDelivery, _ error: MartletError) throws(MartletError) {
        let now = clock.now()
        try database.write { session in
            guard now.seconds - delivery.created.seconds < AlertOutbox.life else {
                try session.execute("DELETE FROM alert_delivery WHERE id = ?", [SQLValue(delivery.id)])
                return try events.append(
                    "alert.lost", "incident:\(delivery.incident)", ["target": .string(delivery.target), "reason": .string(error.message)], in: session
                )
            }
            let wait = min(3600, 10 * Double(1 << min(16, max(0, delivery.attempts - 1))))
            try session.execute(
                "UPDATE alert_delivery SET due = ?, error = ? WHERE id = ?",
                [SQLValue(now.advanced(bySeconds: wait)), SQLValue(error.message), SQLValue(delivery.id)])
        }
    }

    /// What is still to be delivered, oldest first.
    package func waiting() throws(MartletError) -> [AlertDelivery] {
        try database.read { try $0.rows("SELECT * FROM alert_delivery ORDER BY id LIMIT 1000").compactMap(AlertOutbox.delivery) }
    }

    private static func delivery(_ row: SQLRow) -> AlertDelivery? {
        guard let id = row.int("id"), let turn = row.text("change").flatMap(IncidentChange.Turn.init), let created = row.time("created") else {
            return nil
        }
        return AlertDelivery(
            id: id, target: row.text("target") ?? "", incident: row.int("incident") ?? 0, turn: turn,
            body: (try? JSONValue(parsing: row.text("body") ?? "")) ?? .null, created: created, due: row.time("due") ?? created,
            attempts: row.int("attempts") ?? 0, error: row.text("error"))
    }
}
