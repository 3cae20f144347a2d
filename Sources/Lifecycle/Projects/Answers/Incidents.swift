internal import Database
internal import Events
internal import Ingestion
package import Monitoring
internal import Planning
internal import Serving
package import Support

extension Project {
    /// The incidents of the project.
    package var incidents: IncidentStore { IncidentStore(database: database, events: events, clock: clock, project: file.project) }

    /// Notes that somebody looks after an incident.
    package func acknowledge(incident id: Int, reason: String) throws(MartletError) -> Incident {
        let text = try Project.reason(reason)
        return try database.write { session in
            try outbox.forgetHeld(id, in: session)
            return try incidents.acknowledge(id, reason: text, in: session)
        }
    }

    /// Ends an incident.
    package func close(incident id: Int, reason: String) throws(MartletError) -> Incident {
        let text = try Project.reason(reason)
        return try database.write { session in
            let change = try incidents.close(id, reason: text, in: session)
            try tell(change, in: session)
            return change.incident
        }
    }

    /// What happened to an incident, oldest first.
    package func timeline(of incident: Incident) throws(MartletError) -> [(at: Timestamp, actor: String, what: String, reason: String)] {
        try events.about(incident.reference).map {
            ($0.at, $0.actor, String($0.kind.split(separator: ".").last ?? ""), $0.body["reason"].text ?? "")
        }
    }

    /// What production objectives and sources were found to be; those that could not be judged say nothing.
    func findings(_ results: [CheckResult]) -> [Finding] {
        results.filter { $0.verdict != .yellow }.map { result in
            let isSource = result.objective.hasPrefix(NamedSource.prefix)
            return Finding(
                isSource ? .source : .objective, endpoint: file.serving.endpoint, cause: result.objective, severity: isSource ? .warning : .critical,
                isBad: result.verdict == .red, summary: isSource ? "\(result.objective): \(result.reason)" : result.reason)
        }
    }

    /// Whether a monitor did its work. What nobody has asked or trained yet is no failure.
    func finding(_ monitor: String, failure: MartletError?) -> Finding? {
        if let failure, [.usage, .notFound].contains(failure.code) { return nil }
        return Finding(
            .monitor, endpoint: file.serving.endpoint, cause: monitor, severity: .warning, isBad: failure != nil,
            summary: failure?.message ?? "It works.")
    }

    /// How long a person is waited for before those who get alerts are reminded, in seconds.
    private static let patience = 86_400.0

    /// Whether approvals and reviews wait for somebody longer than a day.
    func waitingFinding() throws(MartletError) -> Finding {
        let now = clock.now()
        let late = try waiting().filter { now.seconds - $0.since.seconds > Project.patience }
        let summary = late.map { "\($0.sentence). Next: \($0.command)." }.joined(separator: " ")
        return Finding(
            .waiting, endpoint: file.serving.endpoint, cause: "approvals", severity: .warning, isBad: !late.isEmpty,
            summary: late.isEmpty ? "Nobody is waited for longer than a day." : summary)
    }

    static func reason(_ text: String) throws(MartletError) -> String {
        let text = text.onOneLine
        guard !text.isEmpty, text.count <= 1000 else { throw MartletError(.usage, "Say why, in at most 1000 characters.") }
        return text
    }
}
