package import Database
package import Events
package import Support

/// Sessions of the pages. The secret lives in the browser's cookie; its hash lives here.
package struct SessionStore: Sendable {
    /// How long a session lasts, in seconds: a working day.
    package static let lifetime = 12.0 * 3600

    private let database: any MetadataDatabase
    private let events: EventLog
    private let clock: any WallClock

    package init(database: any MetadataDatabase, events: EventLog, clock: any WallClock) {
        self.database = database
        self.events = events
        self.clock = clock
    }

    /// Begins a session for a principal who was recognised. Each has a secret of its own, made here: none that a browser brought is ever taken.
    /// - Parameters:
    ///   - via: how they were recognised.
    ///   - claim: what else the record says of that.
    package func begin(_ principal: PrincipalID, via: String, claim: JSONValue = .object([])) throws(MartletError) -> String {
        let secret = Secret.make(prefix: "")
        let now = clock.now()
        try database.write { session in
            try session.execute("DELETE FROM session WHERE expires <= ?", [SQLValue(now)])
            try session.execute(
                "INSERT INTO session (hash, principal, expires) VALUES (?, ?, ?)",
                [SQLValue(Secret.hash(secret)), SQLValue(principal), SQLValue(now.advanced(bySeconds: SessionStore.lifetime))])
            var body = claim
            body["session"] = .string(Secret.mark(Secret.hash(secret)))
            try events.acting(as: principal.rawValue, via: via).append("session.begun", "user:\(principal)", body, in: session)
        }
        return secret
    }

    /// Whose session a secret belongs to; nil where there is none, or it is over.
    package func principal(_ secret: String) throws(MartletError) -> PrincipalID? {
        try database.read { session in
            try session.row(
                "SELECT principal FROM session WHERE hash = ? AND expires > ?", [SQLValue(Secret.hash(secret)), SQLValue(clock.now())])?
                .text("principal").map { PrincipalID($0) }
        }
    }

    /// What the record tells of each session that is not over: a mark of the hash that is kept, and whose it is.
    package func marks() throws(MartletError) -> [(mark: String, principal: PrincipalID)] {
        try database.read { session in
            try session.rows("SELECT hash, principal FROM session WHERE expires > ?", [SQLValue(clock.now())])
                .map { (Secret.mark($0.text("hash") ?? ""), PrincipalID($0.text("principal") ?? "")) }
        }
    }

    /// Ends a session. One that is over already stays over.
    package func end(_ secret: String) throws(MartletError) {
        try database.write { session in
            guard let row = try session.row("SELECT principal FROM session WHERE hash = ?", [SQLValue(Secret.hash(secret))]) else { return }
            try session.execute("DELETE FROM session WHERE hash = ?", [SQLValue(Secret.hash(secret))])
            let principal = row.text("principal") ?? ""
            try events.acting(as: principal, via: "session").append("session.ended", "user:\(principal)", in: session)
        }
    }
}
