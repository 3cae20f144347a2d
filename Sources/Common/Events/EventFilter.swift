internal import Database
package import Support

/// Which records are looked for.
package struct EventFilter: Sendable {
    /// Not before this moment.
    package var since: Timestamp?
    package var actor: String?
    /// A kind, or the noun of several: `model.promoted`, `model`.
    package var kind: String?
    package var subject: String?
    /// Stands in the actor, kind, subject or body; capital letters of the Latin alphabet are as small ones.
    package var text: String?
    /// Older than the event of this number.
    package var before: Int?

    package init(
        since: Timestamp? = nil, actor: String? = nil, kind: String? = nil, subject: String? = nil, text: String? = nil, before: Int? = nil
    ) {
        self.since = since
        self.actor = actor
        self.kind = kind
        self.subject = subject
        self.text = text
        self.before = before
    }
}

extension EventLog {
    /// The newest events that fit, newest first.
    package func find(_ filter: EventFilter, limit: Int) throws(MartletError) -> [Event] {
        var conditions: [String] = []
        var arguments: [SQLValue] = []
        func demand(_ condition: String, _ values: SQLValue...) {
            conditions.append(condition)
            arguments += values
        }
        if let since = filter.since { demand("at >= ?", SQLValue(since)) }
        if let actor = filter.actor { demand("actor = ?", SQLValue(actor)) }
        if let subject = filter.subject { demand("subject = ?", SQLValue(subject)) }
        if let kind = filter.kind { demand("(kind = ? OR (kind >= ? AND kind < ?))", SQLValue(kind), SQLValue("\(kind)."), SQLValue("\(kind)/")) }
        if let text = filter.text {
            demand("instr(lower(actor || ' ' || kind || ' ' || subject || ' ' || body), lower(?)) > 0", SQLValue(text))
        }
        if let before = filter.before { demand("seq < ?", SQLValue(before)) }
        let condition = conditions.isEmpty ? "" : "WHERE \(conditions.joined(separator: " AND "))"
        let (sql, values) = ("SELECT * FROM event \(condition) ORDER BY seq DESC LIMIT ?", arguments + [SQLValue(max(0, limit))])
        return try database.read { try $0.rows(sql, values).map(EventLog.event) }
    }

    /// The newest events but those of some kinds, newest first.
    package func latest(_ count: Int, without kinds: Set<String>) throws(MartletError) -> [Event] {
        let places = kinds.map { _ in "?" }.joined(separator: ", ")
        return try database.read { session in
            try session.rows(
                "SELECT * FROM event WHERE kind NOT IN (\(places)) ORDER BY seq DESC LIMIT ?", kinds.sorted().map { SQLValue($0) } + [SQLValue(count)]
            ).map(EventLog.event)
        }
    }

    /// The events of some kinds, oldest first, in one pass over the record.
    /// - Parameters:
    ///   - nouns: what stands before the dot of a kind.
    ///   - kinds: whole kinds besides.
    package func all(of nouns: [String], kinds: [String]) throws(MartletError) -> [Event] {
        let sql = """
            SELECT * FROM event WHERE kind IN (SELECT value FROM json_each(?)) OR substr(kind, 1, instr(kind, '.') - 1) IN (SELECT value FROM json_each(?))
            ORDER BY seq
            """
        let lists = [SQLValue(JSONValue(kinds).compact), SQLValue(JSONValue(nouns).compact)]
        return try database.read { try $0.rows(sql, lists).map(EventLog.event) }
    }

    /// Goes through all events from the oldest to the newest, page by page.
    package func forEach(_ body: (Event) throws -> Void) throws(MartletError) {
        var last = 0
        while true {
            let after = last
            let page = try database.read { session in
                try session.rows("SELECT * FROM event WHERE seq > ? ORDER BY seq LIMIT 1000", [SQLValue(after)]).map(EventLog.event)
            }
            guard let end = page.last else { return }
            do { for event in page { try body(event) } } catch let error as MartletError { throw error } catch {
                throw MartletError(.defect, "An event could not be passed on.", cause: "\(error)")
            }
            last = end.sequence
        }
    }
}
