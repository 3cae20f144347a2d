package import Database
package import Events
package import Support

/// The truth of one prediction, as it became known.
package struct Label: Sendable, Equatable {
    /// Which prediction: by its ID, or by the caller's key.
    package enum Subject: Sendable, Hashable {
        case prediction(TimeOrderedID)
        case key(String)

        /// How it is called in a sentence.
        package var name: String {
            switch self {
            case .prediction(let id): "the prediction \(id)"
            case .key(let key): "“\(key)”"
            }
        }
    }

    package var subject: Subject
    /// The class, or the number as text.
    package var value: String
    package var known: Timestamp

    package init(subject: Subject, value: String, known: Timestamp) {
        self.subject = subject
        self.value = value
        self.known = known
    }
}

/// The labels of a project's endpoints. One label a subject: a later one corrects.
package struct LabelStore: Sendable {
    /// What an import did.
    package struct Change: Sendable, Equatable {
        package var added = 0
        package var changed = 0
        package var unchanged = 0
    }

    private let database: any MetadataDatabase
    private let events: EventLog
    private let clock: any WallClock

    package init(database: any MetadataDatabase, events: EventLog, clock: any WallClock) {
        self.database = database
        self.events = events
        self.clock = clock
    }

    /// Stores labels in one transaction: all of them or none.
    /// - Parameter source: where they came from, for the record.
    package func add(_ labels: [Label], endpoint: String, source: String) throws(MartletError) -> Change {
        try database.write { session in
            var change = Change()
            for label in labels { try store(label, endpoint, &change, session) }
            if change.added + change.changed > 0 {
                let body: JSONValue = ["source": .string(source), "added": JSONValue(change.added), "changed": JSONValue(change.changed)]
                try events.append("labels.imported", "endpoint:\(endpoint)", body, in: session)
            }
            return change
        }
    }

    private func store(_ label: Label, _ endpoint: String, _ change: inout Change, _ session: SQLSession) throws {
        let subject = SQLValue(LabelStore.text(label.subject))
        let old = try session.row("SELECT value FROM label WHERE endpoint = ? AND subject = ?", [SQLValue(endpoint), subject])?.text("value")
        if old == label.value { return change.unchanged += 1 }
        if old == nil { change.added += 1 } else { change.changed += 1 }
        try session.execute(
            "INSERT INTO label (endpoint, subject, value, known, imported) VALUES (?, ?, ?, ?, ?) ON CONFLICT (endpoint, subject) DO UPDATE SET "
                + "value = excluded.value, known = excluded.known, imported = excluded.imported",
            [SQLValue(endpoint), subject, SQLValue(label.value), SQLValue(label.known), SQLValue(clock.now())])
    }

    /// All labels of an endpoint known by a moment, by subject.
    package func labels(of endpoint: String, knownBy moment: Timestamp) throws(MartletError) -> [Label.Subject: Label] {
        try database.read { session in
            let rows = try session.rows(
                "SELECT subject, value, known FROM label WHERE endpoint = ? AND known <= ?", [SQLValue(endpoint), SQLValue(moment)])
            var labels: [Label.Subject: Label] = [:]
            for row in rows {
                guard let subject = LabelStore.subject(row.text("subject") ?? ""), let value = row.text("value"), let known = row.time("known") else {
                    continue
                }
                labels[subject] = Label(subject: subject, value: value, known: known)
            }
            return labels
        }
    }

    /// The number of an endpoint's labels.
    package func count(of endpoint: String) throws(MartletError) -> Int {
        try database.read { try $0.row("SELECT count(*) AS n FROM label WHERE endpoint = ?", [SQLValue(endpoint)])?.int("n") ?? 0 }
    }

    /// The label of one subject, where it is known.
    package func label(of subject: Label.Subject, endpoint: String) throws(MartletError) -> String? {
        try database.read {
            try $0.row("SELECT value FROM label WHERE endpoint = ? AND subject = ?", [SQLValue(endpoint), SQLValue(LabelStore.text(subject))])?.text(
                "value")
        }
    }

    static func text(_ subject: Label.Subject) -> String {
        switch subject {
        case .prediction(let id): "id:\(id)"
        case .key(let key): "key:\(key)"
        }
    }

    static func subject(_ text: String) -> Label.Subject? {
        if text.hasPrefix("key:") { return .key(String(text.dropFirst(4))) }
        return TimeOrderedID(text.dropFirst(3)).map(Label.Subject.prediction)
    }
}
