internal import Database
internal import Support

/// Everybody who may enter, as of one generation: what a request is decided by, without a query.
struct AccessSnapshot: Sendable {
    var generation: Int
    private var callers: [PrincipalID: Principal] = [:]
    private var rights: [PrincipalID: (roles: [String], permissions: Set<Permission>)] = [:]
    private var tokens: [String: (token: APIToken, caller: Caller)] = [:]
    /// Whether nobody was ever registered. Where everybody is shut out, it stays shut.
    private(set) var isEmpty = true

    /// Reads the whole list.
    /// - Parameter plan: what each role may do.
    init(_ session: SQLSession, _ plan: AccessPlan) throws {
        generation = try AccessGeneration.current(session)
        let all = try PrincipalStore.all(session)
        isEmpty = all.isEmpty
        for principal in all where !principal.isDisabled {
            let roles = plan.roles.filter { principal.roles.contains($0.name) }
            callers[principal.id] = principal
            rights[principal.id] = (roles.map(\.name), roles.reduce(into: []) { $0.formUnion($1.permissions) })
        }
        for (token, hash) in try TokenStore.all(session) where token.revoked == nil {
            guard let principal = callers[token.principal] else { continue }
            var caller = caller(principal, proof: .token(token.name))
            if let scopes = token.scopes {
                caller.permissions.formIntersection(scopes)
                caller.isForSigning = scopes.isSubset(of: Caller.signing)
            }
            tokens[hash] = (token, caller)
        }
    }

    func principal(_ id: PrincipalID) -> Principal? { callers[id] }

    /// A principal as who asks, with what their roles allow.
    func caller(_ principal: Principal, proof: Caller.Proof) -> Caller {
        let (roles, permissions) = rights[principal.id] ?? ([], [])
        return Caller(id: principal.id, name: principal.name, roles: roles, permissions: permissions, proof: proof)
    }

    /// The token with that hash, and who asks with it.
    func token(_ hash: String) -> (token: APIToken, caller: Caller)? { tokens[hash] }

    /// The token of that name, where it is not revoked.
    func token(named name: String) -> APIToken? { tokens.values.first { $0.token.name == name }?.token }
}
