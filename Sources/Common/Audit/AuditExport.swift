package import Events
package import Support

/// The forms in which the record leaves Martlet, one event a line.
package enum AuditFormat: String, Sendable, CaseIterable {
    /// Our own JSON, with the hashes.
    case jsonl
    /// Elastic Common Schema 8.17.
    case ecs

    /// The line of an event.
    package func line(_ event: Event, project: String) -> String {
        switch self {
        case .jsonl: event.json.compact
        case .ecs: event.ecs(project: project).compact
        }
    }
}

extension Event {
    /// The event with all that its hash covers.
    package var json: JSONValue {
        [
            "sequence": JSONValue(sequence), "at": .string(at.description), "actor": .string(actor), "kind": .string(kind),
            "subject": .string(subject), "body": body, "previous": .string(previous), "hash": .string(hash),
        ]
    }

    /// The event in the Elastic Common Schema. The body is text, so that its many shapes do not swell an index's mapping.
    func ecs(project: String) -> JSONValue {
        let (categories, types) = classes
        var labels: JSONValue = ["project": .string(project), "subject": .string(subject)]
        if let via = body["via"].text { labels["via"] = .string(via) }
        let event: JSONValue = [
            "kind": "event", "category": JSONValue(categories), "type": JSONValue(types), "action": .string(kind), "outcome": .string(outcome),
            "sequence": JSONValue(sequence), "hash": .string(hash), "provider": "martlet", "dataset": "martlet.audit",
        ]
        return [
            "@timestamp": .string(at.description), "ecs": ["version": "8.17.0"], "event": event, "user": ["id": .string(actor)],
            "message": .string("\(actor): \(kind) \(subject)"), "labels": labels,
            "ml": ["subject": .string(subject), "body": .string(body.compact)],
        ]
    }

    private var noun: Substring { kind.prefix { $0 != "." } }
    private var verb: Substring { kind.drop { $0 != "." }.dropFirst() }

    /// `failure` for what was refused, denied or failed.
    private var outcome: String { ["denied", "refused", "failed", "interrupted", "red"].contains(verb) ? "failure" : "success" }

    /// `event.category` and `event.type`, of the values that the schema allows.
    private var classes: (categories: [String], types: [String]) {
        switch noun {
        case "access": ([body["permission"].text == "sign-in" ? "authentication" : "iam"], ["denied"])
        case "user", "service", "token", "role":
            (
                ["iam"],
                [noun == "role" ? "admin" : "user", ["added", "issued"].contains(verb) ? "creation" : verb == "disabled" ? "deletion" : "change"]
            )
        case "session": (["authentication", "session"], [verb == "begun" ? "start" : "end"])
        case "lease": (["authentication", "session"], [verb == "begun" ? "start" : "info"])
        case "secret": (["database"], [verb == "read" ? "access" : verb == "removed" ? "deletion" : "change"])
        case "charter", "settings": (["configuration"], ["change"])
        case "run", "step": (["process"], [verb == "started" ? "start" : "end"])
        case "prediction", "predictions": (["database"], ["access"])
        case "dataset", "labels": (["database"], ["creation"])
        default: (["database"], [verb == "registered" ? "creation" : "change"])
        }
    }
}
