internal import Database
internal import Support

/// Everybody who may enter, as of one generation: what a request is decided by, without a query.
struct AccessSnapshot: Sendable {
    var generation: Int
    private var callers: [PrincipalID: Principal] = [:]
    private var tokens: [String: APIToken] = [:]
    /// Whether nobody was ever registered. Where everybody is shut out, it stays shut.
    private(set) var isEmpty = true

    /// Reads the whole list.
    init(_ session: SQLSession) throws {
        generation = try AccessGeneration.current(session)
        let all = try PrincipalStore.all(session)
        isEmpty = all.isEmpty
        for principal in all where !principal.isDisabled { callers[principal.id] = principal }
        for (token, hash) in try TokenStore.all(session) where token.revoked == nil { tokens[hash] = token }
    }

    func principal(_ id: PrincipalID) -> Principal? { callers[id] }

    /// The token with that hash, and whose it is.
    func token(_ hash: String) -> (token: APIToken, principal: Principal)? {
        guard let token = tokens[hash], let principal = callers[token.principal] else { return nil }
        return (token, principal)
    }
}
