package import Database
package import Events
package import Support

/// An API token without its secret.
package struct APIToken: Sendable, Equatable {
    package var name: String
    package var principal: PrincipalID
    /// The permissions that it is limited to; all of its principal's where it is nil.
    package var scopes: Set<Permission>?
    package var created: Timestamp
    package var expires: Timestamp?
    package var revoked: Timestamp?
    /// The first characters of the secret, by which a found token is recognised.
    package var hint: String
    /// The token that a lease was made from; nil for a token that somebody made.
    package var parent: String?
    /// Until when a lease can be renewed.
    package var renewableUntil: Timestamp?

    /// Whether it opens anything at a moment.
    package func isValid(at moment: Timestamp) -> Bool { revoked == nil && expires.map { moment < $0 } ?? true }
}

/// The API tokens of a project: made once, kept as hashes, limited, expiring, revocable.
package struct TokenStore: Sendable {
    /// What every token begins with, so that scanners for leaked secrets find it.
    package static let prefix = "mlt_"

    private let database: any MetadataDatabase
    private let events: EventLog
    private let clock: any WallClock

    package init(database: any MetadataDatabase, events: EventLog, clock: any WallClock) {
        self.database = database
        self.events = events
        self.clock = clock
    }

    /// Makes a token.
    /// - Parameters:
    ///   - lifetime: in seconds; for ever where it is nil.
    /// - Returns: the secret, which is shown once and not kept.
    /// - Throws: `alreadyExists` for a name that is taken; `notFound` where there is no such principal.
    package func issue(_ name: String, for principal: PrincipalID, scopes: Set<Permission>?, lifetime: Double?) throws(MartletError) -> String {
        let secret = Secret.make(prefix: TokenStore.prefix)
        let now = clock.now()
        let expires = lifetime.map { now.advanced(bySeconds: $0) }
        let scopeText = scopes.map { $0.sorted().map(\.rawValue).joined(separator: " ") }
        try database.write { session in
            guard try session.row("SELECT id FROM principal WHERE id = ? AND disabled = 0", [SQLValue(principal)]) != nil else {
                throw MartletError(.notFound, "There is no user or service “\(principal)”. Add one with “martlet user add”.")
            }
            guard try session.row("SELECT name FROM token WHERE name = ?", [SQLValue(name)]) == nil else {
                throw MartletError(.alreadyExists, "There is, or was, a token “\(name)”. Names are not used again, so that the record stays clear.")
            }
            try session.execute(
                "INSERT INTO token (name, principal, hash, hint, scopes, created, expires) VALUES (?, ?, ?, ?, ?, ?, ?)",
                [
                    SQLValue(name), SQLValue(principal), SQLValue(Secret.hash(secret)), SQLValue(String(secret.prefix(8))), SQLValue(scopeText),
                    SQLValue(now), SQLValue(expires),
                ])
            let body: JSONValue = [
                "for": .string(principal.rawValue), "scopes": JSONValue(scopeText), "expires": JSONValue(expires?.description),
                "token": .string(Secret.mark(Secret.hash(secret))),
            ]
            try events.append("token.issued", "token:\(name)", body, in: session)
            try AccessGeneration.advance(in: session)
        }
        return secret
    }

    /// Ends a token for good, with the leases that were made from it.
    package func revoke(_ name: String) throws(MartletError) {
        try database.write { session in
            guard let row = try session.row("SELECT revoked FROM token WHERE name = ?", [SQLValue(name)]) else {
                let known = try session.rows("SELECT name FROM token WHERE revoked IS NULL").compactMap { $0.text("name") }
                throw MartletError(.notFound, "There is no token “\(name)”.\(didYouMean(name, among: known)) See “martlet token list”.")
            }
            guard row.time("revoked") == nil else { throw MartletError(.conflict, "The token “\(name)” was revoked already.") }
            try session.execute(
                "UPDATE token SET revoked = ? WHERE (name = ? OR parent = ?) AND revoked IS NULL",
                [SQLValue(clock.now()), SQLValue(name), SQLValue(name)])
            try events.append("token.revoked", "token:\(name)", in: session)
            try AccessGeneration.advance(in: session)
        }
    }

    /// All tokens, newest first.
    package func all() throws(MartletError) -> [APIToken] {
        try database.read { session in try TokenStore.all(session).map(\.token) }
    }

    /// All tokens with what the record tells of each secret: a mark of the hash that is kept.
    package func marked() throws(MartletError) -> [(token: APIToken, mark: String)] {
        try database.read { session in try TokenStore.all(session).map { ($0.token, Secret.mark($0.hash)) } }
    }

    static func all(_ session: SQLSession) throws -> [(token: APIToken, hash: String)] {
        try session.rows("SELECT * FROM token ORDER BY created DESC, name").map { row in
            let scopes = row.text("scopes").map { Set($0.split(separator: " ").compactMap { Permission(rawValue: String($0)) }) }
            let token = APIToken(
                name: row.text("name") ?? "", principal: PrincipalID(row.text("principal") ?? ""), scopes: scopes,
                created: row.time("created") ?? Timestamp(microseconds: 0), expires: row.time("expires"), revoked: row.time("revoked"),
                hint: row.text("hint") ?? "", parent: row.text("parent"), renewableUntil: row.time("renewable_until"))
            return (token, row.text("hash") ?? "")
        }
    }
}
