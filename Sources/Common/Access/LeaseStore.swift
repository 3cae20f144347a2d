internal import Database
internal import Events
internal import Support

/// Leases: tokens of an hour that a service gets for a token of its own, with what that may do and no more, renewed up to a day. They end with the token
/// that they were made from.
struct LeaseStore: Sendable {
    /// How long a lease lasts, and how long at most with all renewals, in seconds.
    static let lifetime = 3600.0
    static let longest = 86_400.0
    /// The most leases of one token at a time.
    private static let most = 100
    /// How long a lease that is over stays in the list, in seconds.
    private static let memory = 86_400.0

    let database: any MetadataDatabase
    let events: EventLog
    let clock: any WallClock

    /// Makes a lease.
    /// - Parameters:
    ///   - service: whose it will be.
    ///   - secret: a token of that service.
    /// - Returns: nil where there is no such service, or the token is not a valid one of its own, or is a lease itself.
    func begin(for service: PrincipalID, showing secret: String) throws(MartletError) -> (secret: String, token: APIToken)? {
        let now = clock.now()
        return try database.write { session in
            guard let parent = try self.parent(service, secret, session), parent.isValid(at: now) else { return nil }
            try session.execute(
                "DELETE FROM token WHERE parent IS NOT NULL AND expires <= ?", [SQLValue(now.advanced(bySeconds: -LeaseStore.memory))])
            let live = try session.row(
                "SELECT count(*) AS n FROM token WHERE parent = ? AND revoked IS NULL AND expires > ?", [SQLValue(parent.name), SQLValue(now)])?.int(
                    "n")
            guard live ?? 0 < LeaseStore.most else {
                throw MartletError(.tooManyAttempts, "There are \(LeaseStore.most) leases of this token. Revoke those that are not used, or wait.")
            }
            let lease = try self.add(from: parent, at: now, session)
            let body: JSONValue = [
                "parent": .string(parent.name), "expires": JSONValue(lease.token.expires?.description),
                "token": .string(Secret.mark(Secret.hash(lease.secret))),
            ]
            try events.acting(as: service.rawValue, via: "token:\(parent.name)").append("lease.begun", "token:\(lease.token.name)", body, in: session)
            try AccessGeneration.advance(in: session)
            return lease
        }
    }

    /// Lengthens a lease, at most to the end that it was made with.
    /// - Throws: `invalidInput` for what is no lease.
    func renew(of caller: Caller, by seconds: Double?) throws(MartletError) -> APIToken {
        let now = clock.now()
        return try database.write { session in
            guard case .token(let name) = caller.proof, var token = try TokenStore.all(session).first(where: { $0.token.name == name })?.token,
                let last = token.renewableUntil, token.isValid(at: now)
            else { throw MartletError(.invalidInput, "lease is not renewable") }
            let wanted = min(max(seconds ?? LeaseStore.lifetime, 1), LeaseStore.lifetime)
            token.expires = min(now.advanced(bySeconds: wanted), last)
            try session.execute("UPDATE token SET expires = ? WHERE name = ?", [SQLValue(token.expires), SQLValue(name)])
            let body: JSONValue = ["expires": JSONValue(token.expires?.description)]
            try events.acting(as: caller.id.rawValue, via: caller.via).append("lease.renewed", "token:\(name)", body, in: session)
            try AccessGeneration.advance(in: session)
            return token
        }
    }

    private func parent(_ service: PrincipalID, _ secret: String, _ session: SQLSession) throws -> APIToken? {
        let known = try session.row("SELECT id FROM principal WHERE id = ? AND kind = 'service' AND disabled = 0", [SQLValue(service)])
        guard known != nil else { return nil }
        let hash = Secret.hash(secret)
        return try TokenStore.all(session).first { $0.hash == hash && $0.token.principal == service && $0.token.parent == nil }?.token
    }

    private func add(from parent: APIToken, at now: Timestamp, _ session: SQLSession) throws -> (secret: String, token: APIToken) {
        let secret = Secret.make(prefix: TokenStore.prefix)
        let last = [now.advanced(bySeconds: LeaseStore.longest), parent.expires].compactMap { $0 }.min() ?? now
        let token = APIToken(
            name: "\(parent.name)/\(Secret.make(prefix: "").prefix(12))", principal: parent.principal, scopes: parent.scopes, created: now,
            expires: min(now.advanced(bySeconds: LeaseStore.lifetime), last), revoked: nil, hint: String(secret.prefix(8)), parent: parent.name,
            renewableUntil: last)
        let scopes = token.scopes.map { $0.sorted().map(\.rawValue).joined(separator: " ") }
        try session.execute(
            """
            INSERT INTO token (name, principal, hash, hint, scopes, created, expires, parent, renewable_until)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                SQLValue(token.name), SQLValue(token.principal), SQLValue(Secret.hash(secret)), SQLValue(token.hint), SQLValue(scopes),
                SQLValue(now), SQLValue(token.expires), SQLValue(token.parent), SQLValue(token.renewableUntil),
            ])
        return (secret, token)
    }
}
