package import Support

/// What went wrong in production, from the first time that it was seen until a person closes it. There is one for each cause, however often
/// and in however many columns it shows.
package struct Incident: Sendable, Equatable {
    /// What kind of monitor saw it.
    package enum Kind: String, Sendable, CaseIterable {
        /// An objective that is measured in production does not hold.
        case objective
        /// What is asked has moved away from what was learnt from.
        case drift
        /// A monitor could not do its work.
        case monitor
        /// A person has been waited for too long.
        case waiting
        /// The newest row of a source is older than agreed.
        case source
        /// Versions that shared the traffic were taken out of it.
        case canary
    }

    package enum Severity: String, Sendable, CaseIterable {
        case warning, critical
    }

    /// How it stands.
    package enum State: String, Sendable, CaseIterable {
        /// Seen bad at the last look.
        case firing
        /// Seen good again; a person has not closed it yet.
        case cleared
        case closed
    }

    package var id: Int
    package var kind: Kind
    package var endpoint: String
    /// The objective's id, or the name of the monitor.
    package var cause: String
    package var severity: Severity
    /// What was seen last, in a sentence.
    package var summary: String
    package var opened: Timestamp
    /// When it turned bad last.
    package var firingSince: Timestamp
    /// When it was seen bad last, and how often.
    package var seen: Timestamp
    package var count: Int
    /// When it was seen good again; nil while it is bad.
    package var cleared: Timestamp?
    package var acknowledged: Timestamp?
    package var acknowledgedBy: String?
    package var closed: Timestamp?
    package var closedBy: String?
    /// What a person said of it last.
    package var reason: String?

    package var state: State { closed != nil ? .closed : cleared != nil ? .cleared : .firing }

    /// Its reference in events and lists.
    package var reference: String { "incident:\(id)" }

    /// What it is about, in a few words: `objective live`.
    package var title: String {
        switch kind {
        case .objective: "objective \(cause)"
        case .drift: "drift of the inputs"
        case .monitor: "the monitor “\(cause)” fails"
        case .waiting: "somebody is waited for"
        case .source: "\(cause) is not fresh"
        case .canary: "a canary was rolled back"
        }
    }

    /// The incident for `--json` and for messages.
    package var json: JSONValue {
        [
            "id": JSONValue(id), "state": .string(state.rawValue), "kind": .string(kind.rawValue), "endpoint": .string(endpoint),
            "cause": .string(cause), "severity": .string(severity.rawValue), "summary": .string(summary), "opened": .string(opened.description),
            "firing_since": .string(firingSince.description), "seen": .string(seen.description), "count": JSONValue(count),
            "cleared": JSONValue(cleared?.description), "acknowledged": JSONValue(acknowledged?.description),
            "acknowledged_by": JSONValue(acknowledgedBy), "closed": JSONValue(closed?.description), "closed_by": JSONValue(closedBy),
            "reason": JSONValue(reason),
        ]
    }
}

/// What a monitor saw of one cause.
package struct Finding: Sendable, Equatable {
    package var kind: Incident.Kind
    package var endpoint: String
    package var cause: String
    package var severity: Incident.Severity
    package var isBad: Bool
    /// What was seen, in a sentence.
    package var summary: String

    package init(_ kind: Incident.Kind, endpoint: String, cause: String, severity: Incident.Severity, isBad: Bool, summary: String) {
        self.kind = kind
        self.endpoint = endpoint
        self.cause = cause
        self.severity = severity
        self.isBad = isBad
        self.summary = summary
    }
}

/// A turn of an incident that somebody may want to hear of.
package struct IncidentChange: Sendable, Equatable {
    package enum Turn: String, Sendable {
        case opened, returned, cleared, closed
    }

    package var turn: Turn
    package var incident: Incident

    /// Whether it turned bad.
    package var isBad: Bool { turn == .opened || turn == .returned }
}
