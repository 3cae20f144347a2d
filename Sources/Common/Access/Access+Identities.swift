internal import Database
internal import Events
package import OpenIDConnect
package import Support

extension Access {
    /// Lets an attempt to sign in by a provider begin or end, where not too many from there have failed.
    /// - Throws: `tooManyAttempts`.
    package func admitSignIn(from address: String) throws(MartletError) {
        try limiter.admit(AttemptLimiter.Attempt(name: "provider", address: address))
    }

    /// Records that nobody was signed in by a provider, and why.
    /// - Parameter identity: who the provider says it was, where that was clear.
    package func recordFailedSignIn(_ provider: String, _ reason: MartletError, identity: Identity? = nil, from address: String) {
        if reason.code == .unauthenticated { limiter.failed(AttemptLimiter.Attempt(name: "provider", address: address)) }
        denials.add(
            "nobody", "sign-in", subject: "provider:\(provider)", reason: [reason.message, reason.cause].compactMap { $0 }.joined(separator: " "),
            claim: identity?.claim)
    }

    /// Begins a session of the pages for whoever an identity belongs to.
    /// - Returns: the secret for the cookie.
    /// - Throws: `permissionDenied` where it is nobody's, with the command that ties it.
    package func beginSession(_ identity: Identity, at provider: IdentityProvider) throws(MartletError) -> String {
        let caller = try caller(identity, at: provider)
        return try sessions.begin(caller.id, via: caller.via, claim: identity.claim)
    }

    /// Whoever an identity belongs to. The first time somebody may be tied or added, where the provider's settings say so.
    /// - Throws: `permissionDenied` where it is nobody's, with the command that ties it.
    package func caller(_ identity: Identity, at provider: IdentityProvider) throws(MartletError) -> Caller {
        if try owner(of: identity) == nil { try welcome(identity, provider) }
        let id = try owner(of: identity)
        let snapshot = try database.read { try AccessSnapshot($0, plan) }
        guard let id, let principal = snapshot.principal(id) else { throw Access.stranger(identity) }
        return snapshot.caller(principal, proof: .provider(provider.name))
    }

    private func owner(of identity: Identity) throws(MartletError) -> PrincipalID? {
        try database.read { try IdentityStore.owner(identity.issuer, identity.subject, $0) }
    }

    /// A caller who proved anew at a provider who they are, along with what they sign.
    /// - Throws: `permissionDenied` where the identity is another one's.
    package func caller(_ caller: Caller, signingBy identity: Identity, at provider: IdentityProvider) throws(MartletError) -> Caller {
        let signer = try self.caller(identity, at: provider)
        guard signer.id == caller.id else {
            throw MartletError(
                .permissionDenied, "You signed in at \(provider.label) as “\(signer.id)”, but “\(caller.id)” was about to sign. Nothing was signed.")
        }
        return signer
    }

    private static func stranger(_ identity: Identity) -> MartletError {
        MartletError(
            .permissionDenied,
            "Nobody here is tied to this identity. An owner of the project ties it: martlet user link NAME --issuer \(word(identity.issuer)) --subject \(word(identity.subject))"
        )
    }

    /// A text as one word of a shell.
    private static func word(_ text: String) -> String {
        let plain = text.utf8.allSatisfy {
            (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0) || "._-:/@+=,~".utf8.contains($0)
        }
        return plain ? text : "'\(text.replacing("'", with: "'\\''"))'"
    }

    /// The first sign-in of an identity that is nobody's: ties it to the user whose name is its verified e-mail address, or adds a user.
    private func welcome(_ identity: Identity, _ provider: IdentityProvider) throws(MartletError) {
        let events = events.acting(as: "provider:\(provider.name)")
        let identities = IdentityStore(database: database, events: events, clock: clock)
        let principals = PrincipalStore(database: database, events: events, clock: clock, plan: plan)
        try database.write { session in
            guard try IdentityStore.owner(identity.issuer, identity.subject, session) == nil else { return }
            if provider.linksEmail, let id = try Access.userByEmail(identity, session) {
                return try identities.insert(identity.issuer, identity.subject, id, because: "verified e-mail address", in: session)
            }
            guard let role = provider.createRole, let id = try Access.freeName(identity, session) else { return }
            try principals.insert(id, kind: .user, name: identity.name, role: role, password: nil, in: session)
            try identities.insert(identity.issuer, identity.subject, id, because: "first sign-in", in: session)
        }
    }

    /// The user whose name is the identity's verified e-mail address, where no identity of this issuer is theirs yet.
    private static func userByEmail(_ identity: Identity, _ session: SQLSession) throws -> PrincipalID? {
        guard identity.isEmailVerified, let email = identity.email else { return nil }
        let user = try session.row("SELECT id FROM principal WHERE id = ? AND kind = 'user' AND disabled = 0", [SQLValue(email)])
        let other = try session.row("SELECT subject FROM identity WHERE principal = ? AND issuer = ?", [SQLValue(email), SQLValue(identity.issuer)])
        return user == nil || other != nil ? nil : PrincipalID(email)
    }

    /// A name for a new user that nobody has or had: what the provider calls them, or their verified e-mail address. Nil where there is none, or
    /// where nobody is registered yet: the first user is an owner.
    private static func freeName(_ identity: Identity, _ session: SQLSession) throws -> PrincipalID? {
        guard try session.row("SELECT id FROM principal LIMIT 1") != nil else { return nil }
        let wanted = [identity.preferredName, identity.isEmailVerified ? identity.email : nil].compactMap { $0 }
        return try wanted.first { name in
            try PrincipalID.isValid(name) && session.row("SELECT id FROM principal WHERE lower(id) = lower(?)", [SQLValue(name)]) == nil
        }.map { PrincipalID($0) }
    }
}
