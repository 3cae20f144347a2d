import Access
import HTTPTypes
import Support

/// Signing in by AppRole, and a token about itself. Reads and writes the database: for a pool.
struct TokenAnswers: Sendable {
    let access: Access
    let clock: any WallClock
    let requestID: TimeOrderedID

    /// A lease for a service that shows one of its tokens.
    func login(_ body: JSONValue, from address: String) throws(MartletError) -> VaultAnswer {
        guard let role = body["role_id"].text, let secret = body["secret_id"].text else {
            throw MartletError(.invalidInput, "missing role_id or secret_id")
        }
        let lease: (secret: String, token: APIToken)
        do throws(MartletError) { lease = try access.beginLease(service: role, secret: secret, from: address) } catch {
            guard error.code == .unauthenticated else { throw error }
            return .failure(.badRequest, "invalid role or secret ID")
        }
        let caller = try access.caller(token: lease.secret)
        return VaultAnswer(requestID, auth: auth(lease.token, caller, secret: lease.secret))
    }

    func lookUp(_ caller: Caller) throws(MartletError) -> VaultAnswer {
        let token = try access.token(of: caller)
        let policies = TokenAnswers.policies(caller)
        return VaultAnswer(
            requestID,
            data: [
                "accessor": .string(token.name), "creation_time": JSONValue(Int(token.created.seconds)),
                "creation_ttl": JSONValue(token.expires.map { TokenAnswers.whole($0.seconds - token.created.seconds) } ?? 0),
                "display_name": .string(caller.id.rawValue), "entity_id": "", "expire_time": JSONValue(token.expires?.description),
                "explicit_max_ttl": JSONValue(token.renewableUntil.map { TokenAnswers.whole($0.seconds - token.created.seconds) } ?? 0),
                "issue_time": .string(token.created.description), "meta": nil, "num_uses": 0, "orphan": .bool(token.parent == nil),
                "path": .string(token.parent == nil ? "auth/token/create" : "auth/approle/login"), "policies": policies,
                "renewable": .bool(token.renewableUntil != nil), "ttl": JSONValue(left(token)), "type": "service",
            ])
    }

    func renew(_ caller: Caller, _ body: JSONValue, secret: String?) throws(MartletError) -> VaultAnswer {
        let token = try access.renewLease(of: caller, by: try VaultRequest.seconds(body["increment"]))
        return VaultAnswer(requestID, auth: auth(token, caller, secret: secret))
    }

    func revoke(_ caller: Caller) throws(MartletError) -> VaultAnswer {
        try access.revokeToken(of: caller)
        return .done
    }

    /// The token as its holder is told of it.
    /// - Parameter secret: what they hold; they have sent it, or it is new.
    private func auth(_ token: APIToken, _ caller: Caller, secret: String?) -> JSONValue {
        let policies = TokenAnswers.policies(caller)
        return [
            "client_token": JSONValue(secret), "accessor": .string(token.name), "policies": policies, "token_policies": policies,
            "metadata": ["role_name": .string(caller.id.rawValue)], "lease_duration": JSONValue(left(token)),
            "renewable": .bool(token.renewableUntil != nil), "entity_id": "", "token_type": "service", "orphan": .bool(token.parent == nil),
            "mfa_requirement": nil, "num_uses": 0,
        ]
    }

    /// Seconds until it ends; 0 for one that does not.
    private func left(_ token: APIToken) -> Int { token.expires.map { TokenAnswers.whole($0.seconds - clock.now().seconds) } ?? 0 }

    private static func whole(_ seconds: Double) -> Int { Int(min(max(0, seconds), 1e12).rounded()) }

    /// What the token may do, in place of Vault's policies.
    private static func policies(_ caller: Caller) -> JSONValue { JSONValue(caller.permissions.sorted().map(\.rawValue)) }
}
