internal import Events
package import Support

extension Access {
    /// How many tokens somebody may have at a time that they made themselves, so that nobody fills the list.
    private static let mostOwnTokens = 100

    /// What a person may give to a token of their own: at most what they may do. Signing is left out, since a session is no proof that would do for
    /// a signature, and so is making tokens.
    package static func grantable(to caller: Caller) -> Set<Permission> { caller.permissions.subtracting([.approvalGive, .tokenOwn]) }

    /// Turns away everybody but people who are signed in at the pages, and records it.
    /// - Throws: `permissionDenied`.
    package func demandSession(of caller: Caller, _ permission: Permission, on subject: String) throws(MartletError) {
        guard caller.proof != .session else { return }
        let error = MartletError(
            .permissionDenied,
            caller.proof == .loopback
                ? "This is done by people who are signed in, and nobody is registered. Add the first one: martlet user add NAME --role owner --password"
                : "This is done by a person who is signed in at the pages, never by a token or a password that is sent along. Sign in at /sign-in.")
        denials.add(caller.id.rawValue, permission.rawValue, subject: subject, reason: error.message)
        throw error
    }

    /// Makes a token for a person who is signed in, under their name. It opens something at once.
    /// - Returns: the secret, which is shown once and not kept.
    /// - Throws: `permissionDenied` for anybody who is not signed in, and for scopes beyond what they may do; `usage` for a name that is none and for no
    ///   scope; `alreadyExists`, `tooManyAttempts`.
    package func issueOwnToken(_ name: String, scopes: Set<Permission>, lifetime: Double, by caller: Caller) throws(MartletError) -> String {
        try demandSession(of: caller, .tokenOwn, on: "token")
        guard PrincipalID.isValid(name) else {
            throw MartletError(.usage, "A token's name is of letters, digits and “._@+-”, at most 128 of them.")
        }
        guard !scopes.isEmpty else { throw MartletError(.usage, "Say what the token may do: choose at least one permission.") }
        let beyond = scopes.subtracting(Access.grantable(to: caller)).sorted().map(\.rawValue)
        guard beyond.isEmpty else {
            let error = MartletError(
                .permissionDenied,
                "You cannot give a token \(beyond.joined(separator: ", ")). It gets at most what you may do yourself; one that signs is made by an owner: martlet token add."
            )
            denials.add(caller.id.rawValue, Permission.tokenOwn.rawValue, subject: "token:\(name)", reason: error.message)
            throw error
        }
        let store = tokens(actingAs: caller)
        let now = clock.now()
        let live = try store.all().filter { $0.principal == caller.id && $0.parent == nil && $0.isValid(at: now) }
        guard live.count < Access.mostOwnTokens else {
            throw MartletError(.tooManyAttempts, "You have \(live.count) tokens that are valid. Revoke those that are not used.")
        }
        defer { forget() }
        return try store.issue(name, for: caller.id, scopes: scopes, lifetime: lifetime)
    }

    /// Revokes a token of the caller's own, at once; anybody's for whoever manages access.
    /// - Throws: `permissionDenied`, `notFound`, `conflict`.
    package func revokeToken(_ name: String, by caller: Caller) throws(MartletError) {
        try demandSession(of: caller, .tokenOwn, on: "token:\(name.prefix(128))")
        let store = tokens(actingAs: caller)
        let token = try store.all().first { $0.name == name }
        if token?.principal != caller.id {
            guard caller.permissions.contains(.accessManage) || token != nil else {
                throw MartletError(.notFound, "You have no token “\(name.prefix(128))”.")
            }
            try authorize(caller, .accessManage, on: "token:\(name.prefix(128))")
        }
        defer { forget() }
        try store.revoke(name)
    }

    /// The caller's tokens with the leases made from them, newest first; everybody's for whoever manages access.
    package func tokens(visibleTo caller: Caller) throws(MartletError) -> [APIToken] {
        let all = try tokens(actingAs: caller).all()
        return caller.permissions.contains(.accessManage) ? all : all.filter { $0.principal == caller.id }
    }

    private func tokens(actingAs caller: Caller) -> TokenStore {
        TokenStore(database: database, events: events.acting(as: caller.id.rawValue, via: caller.via), clock: clock)
    }
}
