import Access
import Events
import Pages
import Projects
import Support

/// Tokens as their page shows them.
struct TokenFacts {
    let project: Project
    let access: Access
    let caller: Caller

    func view() throws(MartletError) -> TokensView {
        let isInSession = caller.proof == .session
        let all = try access.tokens(visibleTo: caller)
        let ways = try project.events.find(EventFilter(kind: "token.issued"), limit: .max).reduce(into: [String: String]()) {
            $0[$1.subject] = $1.body["via"].text
        }
        let now = project.clock.now()
        let leases = Dictionary(grouping: all.filter { $0.parent != nil }) { $0.parent ?? "" }
        return TokensView(
            tokens: all.filter { $0.parent == nil }.map { token in
                TokenFacts.view(token, via: ways["token:\(token.name)"], leases: leases[token.name] ?? [], now: now)
            }, isEverybodys: caller.permissions.contains(.accessManage),
            grantable: isInSession ? Access.grantable(to: caller).sorted().map(\.rawValue) : [], isInSession: isInSession)
    }

    private static func view(_ token: APIToken, via: String?, leases: [APIToken], now: Timestamp) -> TokensView.Token {
        TokensView.Token(
            name: token.name, owner: token.principal.rawValue, scopes: token.scopes.map { $0.sorted().map(\.rawValue) }, made: token.created,
            expires: token.expires, revoked: token.revoked,
            state: token.revoked != nil ? .revoked : token.isValid(at: now) ? .valid : .expired, hint: token.hint, via: via,
            leases: leases.map {
                TokensView.Lease(hint: $0.hint, made: $0.created, expires: $0.expires, isRevoked: $0.revoked != nil)
            })
    }
}
