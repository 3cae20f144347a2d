package import Database
package import Support

/// An event that is still to be told: which run it is about. What it says is put together when it is told.
package struct LineageDelivery: Sendable, Equatable {
    package var id: Int
    package var target: LineageTarget
    package var run: RunID
    package var state: EventState
    /// When it happened.
    package var at: Timestamp
    package var attempts: Int
}

/// How it is with a target.
package struct LineageStanding: Sendable, Equatable {
    package var target: LineageTarget
    package var sent = 0
    /// Given up: refused, too old, or beyond what may wait.
    package var lost = 0
    package var waiting = 0
    /// When the next is tried.
    package var next: Timestamp?
    /// Why the last one was not told, or was lost.
    package var reason: String?

    package init(_ target: LineageTarget) { self.target = target }
}

/// What is still to be told of runs. An event is written in the transaction of the change that it tells of and goes away once it is told, so that a crash
/// in between loses none; it may be told twice, and is the same event then. Each target gets its events in their order.
package struct LineageOutbox: Sendable {
    /// How long an event is tried, in seconds.
    package static let life = 7 * 86_400.0
    /// How many events may wait for a target. Of more the oldest are lost, and counted.
    package static let limit = 10_000
    /// How long whoever took an event has for it, in seconds: then another may.
    private static let lease = 60.0
    private static let longestPause = 300.0

    private let database: any MetadataDatabase
    private let clock: any WallClock

    package init(database: any MetadataDatabase, clock: any WallClock) {
        self.database = database
        self.clock = clock
    }

    // MARK: Writing

    /// Writes that something happened to a run, in the transaction of that.
    package func add(_ run: RunID, _ state: EventState, to targets: [LineageTarget], in session: SQLSession) throws {
        let now = clock.now()
        for target in targets {
            try session.execute(
                "INSERT INTO lineage_delivery (target, run, state, at, due, attempts) VALUES (?, ?, ?, ?, ?, 0)",
                [SQLValue(target.rawValue), SQLValue(run), SQLValue(state.rawValue), SQLValue(now), SQLValue(now)])
            try trim(target, in: session)
        }
    }

    private func trim(_ target: LineageTarget, in session: SQLSession) throws {
        let count = try session.row("SELECT count(*) AS n FROM lineage_delivery WHERE target = ?", [SQLValue(target.rawValue)])?.int("n") ?? 0
        guard count > LineageOutbox.limit else { return }
        try session.execute(
            "DELETE FROM lineage_delivery WHERE id IN (SELECT id FROM lineage_delivery WHERE target = ? ORDER BY id LIMIT ?)",
            [SQLValue(target.rawValue), SQLValue(count - LineageOutbox.limit)])
        try LineageOutbox.tally(target, lost: count - LineageOutbox.limit, reason: "More than \(LineageOutbox.limit) events waited.", in: session)
    }

    private static func tally(_ target: LineageTarget, sent: Int = 0, lost: Int = 0, reason: String? = nil, in session: SQLSession) throws {
        try session.execute(
            """
            INSERT INTO lineage_tally (target, sent, lost, reason) VALUES (?, ?, ?, ?) ON CONFLICT (target) DO UPDATE SET
                sent = sent + excluded.sent, lost = lost + excluded.lost, reason = coalesce(excluded.reason, reason)
            """, [SQLValue(target.rawValue), SQLValue(sent), SQLValue(lost), SQLValue(reason)])
    }

    // MARK: Telling

    private static let nextDue =
        "SELECT * FROM lineage_delivery d WHERE target = ? AND due <= ? AND NOT EXISTS "
        + "(SELECT 1 FROM lineage_delivery e WHERE e.target = d.target AND e.id < d.id) ORDER BY id LIMIT 1"

    /// Takes the next event that is due, for a minute.
    package func take(_ target: LineageTarget) throws(MartletError) -> LineageDelivery? {
        let now = clock.now()
        let wanted = [SQLValue(target.rawValue), SQLValue(now)]
        guard try database.read({ try $0.row(LineageOutbox.nextDue, wanted) }) != nil else { return nil }
        return try database.write { session in
            guard let row = try session.row(LineageOutbox.nextDue, wanted), var delivery = LineageOutbox.delivery(row) else { return nil }
            delivery.attempts += 1
            try session.execute(
                "UPDATE lineage_delivery SET due = ?, attempts = ? WHERE id = ?",
                [SQLValue(now.advanced(bySeconds: LineageOutbox.lease)), SQLValue(delivery.attempts), SQLValue(delivery.id)])
            return delivery
        }
    }

    package func sent(_ delivery: LineageDelivery) throws(MartletError) {
        try database.write { session in
            try session.execute("DELETE FROM lineage_delivery WHERE id = ?", [SQLValue(delivery.id)])
            if session.changedRows == 1 { try LineageOutbox.tally(delivery.target, sent: 1, in: session) }
        }
    }

    /// Puts an event off: 1 second, 2, 4, five minutes at most. After a week, or where it will never be taken, it is given up and counted.
    package func failed(_ delivery: LineageDelivery, _ reason: String, forGood: Bool) throws(MartletError) {
        let now = clock.now()
        try database.write { session in
            if forGood || now.seconds - delivery.at.seconds > LineageOutbox.life {
                try session.execute("DELETE FROM lineage_delivery WHERE id = ?", [SQLValue(delivery.id)])
                if session.changedRows == 1 { try LineageOutbox.tally(delivery.target, lost: 1, reason: reason, in: session) }
                return
            }
            let pause = min(LineageOutbox.longestPause, Double(1 << min(16, max(0, delivery.attempts - 1))))
            try session.execute(
                "UPDATE lineage_delivery SET due = ?, error = ? WHERE id = ?",
                [SQLValue(now.advanced(bySeconds: pause)), SQLValue(reason), SQLValue(delivery.id)])
        }
    }

    /// Gives up what has waited for too long, and counts it as lost.
    package func expire() throws(MartletError) {
        let oldest = SQLValue(clock.now().advanced(bySeconds: -LineageOutbox.life))
        guard try database.read({ try $0.row("SELECT 1 FROM lineage_delivery WHERE at < ? LIMIT 1", [oldest]) }) != nil else { return }
        try database.write { session in
            for target in LineageTarget.allCases {
                try session.execute("DELETE FROM lineage_delivery WHERE target = ? AND at < ?", [SQLValue(target.rawValue), oldest])
                let count = session.changedRows
                if count > 0 { try LineageOutbox.tally(target, lost: count, reason: "It waited for longer than a week.", in: session) }
            }
        }
    }

    // MARK: Reading

    /// How it is with each target that anything was ever told, or is to be told.
    package func standings() throws(MartletError) -> [LineageStanding] {
        try database.read { session in
            var standings: [LineageStanding] = []
            for target in LineageTarget.allCases {
                var standing = LineageStanding(target)
                if let row = try session.row("SELECT * FROM lineage_tally WHERE target = ?", [SQLValue(target.rawValue)]) {
                    standing.sent = row.int("sent") ?? 0
                    standing.lost = row.int("lost") ?? 0
                    standing.reason = row.text("reason")
                }
                let waiting = try session.row(
                    "SELECT count(*) AS n, min(due) AS next FROM lineage_delivery WHERE target = ?", [SQLValue(target.rawValue)])
                standing.waiting = waiting?.int("n") ?? 0
                standing.next = waiting?.time("next")
                let failure = try session.row(
                    "SELECT error FROM lineage_delivery WHERE target = ? AND error IS NOT NULL ORDER BY id LIMIT 1", [SQLValue(target.rawValue)])
                if let error = failure?.text("error") { standing.reason = error }
                if standing != LineageStanding(target) { standings.append(standing) }
            }
            return standings
        }
    }

    private static func delivery(_ row: SQLRow) -> LineageDelivery? {
        guard let id = row.int("id"), let target = row.text("target").flatMap(LineageTarget.init),
            let state = row.text("state").flatMap(EventState.init), let at = row.time("at")
        else { return nil }
        return LineageDelivery(
            id: id, target: target, run: RunID(row.text("run") ?? ""), state: state, at: at, attempts: row.int("attempts") ?? 0)
    }
}
