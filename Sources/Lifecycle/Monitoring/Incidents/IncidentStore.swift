package import Database
package import Events
package import Support

/// The incidents of a project. Every change is an event of its own; that the same is seen again only counts.
package struct IncidentStore: Sendable {
    private let database: any MetadataDatabase
    private let events: EventLog
    private let clock: any WallClock
    private let project: String

    package init(database: any MetadataDatabase, events: EventLog, clock: any WallClock, project: String) {
        self.database = database
        self.events = events
        self.clock = clock
        self.project = project
    }

    // MARK: - What monitors see

    /// Records what a monitor saw, in the caller's transaction: opens an incident, counts what is open already, or notes that it is over.
    /// - Returns: the turn; nil where nothing turned.
    package func report(_ finding: Finding, in session: SQLSession) throws -> IncidentChange? {
        let row = try session.row("SELECT * FROM incident WHERE fingerprint = ? AND closed IS NULL", [SQLValue(fingerprint(finding))])
        guard let incident = row.flatMap(IncidentStore.incident) else { return finding.isBad ? try open(finding, session) : nil }
        return finding.isBad ? try again(incident, finding, session) : try clear(incident, finding, session)
    }

    private func open(_ finding: Finding, _ session: SQLSession) throws -> IncidentChange? {
        let now = clock.now()
        try session.execute(
            "INSERT INTO incident (fingerprint, kind, endpoint, cause, severity, summary, opened, firing_since, seen, count) "
                + "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 1)",
            [
                SQLValue(fingerprint(finding)), SQLValue(finding.kind.rawValue), SQLValue(finding.endpoint), SQLValue(finding.cause),
                SQLValue(finding.severity.rawValue), SQLValue(finding.summary), SQLValue(now), SQLValue(now), SQLValue(now),
            ])
        let row = try session.row("SELECT * FROM incident WHERE fingerprint = ? AND closed IS NULL", [SQLValue(fingerprint(finding))])
        return try row.flatMap(IncidentStore.incident).map { try record(.opened, $0, finding.summary, session) }
    }

    private func again(_ incident: Incident, _ finding: Finding, _ session: SQLSession) throws -> IncidentChange? {
        let now = clock.now()
        try session.execute(
            "UPDATE incident SET seen = ?, count = count + 1, summary = ?, severity = ?, cleared = NULL, firing_since = ? WHERE id = ?",
            [
                SQLValue(now), SQLValue(finding.summary), SQLValue(finding.severity.rawValue),
                SQLValue(incident.cleared == nil ? incident.firingSince : now), SQLValue(incident.id),
            ])
        return incident.cleared == nil ? nil : try record(.returned, IncidentStore.incident(incident.id, session), finding.summary, session)
    }

    private func clear(_ incident: Incident, _ finding: Finding, _ session: SQLSession) throws -> IncidentChange? {
        guard incident.cleared == nil else { return nil }
        try session.execute(
            "UPDATE incident SET cleared = ?, summary = ? WHERE id = ?", [SQLValue(clock.now()), SQLValue(finding.summary), SQLValue(incident.id)])
        return try record(.cleared, IncidentStore.incident(incident.id, session), finding.summary, session)
    }

    private func record(_ turn: IncidentChange.Turn, _ incident: Incident, _ reason: String, _ session: SQLSession) throws -> IncidentChange {
        try events.append(
            "incident.\(turn.rawValue)", incident.reference, ["cause": .string(incident.title), "reason": .string(reason)], in: session)
        return IncidentChange(turn: turn, incident: incident)
    }

    /// What makes two findings one cause.
    private func fingerprint(_ finding: Finding) -> String { "\(project)/\(finding.endpoint)/\(finding.kind.rawValue)/\(finding.cause)" }

    // MARK: - What people do

    /// Notes that somebody looks after it: the same cause sends no more messages while the incident is open.
    /// - Throws: `notFound`; `conflict` where it is closed.
    package func acknowledge(_ id: Int, reason: String, in session: SQLSession) throws -> Incident {
        _ = try openIncident(id, session)
        try session.execute(
            "UPDATE incident SET acknowledged = ?, acknowledged_by = ?, reason = ? WHERE id = ?",
            [SQLValue(clock.now()), SQLValue(events.currentActor), SQLValue(reason), SQLValue(id)])
        try events.append("incident.acknowledged", "incident:\(id)", ["reason": .string(reason)], in: session)
        return try IncidentStore.incident(id, session)
    }

    /// Ends it. Where the cause is still there, the next look opens another.
    /// - Returns: the turn, so that receivers of the alert are told that it is over.
    /// - Throws: `notFound`; `conflict` where it is closed already.
    package func close(_ id: Int, reason: String, in session: SQLSession) throws -> IncidentChange {
        _ = try openIncident(id, session)
        try session.execute(
            "UPDATE incident SET closed = ?, closed_by = ?, reason = ? WHERE id = ?",
            [SQLValue(clock.now()), SQLValue(events.currentActor), SQLValue(reason), SQLValue(id)])
        return try record(.closed, IncidentStore.incident(id, session), reason, session)
    }

    private func openIncident(_ id: Int, _ session: SQLSession) throws -> Incident {
        let incident = try IncidentStore.incident(id, session)
        guard incident.closed == nil else {
            throw MartletError(.conflict, "Incident \(id) was closed by \(incident.closedBy ?? "somebody"). What happens again opens another one.")
        }
        return incident
    }

    // MARK: - Reading

    /// - Throws: `notFound`.
    package func incident(_ id: Int) throws(MartletError) -> Incident { try database.read { try IncidentStore.incident(id, $0) } }

    /// The open incidents, or all of them; the newest first.
    package func all(closed: Bool, limit: Int = 1000) throws(MartletError) -> [Incident] {
        try database.read { session in
            try session.rows(
                "SELECT * FROM incident WHERE closed IS NULL OR ? ORDER BY closed IS NOT NULL, opened DESC, id DESC LIMIT ?",
                [SQLValue(closed ? 1 : 0), SQLValue(limit)]
            ).compactMap(IncidentStore.incident)
        }
    }

    static func incident(_ id: Int, _ session: SQLSession) throws -> Incident {
        guard let incident = try session.row("SELECT * FROM incident WHERE id = ?", [SQLValue(id)]).flatMap(IncidentStore.incident) else {
            throw MartletError(.notFound, "There is no incident \(id). See “martlet incident list --all”.")
        }
        return incident
    }

    private static func incident(_ row: SQLRow) -> Incident? {
        guard let id = row.int("id"), let kind = row.text("kind").flatMap(Incident.Kind.init), let opened = row.time("opened"),
            let severity = row.text("severity").flatMap(Incident.Severity.init)
        else { return nil }
        return Incident(
            id: id, kind: kind, endpoint: row.text("endpoint") ?? "", cause: row.text("cause") ?? "", severity: severity,
            summary: row.text("summary") ?? "", opened: opened, firingSince: row.time("firing_since") ?? opened, seen: row.time("seen") ?? opened,
            count: row.int("count") ?? 1, cleared: row.time("cleared"), acknowledged: row.time("acknowledged"),
            acknowledgedBy: row.text("acknowledged_by"), closed: row.time("closed"), closedBy: row.text("closed_by"), reason: row.text("reason"))
    }
}
