package import Database
package import Support

/// Something that a webhook is still to be told, or was told.
package struct WebhookDelivery: Sendable, Equatable {
    package var id: Int
    package var webhook: String
    package var event: WebhookEvent
    package var data: JSONValue
    package var at: Timestamp
    /// How often it was tried, with the attempt at hand.
    package var attempts: Int
    /// How the last attempt ended; empty before the first.
    package var outcome: String
}

/// What webhooks are to be told. It is written in the transaction of what it tells of, so that a crash loses nothing; it may be delivered twice.
package struct WebhookOutbox: Sendable {
    /// How long something is tried, in seconds.
    private static let life = 86_400.0
    /// How long whoever took it has for it, in seconds: then another may.
    private static let lease = 60.0
    /// How many deliveries of a webhook stay in the log.
    private static let kept = 1000

    private let database: any MetadataDatabase
    private let clock: any WallClock

    package init(database: any MetadataDatabase, clock: any WallClock) {
        self.database = database
        self.clock = clock
    }

    /// Writes what every active webhook that asked for an event is to be told.
    package static func add(_ event: WebhookEvent, _ data: JSONValue, at moment: Timestamp, in session: SQLSession) throws {
        try session.execute(
            "INSERT INTO webhook_delivery (webhook, event, data, at, due) SELECT id, ?, ?, ?, ? FROM webhook "
                + "WHERE deleted IS NULL AND is_active = 1 AND EXISTS (SELECT 1 FROM json_each(events) WHERE value = ?)",
            [SQLValue(event.rawValue), SQLValue(data.compact), SQLValue(moment), SQLValue(moment), SQLValue(event.rawValue)])
    }

    /// Takes what is due, for a minute.
    package func take(_ most: Int) throws(MartletError) -> [WebhookDelivery] {
        let now = clock.now()
        let due = "SELECT * FROM webhook_delivery WHERE due <= ? ORDER BY due, id LIMIT ?"
        guard try database.read({ try $0.row(due, [SQLValue(now), SQLValue(1)]) }) != nil else { return [] }
        return try database.write { session in
            try session.rows(due, [SQLValue(now), SQLValue(most)]).compactMap { row in
                guard var delivery = WebhookOutbox.delivery(row) else { return nil }
                delivery.attempts += 1
                try session.execute(
                    "UPDATE webhook_delivery SET due = ?, attempts = ? WHERE id = ?",
                    [SQLValue(now.advanced(bySeconds: WebhookOutbox.lease)), SQLValue(delivery.attempts), SQLValue(delivery.id)])
                return delivery
            }
        }
    }

    /// Keeps how an attempt ended. What may pass is put off: a second, two, four, an hour at most, for a day.
    package func ended(_ delivery: WebhookDelivery, _ outcome: String, again: Bool) throws(MartletError) {
        let now = clock.now()
        let isOver = !again || now.seconds - delivery.at.seconds >= WebhookOutbox.life
        let wait = min(3600, Double(1 << min(12, max(0, delivery.attempts - 1))))
        try database.write { session in
            try session.execute(
                "UPDATE webhook_delivery SET due = ?, outcome = ? WHERE id = ? AND due IS NOT NULL",
                [isOver ? .null : SQLValue(now.advanced(bySeconds: wait)), SQLValue(outcome), SQLValue(delivery.id)])
            try session.execute(
                "DELETE FROM webhook_delivery WHERE webhook = ? AND due IS NULL AND id <= "
                    + "(SELECT id FROM webhook_delivery WHERE webhook = ? ORDER BY id DESC LIMIT 1 OFFSET ?)",
                [SQLValue(delivery.webhook), SQLValue(delivery.webhook), SQLValue(WebhookOutbox.kept)])
        }
    }

    /// What a webhook was told and is to be told, the newest first.
    package func log(of webhook: String, limit: Int = 100) throws(MartletError) -> [WebhookDelivery] {
        try database.read {
            try $0.rows("SELECT * FROM webhook_delivery WHERE webhook = ? ORDER BY id DESC LIMIT ?", [SQLValue(webhook), SQLValue(limit)])
                .compactMap(WebhookOutbox.delivery)
        }
    }

    private static func delivery(_ row: SQLRow) -> WebhookDelivery? {
        guard let id = row.int("id"), let event = row.text("event").flatMap(WebhookEvent.init), let at = row.time("at") else { return nil }
        return WebhookDelivery(
            id: id, webhook: row.text("webhook") ?? "", event: event, data: (try? JSONValue(parsing: row.text("data") ?? "")) ?? .null, at: at,
            attempts: row.int("attempts") ?? 0, outcome: row.text("outcome") ?? "")
    }
}
