package import Database
package import Events
package import Policy
package import Support
internal import Synchronization

/// The one place that says who may do what. Every request of every protocol passes `caller` and then `authorize`.
package final class Access: Sendable {
    let database: any MetadataDatabase
    let events: EventLog
    let clock: any WallClock
    let plan: AccessPlan
    let sessions: SessionStore
    let denials: DenialRecord
    let limiter: AttemptLimiter
    private let leases: LeaseStore
    private let rules: AccessRules?
    private let held = Mutex<(snapshot: AccessSnapshot, readAt: Double)?>(nil)
    /// Hashes of names and passwords that were right a short while ago: clients that send a password with every request would otherwise pay
    /// the slow hash each time.
    private let remembered = Mutex<[String: (principal: PrincipalID, generation: Int, until: Double)]>([:])

    /// How old a snapshot may grow before it is compared with the database, in seconds: what another process changed acts within this time.
    private static let freshness = 1.0
    /// How long a right password is remembered, in seconds.
    private static let passwordMemory = 60.0

    /// - Parameter rules: policies that are asked after the roles; nil where there are only roles.
    package init(database: any MetadataDatabase, events: EventLog, clock: any WallClock, plan: AccessPlan, rules: AccessRules? = nil) {
        self.database = database
        self.events = events
        self.clock = clock
        self.plan = plan
        sessions = SessionStore(database: database, events: events, clock: clock)
        denials = DenialRecord(database: database, events: events)
        limiter = AttemptLimiter(clock: clock)
        leases = LeaseStore(database: database, events: events, clock: clock)
        self.rules = rules
    }

    // MARK: - Who asks

    /// Whether nobody is registered, so that everybody on this machine may enter.
    package func isOpen() throws(MartletError) -> Bool { try snapshot().isEmpty }

    /// Who a token belongs to.
    /// - Throws: `unauthenticated`.
    package func caller(token secret: String) throws(MartletError) -> Caller {
        guard let (token, caller) = try snapshot().token(Secret.hash(secret)), token.isValid(at: clock.now()) else {
            throw MartletError(.unauthenticated, "The token is unknown, expired or revoked. Ask an owner for one: martlet token add.")
        }
        return caller
    }

    /// Who a name and password belong to. A token is taken in place of the password, as clients that know only names and passwords send it.
    /// Takes about a fifth of a second for a password: not for the cooperative threads.
    /// - Parameter address: where the attempt comes from.
    /// - Throws: `unauthenticated`; `tooManyAttempts`.
    package func caller(name: String, password: String, from address: String) throws(MartletError) -> Caller {
        if password.hasPrefix(TokenStore.prefix) {
            let caller = try caller(token: password)
            guard name.isEmpty || name == caller.id.rawValue else { throw Access.wrongPassword }
            return caller
        }
        let snapshot = try snapshot()
        let key = Secret.hash("\(name.utf8.count):\(name)\(password)")
        let now = monotonicSeconds()
        if let known = remembered.withLock({ $0[key] }), known.generation == snapshot.generation, known.until > now,
            let principal = snapshot.principal(known.principal)
        {
            return snapshot.caller(principal, proof: .password)
        }
        let principal = try check(name, password, from: address, snapshot)
        remembered.withLock { remembered in
            if remembered.count > 1000 { remembered = remembered.filter { $0.value.until > now } }
            if remembered.count <= 1000 { remembered[key] = (principal.id, snapshot.generation, now + Access.passwordMemory) }
        }
        return snapshot.caller(principal, proof: .password)
    }

    /// A caller who sends the password along with what it signs. It is checked anew each time; what the caller may do stays as it was.
    /// Takes about a fifth of a second: not for the cooperative threads.
    /// - Throws: `unauthenticated` for a wrong password; `tooManyAttempts`.
    package func caller(_ caller: Caller, signingWith password: String, from address: String) throws(MartletError) -> Caller {
        _ = try check(caller.id.rawValue, password, from: address, snapshot())
        var signer = caller
        signer.proof = .password
        return signer
    }

    private func check(_ name: String, _ password: String, from address: String, _ snapshot: AccessSnapshot) throws(MartletError) -> Principal {
        let attempt = AttemptLimiter.Attempt(name: String(name.prefix(200)), address: address)
        try limiter.admit(attempt)
        let stored = try database.read { try $0.row("SELECT password FROM principal WHERE id = ?", [SQLValue(PrincipalID(name))])?.text("password") }
        let principal = snapshot.principal(PrincipalID(name))
        guard let stored, let principal, Password(stored: stored).matches(password) else {
            if stored.map({ !Password(stored: $0).isCompared(with: password) }) ?? true { Password.waste(password) }
            limiter.failed(attempt)
            denials.add("nobody", "sign-in", subject: "user:\(PrincipalID.isValid(name) ? name : "unreadable")")
            throw Access.wrongPassword
        }
        limiter.succeeded(attempt)
        return principal
    }

    private static let wrongPassword = MartletError(.unauthenticated, "The name or the password is wrong.")

    /// Begins a session of the pages for a caller who was recognised. A token begins none: a session can do whatever its owner can, and lasts
    /// when the token is revoked.
    /// - Returns: the secret for the cookie.
    /// - Throws: `unauthenticated` for a token.
    package func beginSession(_ caller: Caller) throws(MartletError) -> String {
        if case .token = caller.proof {
            throw MartletError(.unauthenticated, "A token does not sign in here; send it as “Authorization: Bearer TOKEN”. Sign in with a password.")
        }
        return try sessions.begin(caller.id, via: caller.via)
    }

    package func endSession(_ secret: String) throws(MartletError) { try sessions.end(secret) }

    /// Whose session it is.
    /// - Throws: `unauthenticated` where it is over.
    package func caller(session secret: String) throws(MartletError) -> Caller {
        let snapshot = try snapshot()
        guard let id = try sessions.principal(secret), let principal = snapshot.principal(id) else {
            throw MartletError(.unauthenticated, "The session is over. Sign in again.")
        }
        return snapshot.caller(principal, proof: .session)
    }

    // MARK: - Leases

    /// Makes a short-lived token for a service that shows one of its tokens, which acts at once.
    /// - Parameters:
    ///   - service: the service's name.
    ///   - secret: a token of its own that is no lease itself.
    ///   - address: where the attempt comes from.
    /// - Throws: `unauthenticated`; `tooManyAttempts`.
    package func beginLease(service: String, secret: String, from address: String) throws(MartletError) -> (secret: String, token: APIToken) {
        let attempt = AttemptLimiter.Attempt(name: "service \(service.prefix(200))", address: address)
        try limiter.admit(attempt)
        guard let lease = try leases.begin(for: PrincipalID(service), showing: secret) else {
            limiter.failed(attempt)
            denials.add("nobody", "sign-in", subject: "user:\(PrincipalID.isValid(service) ? service : "unreadable")")
            throw MartletError(.unauthenticated, "The service or its token is wrong.")
        }
        limiter.succeeded(attempt)
        forget()
        return lease
    }

    /// Lengthens the lease that a caller shows.
    /// - Parameter seconds: for how long from now; the usual time where it is nil.
    /// - Throws: `invalidInput` for a token that is no lease.
    package func renewLease(of caller: Caller, by seconds: Double?) throws(MartletError) -> APIToken {
        defer { forget() }
        return try leases.renew(of: caller, by: seconds)
    }

    /// Ends the token that a caller shows, at once.
    /// - Throws: `unauthenticated` where it is not by a token that the caller is recognised.
    package func revokeToken(of caller: Caller) throws(MartletError) {
        let token = try token(of: caller)
        let events = events.acting(as: caller.id.rawValue, via: caller.via)
        try TokenStore(database: database, events: events, clock: clock).revoke(token.name)
        forget()
    }

    /// The token that a caller is recognised by.
    /// - Throws: `unauthenticated` where it is by something else.
    package func token(of caller: Caller) throws(MartletError) -> APIToken {
        guard case .token(let name) = caller.proof, let token = try snapshot().token(named: name) else {
            throw MartletError(.unauthenticated, "This is about the token that is shown, and none was.")
        }
        return token
    }

    /// What is known is read anew with the next question.
    func forget() { held.withLock { $0 = nil } }

    // MARK: - What they may do

    /// The one decision: returns where the caller may, throws where not, and records what was denied. Roles are asked first; what they allow,
    /// policies can deny. May wait for a disk or a server: not for the cooperative threads.
    /// - Parameters:
    ///   - subject: the reference of what it is done to.
    ///   - resource: what it is done to, as policies see it; read from the subject where it is left out.
    ///   - facts: what else policies may need to know, as an object.
    /// - Throws: `permissionDenied` with the permission that is missing, or what the policies say.
    package func authorize(
        _ caller: Caller, _ permission: Permission, on subject: String, resource: PolicyResource? = nil, facts: JSONValue = .object([])
    ) throws(MartletError) {
        let question = rules?.question(caller, permission, resource ?? PolicyResource(subject: subject), facts, at: clock.now())
        guard caller.permissions.contains(permission) else {
            let isNew = denials.add(caller.id.rawValue, permission.rawValue, subject: subject)
            if isNew, let question { rules?.recordRoleDenial(question) }
            throw missing(permission, caller)
        }
        guard let rules, let question else { return }
        do { try rules.check(question, permission, caller) } catch {
            denials.add(caller.id.rawValue, permission.rawValue, subject: subject, reason: error.message)
            throw error
        }
    }

    /// Whether the caller may, where that is known at once and nothing has to be written down; otherwise `authorize` decides.
    package func allowsAtOnce(_ caller: Caller, _ permission: Permission, on subject: String) -> Bool {
        guard caller.permissions.contains(permission) else { return false }
        guard let rules else { return true }
        return rules.allowAtOnce(permission) { rules.question(caller, permission, PolicyResource(subject: subject), .object([]), at: clock.now()) }
    }

    private func missing(_ permission: Permission, _ caller: Caller) -> MartletError {
        let able = plan.roles.filter { $0.permissions.contains(permission) }.map(\.name).joined(separator: ", ")
        return MartletError(
            .permissionDenied,
            "“\(caller.id)” may not do this: it needs \(permission.rawValue), which \(able.isEmpty ? "no role has" : "these roles have: \(able)").")
    }

    /// Records that somebody unknown was turned away.
    package func recordStranger(_ permission: Permission, subject: String) { denials.add("nobody", permission.rawValue, subject: subject) }

    /// Puts into the record what was denied and only counted so far; for the end of a server.
    package func close() { denials.tellRest(all: true) }

    /// Whether the next question reads the database; then it does not belong on a cooperative thread.
    package var isStale: Bool {
        held.withLock { $0.map { monotonicSeconds() - $0.readAt >= Access.freshness } ?? true } || rules?.judge.isStale == true
    }

    /// Brings what is known up to date with the database and the folder of policies. Policies that changed are an event.
    package func refresh() throws(MartletError) {
        _ = try snapshot()
        denials.tellRest(all: false)
        guard let rules else { return }
        rules.judge.refresh()
        guard let change = rules.takeChange() else { return }
        try database.write { session in
            let known = try events.last("policy.changed", "policies", in: session)?.body["revision"].text
            guard known != change.revision else { return }
            try events.append("policy.changed", "policies", ["revision": JSONValue(change.revision)], in: session)
        }
    }

    private func snapshot() throws(MartletError) -> AccessSnapshot {
        let now = monotonicSeconds()
        if let held = held.withLock({ $0 }) {
            if now - held.readAt < Access.freshness { return held.snapshot }
            let generation = try database.read { try AccessGeneration.current($0) }
            if generation == held.snapshot.generation {
                self.held.withLock { $0?.readAt = now }
                return held.snapshot
            }
        }
        let snapshot = try database.read { try AccessSnapshot($0, plan) }
        held.withLock { $0 = (snapshot, now) }
        return snapshot
    }
}
