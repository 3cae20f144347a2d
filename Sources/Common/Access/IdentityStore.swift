package import Database
package import Events
internal import OpenIDConnect
package import Support

/// An identity at a provider with the user that it belongs to.
package struct LinkedIdentity: Sendable, Equatable {
    package var issuer: String
    package var subject: String
    package var principal: PrincipalID
    package var linked: Timestamp
}

/// Which user an identity at a provider belongs to: issuer and subject together, and nothing else. Every change is an event of the same
/// transaction.
package struct IdentityStore: Sendable {
    private let database: any MetadataDatabase
    private let events: EventLog
    private let clock: any WallClock

    package init(database: any MetadataDatabase, events: EventLog, clock: any WallClock) {
        self.database = database
        self.events = events
        self.clock = clock
    }

    /// Ties an identity to a user.
    /// - Throws: `alreadyExists` where it is somebody's; `notFound` where there is no such user.
    package func link(issuer: String, subject: String, to id: PrincipalID) throws(MartletError) {
        guard !subject.isEmpty, subject.utf8.count <= 255 else { throw MartletError(.invalidInput, "A subject has 1 to 255 bytes.") }
        try database.write { session in
            guard let kind = try session.row("SELECT kind FROM principal WHERE id = ? AND disabled = 0", [SQLValue(id)])?.text("kind") else {
                let known = try session.rows("SELECT id FROM principal WHERE disabled = 0").compactMap { $0.text("id") }
                throw MartletError(.notFound, "There is no user “\(id)”.\(didYouMean(id.rawValue, among: known)) Add one with “martlet user add”.")
            }
            guard kind == Principal.Kind.user.rawValue else {
                throw MartletError(.invalidInput, "“\(id)” is a service; it has a token (martlet token add). People sign in by a provider.")
            }
            try insert(issuer, subject, id, because: nil, in: session)
        }
    }

    /// Ties an identity to a user in the caller's transaction.
    /// - Parameter reason: why it was tied, where no person did it.
    func insert(_ issuer: String, _ subject: String, _ id: PrincipalID, because reason: String?, in session: SQLSession) throws {
        if let owner = try IdentityStore.owner(issuer, subject, session) {
            throw MartletError(.alreadyExists, "That identity belongs to “\(owner)” already. Take it away first: martlet user unlink.")
        }
        try session.execute(
            "INSERT INTO identity (issuer, subject, principal, linked) VALUES (?, ?, ?, ?)",
            [SQLValue(issuer), SQLValue(subject), SQLValue(id), SQLValue(clock.now())])
        var body = Identity(issuer: issuer, subject: subject).claim
        if let reason { body["because"] = .string(reason) }
        try events.append("identity.linked", "user:\(id)", body, in: session)
        try AccessGeneration.advance(in: session)
    }

    /// Unties an identity, and ends the sessions of the user whose it was.
    /// - Returns: that user.
    /// - Throws: `notFound` where it is nobody's.
    @discardableResult
    package func unlink(issuer: String, subject: String) throws(MartletError) -> PrincipalID {
        try database.write { session in
            guard let id = try IdentityStore.owner(issuer, subject, session) else {
                throw MartletError(.notFound, "That identity is tied to nobody. See “martlet user links”.")
            }
            try session.execute("DELETE FROM identity WHERE issuer = ? AND subject = ?", [SQLValue(issuer), SQLValue(subject)])
            try session.execute("DELETE FROM session WHERE principal = ?", [SQLValue(id)])
            try events.append("identity.unlinked", "user:\(id)", Identity(issuer: issuer, subject: subject).claim, in: session)
            try AccessGeneration.advance(in: session)
            return id
        }
    }

    /// All ties, by user.
    package func all() throws(MartletError) -> [LinkedIdentity] {
        try database.read { session in
            try session.rows("SELECT * FROM identity ORDER BY principal, issuer, subject").map { row in
                LinkedIdentity(
                    issuer: row.text("issuer") ?? "", subject: row.text("subject") ?? "", principal: PrincipalID(row.text("principal") ?? ""),
                    linked: row.time("linked") ?? Timestamp(microseconds: 0))
            }
        }
    }

    /// Whose an identity is; nil where it is nobody's.
    static func owner(_ issuer: String, _ subject: String, _ session: SQLSession) throws -> PrincipalID? {
        try session.row("SELECT principal FROM identity WHERE issuer = ? AND subject = ?", [SQLValue(issuer), SQLValue(subject)])?
            .text("principal").map { PrincipalID($0) }
    }
}
