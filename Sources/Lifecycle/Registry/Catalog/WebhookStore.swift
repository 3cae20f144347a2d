package import Database
package import Events
package import Support

/// The webhooks of a project. Every call works in the caller's transaction; every change leaves its event, without the address, which may hold a secret.
package struct WebhookStore: Sendable {
    private let events: EventLog
    private let clock: any WallClock

    package init(events: EventLog, clock: any WallClock) {
        self.events = events
        self.clock = clock
    }

    /// The webhook of that identifier; nil where there is none, or it is deleted.
    package static func webhook(_ id: String, in session: SQLSession) throws -> Webhook? {
        try session.row("SELECT * FROM webhook WHERE id = ? AND deleted IS NULL", [SQLValue(id)]).map(webhook)
    }

    /// A page, the newest first.
    package static func list(offset: Int, limit: Int, in session: SQLSession) throws -> [Webhook] {
        try session.rows(
            "SELECT * FROM webhook WHERE deleted IS NULL ORDER BY created DESC, id DESC LIMIT ? OFFSET ?", [SQLValue(limit), SQLValue(offset)]
        ).map(webhook)
    }

    package func put(_ webhook: Webhook, isNew: Bool, in session: SQLSession) throws {
        try session.execute(
            "INSERT INTO webhook (id, name, description, url, events, is_signed, is_active, created, updated) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) "
                + "ON CONFLICT DO UPDATE SET name = excluded.name, description = excluded.description, url = excluded.url, events = excluded.events, "
                + "is_signed = excluded.is_signed, is_active = excluded.is_active, updated = excluded.updated",
            [
                SQLValue(webhook.id), SQLValue(webhook.name), SQLValue(webhook.description), SQLValue(webhook.url),
                SQLValue(JSONValue(webhook.events.map(\.rawValue)).compact), SQLValue(webhook.isSigned ? 1 : 0), SQLValue(webhook.isActive ? 1 : 0),
                SQLValue(webhook.created), SQLValue(webhook.updated),
            ])
        let body: JSONValue = [
            "name": .string(webhook.name), "events": JSONValue(webhook.events.map(\.rawValue)), "active": .bool(webhook.isActive),
        ]
        try events.append(isNew ? "webhook.created" : "webhook.updated", "webhook:\(webhook.id)", body, in: session)
    }

    /// Deletes a webhook; what it was still to be told is forgotten.
    package func delete(_ id: String, in session: SQLSession) throws {
        try session.execute("UPDATE webhook SET deleted = ?, url = '' WHERE id = ?", [SQLValue(clock.now()), SQLValue(id)])
        try session.execute(
            "UPDATE webhook_delivery SET due = NULL, outcome = 'dropped: the webhook was deleted' WHERE webhook = ? AND due IS NOT NULL",
            [SQLValue(id)])
        try events.append("webhook.deleted", "webhook:\(id)", in: session)
    }

    private static func webhook(_ row: SQLRow) -> Webhook {
        let created = row.time("created") ?? Timestamp(microseconds: 0)
        return Webhook(
            id: row.text("id") ?? "", name: row.text("name") ?? "", description: row.text("description") ?? "", url: row.text("url") ?? "",
            events: (try? JSONValue(parsing: row.text("events") ?? "[]"))?.elements.compactMap { $0.text.flatMap(WebhookEvent.init) } ?? [],
            isSigned: row.int("is_signed") == 1, isActive: row.int("is_active") == 1, created: created, updated: row.time("updated") ?? created)
    }
}
