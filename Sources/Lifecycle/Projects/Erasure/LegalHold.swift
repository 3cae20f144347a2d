internal import Database
internal import Events
package import Support

/// An order to keep what is known of a person. While it stands the key itself is kept, so that those who review holds can read them.
package struct LegalHold: Sendable, Equatable {
    package var key: String
    package var reason: String
    package var at: Timestamp
    package var actor: String

    package var json: JSONValue {
        ["subject": .string(key), "because": .string(reason), "since": .string(at.description), "by": .string(actor)]
    }
}

extension Project {
    /// The holds that stand, oldest first.
    package func holds() throws(MartletError) -> [LegalHold] { try database.read { try holds(in: $0) } }

    func holds(in session: SQLSession) throws -> [LegalHold] {
        try session.rows("SELECT * FROM legal_hold ORDER BY at, key").map { row in
            LegalHold(
                key: row.text("key") ?? "", reason: row.text("reason") ?? "", at: row.time("at") ?? Timestamp(microseconds: 0),
                actor: row.text("actor") ?? "")
        }
    }

    /// Holds a person: nothing of theirs is erased, and retention passes their rows over.
    /// - Throws: `alreadyExists` where they are held.
    package func hold(_ key: String, because reason: String) throws(MartletError) -> LegalHold {
        try Project.check(key, reason)
        return try database.write { session in
            let subject = try Subject(key: key, secret: subjectSecret(in: session))
            if let known = try holds(in: session).first(where: { $0.key == key }) {
                throw MartletError(
                    .alreadyExists, "That subject is held since \(known.at), because \(known.reason). Release it first to hold it for another reason."
                )
            }
            let hold = LegalHold(key: key, reason: reason, at: clock.now(), actor: events.currentActor)
            try session.execute(
                "INSERT INTO legal_hold (subject, key, reason, at, actor) VALUES (?, ?, ?, ?, ?)",
                [SQLValue(subject.digest), SQLValue(key), SQLValue(reason), SQLValue(hold.at), SQLValue(hold.actor)])
            try events.append("hold.placed", "subject:\(subject.digest)", ["because": .string(reason)], in: session)
            return hold
        }
    }

    /// Ends a hold.
    /// - Throws: `notFound` where the person is not held.
    package func release(_ key: String, because reason: String) throws(MartletError) {
        try Project.check(key, reason)
        try database.write { session in
            let subject = try Subject(key: key, secret: subjectSecret(in: session))
            guard try holds(in: session).contains(where: { $0.key == key }) else {
                throw MartletError(.notFound, "That subject is not held. “martlet data holds” lists who is.")
            }
            try session.execute("DELETE FROM legal_hold WHERE subject = ?", [SQLValue(subject.digest)])
            try events.append("hold.released", "subject:\(subject.digest)", ["because": .string(reason)], in: session)
        }
        try database.scour()
    }

    /// - Throws: `usage` for an empty key or reason.
    static func check(_ key: String, _ reason: String) throws(MartletError) {
        guard !key.isEmpty, key.utf8.count <= 1000 else {
            throw MartletError(.usage, "--subject is the person's key, as the data and the requests carry it.")
        }
        guard reason.contains(where: { !$0.isWhitespace }), reason.utf8.count <= 2000 else {
            throw MartletError(.usage, "Say why with --because: the record keeps the reason. Do not name the person in it.")
        }
    }
}
