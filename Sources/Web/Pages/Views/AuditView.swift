package import Support

/// A part of the record: the events that fit, newest first.
package struct AuditView: View {
    /// One event of the record.
    package struct Event: View {
        package var sequence: Int
        package var at: Timestamp
        package var actor: String
        /// What was done, as `noun.verb`.
        package var kind: String
        package var subject: String
        /// How the actor was recognised; nil where the event does not say.
        package var via: String?
        /// What a person wants to read of it, in short.
        package var summary: String
        package var body: JSONValue
        package var hash: String

        package init(
            _ sequence: Int, at: Timestamp, actor: String, kind: String, subject: String, via: String? = nil, summary: String = "",
            body: JSONValue = .object([]), hash: String = ""
        ) {
            self.sequence = sequence
            self.at = at
            self.actor = actor
            self.kind = kind
            self.subject = subject
            self.via = via
            self.summary = summary
            self.body = body
            self.hash = hash
        }

        package static let about = "One event of the record: who did what to what."
        package static var members: [ViewMember<Event>] {
            [
                .init("sequence", \.sequence), .init("at", \.at), .init("actor", \.actor), .init("kind", \.kind, "What was done, as noun.verb."),
                .init("subject", \.subject, "What it was done to."), .init("via", \.via, "How the actor was recognised: token:ci, session."),
                .init("summary", \.summary), .init("body", \.body), .init("hash", \.hash, "The hash that the next event follows from."),
            ]
        }
    }

    package var events: [Event]
    /// The number before which the next older events lie; nil at the beginning of the record.
    package var older: Int?

    package init(events: [Event] = [], older: Int? = nil) {
        self.events = events
        self.older = older
    }

    package static let about = "Events of the record that fit what was asked for, newest first."
    package static var members: [ViewMember<AuditView>] {
        [.init("events", \.events), .init("older", \.older, "Ask with before set to it for the next older events; null where there are none.")]
    }
}

/// What is looked for in the record, as it stands in an address; empty texts ask for nothing.
package struct AuditFilter: Sendable, Equatable {
    package var who: String
    package var what: String
    package var about: String
    package var since: String
    package var text: String
    package var before: String

    /// - Parameter fields: of a query; others are left alone.
    package init(_ fields: [(name: String, value: String)] = []) {
        func field(_ name: String) -> String {
            let value = fields.first { $0.name == name }?.value ?? ""
            return String(value.split(whereSeparator: \.isWhitespace).joined(separator: " ").prefix(500))
        }
        who = field("who")
        what = field("what")
        about = field("about")
        since = field("since")
        text = field("text")
        before = field("before")
    }

    /// The names and meanings of the fields.
    package static let fields = [
        (name: "who", about: "Who did it."), (name: "what", about: "What was done: model.promoted, or model for all that is done to models."),
        (name: "about", about: "What it was done to: model:NAME@v3."),
        (name: "since", about: "Not before: 7d for a week ago, or a moment such as 2026-11-23."),
        (name: "text", about: "A text that stands anywhere in an event."),
        (name: "before", about: "Older than the event of this number."),
    ]

    /// The page of what is looked for.
    package var path: String {
        let values = [("who", who), ("what", what), ("about", about), ("since", since), ("text", text), ("before", before)]
        let query = values.filter { !$0.1.isEmpty }.map { "\($0.0)=\(PagePath.segment($0.1))" }.joined(separator: "&")
        return query.isEmpty ? PagePath.audit : "\(PagePath.audit)?\(query)"
    }

    /// The same with one thing changed; from the newest on.
    func with<Value>(_ field: WritableKeyPath<AuditFilter, Value>, _ value: Value) -> AuditFilter {
        var filter = self
        filter.before = ""
        filter[keyPath: field] = value
        return filter
    }
}
