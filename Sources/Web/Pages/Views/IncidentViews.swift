package import Support

/// One incident, as a list shows it.
package struct IncidentView: View {
    package enum State: String, ViewWord {
        case firing, cleared, closed
    }

    package enum Severity: String, ViewWord {
        case warning, critical
    }

    package var id: Int
    package var state: State
    package var severity: Severity
    /// `objective`, `drift` or `monitor`.
    package var kind: String
    /// What it is about, in a few words.
    package var title: String
    package var endpoint: String
    package var cause: String
    /// What was seen last.
    package var summary: String
    package var opened: Timestamp
    package var seen: Timestamp
    package var count: Int
    package var cleared: Timestamp?
    package var acknowledgedBy: String?
    package var closedBy: String?

    package init(
        id: Int, state: State, severity: Severity, kind: String, title: String, endpoint: String, cause: String, summary: String, opened: Timestamp,
        seen: Timestamp, count: Int, cleared: Timestamp? = nil, acknowledgedBy: String? = nil, closedBy: String? = nil
    ) {
        self.id = id
        self.state = state
        self.severity = severity
        self.kind = kind
        self.title = title
        self.endpoint = endpoint
        self.cause = cause
        self.summary = summary
        self.opened = opened
        self.seen = seen
        self.count = count
        self.cleared = cleared
        self.acknowledgedBy = acknowledgedBy
        self.closedBy = closedBy
    }

    package static let about = "What went wrong in production, until a person closes it."
    package static var members: [ViewMember<IncidentView>] {
        [
            .init("id", \.id), .init("state", \.state, "Whether it is still seen; cleared waits for a person to close it."),
            .init("severity", \.severity), .init("kind", \.kind, "objective, drift or monitor."), .init("title", \.title),
            .init("endpoint", \.endpoint), .init("cause", \.cause, "The objective's id, or the monitor."),
            .init("summary", \.summary, "What was seen last."),
            .init("opened", \.opened), .init("seen", \.seen, "When it was seen bad last."), .init("count", \.count, "How often it was seen bad."),
            .init("cleared", \.cleared, "When it was seen good again."), .init("acknowledged_by", \.acknowledgedBy), .init("closed_by", \.closedBy),
        ]
    }
}

/// One incident with everything that happened to it.
package struct IncidentDetailView: View {
    /// One thing that happened.
    package struct Entry: View {
        package var time: Timestamp
        /// `opened`, `returned`, `cleared`, `acknowledged` or `closed`.
        package var what: String
        package var by: String
        package var reason: String

        package init(_ time: Timestamp, _ what: String, by: String, reason: String) {
            self.time = time
            self.what = what
            self.by = by
            self.reason = reason
        }

        package static let about = "One thing that happened to an incident."
        package static var members: [ViewMember<Entry>] {
            [.init("time", \.time), .init("what", \.what), .init("by", \.by), .init("reason", \.reason)]
        }
    }

    package var incident: IncidentView
    package var timeline: [Entry]

    package init(_ incident: IncidentView, timeline: [Entry]) {
        self.incident = incident
        self.timeline = timeline
    }

    package static let about = "An incident and everything that happened to it, oldest first."
    package static var members: [ViewMember<IncidentDetailView>] { [.init("incident", \.incident), .init("timeline", \.timeline)] }
}
