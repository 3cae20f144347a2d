package import Support

/// What is told of an incident's turn, as receivers read it.
package struct AlertMessage: Sendable {
    let project: String
    /// Where the pages are found.
    let url: String
    let at: Timestamp

    package init(project: String, url: String, at: Timestamp) {
        self.project = project
        self.url = url
        self.at = at
    }

    /// The body for webhooks, from which mails are written too.
    package func body(_ change: IncidentChange) -> JSONValue {
        [
            "project": .string(project), "endpoint": .string(change.incident.endpoint), "at": .string(at.description),
            "state": .string(change.isBad ? "firing" : "resolved"), "turn": .string(change.turn.rawValue), "incident": change.incident.json,
            "url": .string(link(change.incident)),
        ]
    }

    /// The alert as version 2 of Alertmanager's interface takes it. Its labels are the same each time, so that it is the same alert; no value
    /// is among them.
    /// - Parameter lasting: how long it counts without being told again, in seconds.
    package func alert(_ incident: Incident, lasting: Double) -> JSONValue {
        var labels: JSONValue = [
            "alertname": .string(AlertMessage.names[incident.kind] ?? "Martlet"), "project": .string(project), "endpoint": .string(incident.endpoint),
            "severity": .string(incident.severity.rawValue),
        ]
        labels[incident.kind == .objective ? "objective" : "monitor"] = .string(incident.cause)
        var annotations: JSONValue = ["summary": .string("\(incident.title): \(incident.summary)"), "incident": .string("\(incident.id)")]
        if let by = incident.acknowledgedBy { annotations["acknowledged_by"] = .string(by) }
        let end = incident.state == .firing ? at.advanced(bySeconds: lasting) : max(incident.firingSince, incident.cleared ?? incident.closed ?? at)
        return [
            "labels": labels, "annotations": annotations, "startsAt": .string(incident.firingSince.description), "endsAt": .string(end.description),
            "generatorURL": .string(link(incident)),
        ]
    }

    private static let names: [Incident.Kind: String] = [
        .objective: "ObjectiveMissed", .drift: "InputDrift", .monitor: "MonitorFailing", .waiting: "PersonWaitedFor",
    ]

    private func link(_ incident: Incident) -> String { "\(url)/incidents/\(incident.id)" }

    /// Subject and text of the mail.
    static func mail(_ body: JSONValue) -> (subject: String, text: String) {
        let incident = body["incident"]
        let state = body["state"].text ?? ""
        let project = body["project"].text ?? ""
        let about = "\(incident["kind"].text ?? "") \(incident["cause"].text ?? "")"
        let text = [
            incident["summary"].text ?? "", "", "project: \(project)", "endpoint: \(body["endpoint"].text ?? "")",
            "incident: \(incident["id"].int ?? 0), seen \(incident["count"].int ?? 0) times since \(incident["opened"].text ?? "")",
            "at: \(body["at"].text ?? "")", "", body["url"].text ?? "", "",
        ]
        return ("[\(state)] \(project): \(about)", text.joined(separator: "\n"))
    }
}
