package import Access
internal import HTTPTypes
package import Hummingbird
package import Support

/// Recognises who asks and lets the request through or not: the one choke point of everything over HTTP.
package struct RequestGate: Sendable {
    /// The cookie that holds a session's secret.
    package static let sessionCookie = Credentials.cookie

    /// What a refusal says of how to be recognised (`WWW-Authenticate`).
    package static let challenge = "Bearer realm=\"martlet\", Basic realm=\"martlet\""

    /// The token that a request brings, for protocols that send it back to whoever holds it.
    package static func token(in request: Request) -> String? {
        guard case .bearer(let secret) = Credentials(request) else { return nil }
        return secret
    }

    private let access: Access
    private let pool: WorkPool
    /// Where decisions run that wait for a disk or a policy server, so that a slow one holds up nothing else.
    private let deciding = WorkPool(width: 16, limit: 1024)

    /// - Parameter pool: where questions to the database and slow hashes run.
    package init(access: Access, pool: WorkPool) {
        self.access = access
        self.pool = pool
    }

    /// Who asks, if they may.
    /// - Throws: `unauthenticated`, `permissionDenied`, `tooManyAttempts`.
    func admit(_ request: Request, _ context: ServedContext, _ rule: RouteRule) async throws(MartletError) -> Caller {
        try RequestGate.checkForm(request)
        if access.isStale { try await pool.run { () throws(MartletError) in try access.refresh() } }
        guard let permission = rule.permission else {
            return (try? await caller(request, context)) ?? RequestGate.stranger
        }
        let subject = rule.subject(request, context)
        let caller: Caller
        do { caller = try await self.caller(request, context) } catch {
            if error.code == .unauthenticated { record(permission, subject) }
            throw error
        }
        try RequestGate.checkOrigin(request, of: caller)
        guard rule.needsSession || !access.allowsAtOnce(caller, permission, on: subject) else { return caller }
        return try await deciding.run { () throws(MartletError) in
            if rule.needsSession { try access.demandSession(of: caller, permission, on: subject) }
            try access.authorize(caller, permission, on: subject)
            return caller
        }
    }

    private func record(_ permission: Permission, _ subject: String) {
        Task { try? await pool.run { () throws(MartletError) in access.recordStranger(permission, subject: subject) } }
    }

    /// Whoever takes a route that is for anyone without being recognised.
    private static let stranger = Caller(id: "nobody", name: "nobody", roles: [], permissions: [], proof: .loopback)

    private func caller(_ request: Request, _ context: ServedContext) async throws(MartletError) -> Caller {
        if try access.isOpen() {
            try RequestGate.checkHost(request)
            return .loopback
        }
        switch Credentials(request) {
        case .none:
            throw MartletError(.unauthenticated, "This server wants to know who asks: send “Authorization: Bearer TOKEN”, or sign in at /sign-in.")
        case .unreadable:
            throw MartletError(
                .unauthenticated, "The Authorization header cannot be read. It is “Bearer TOKEN”, or “Basic” with a name and password.")
        case .bearer(let secret): return try access.caller(token: secret)
        case .session(let secret): return try await pool.run { () throws(MartletError) in try access.caller(session: secret) }
        case .basic(let name, let password):
            let address = context.address
            return try await pool.run { () throws(MartletError) in try access.caller(name: name, password: password, from: address) }
        }
    }

    /// A request names its server once: what two readers could understand differently is turned away, so that nothing between us and the browser
    /// can be led astray.
    private static func checkForm(_ request: Request) throws(MartletError) {
        guard let host = HTTPField.Name("Host"), request.headers[host] == nil else {
            throw MartletError(.usage, "The request names two hosts. Send one Host field.")
        }
    }

    /// Where nobody is registered, only names of this machine are answered: a page from elsewhere whose name was made to point here must not
    /// read anything (DNS rebinding).
    private static func checkHost(_ request: Request) throws(MartletError) {
        guard let authority = request.head.authority else { return }
        guard HostName.isLoopback(authority: authority) else {
            throw MartletError(
                .permissionDenied,
                "This server has no users yet and answers only to names of its own machine, not to “\(authority.prefix(100))”. Add one with “martlet user add”."
            )
        }
    }

    /// A browser sends a session, and a name and password that it remembers, along with whatever another site makes it ask. What changes
    /// something must come from our own pages. A program names no site; it has no session.
    private static func checkOrigin(_ request: Request, of caller: Caller) throws(MartletError) {
        guard ![.get, .head, .options].contains(request.method) else { return }
        if request.isFromOwnPage ?? (caller.proof != .session) { return }
        if case .bearer = Credentials(request) { return }
        throw MartletError(.permissionDenied, "The request was made by another site's page. Open the page on this server and send it from there.")
    }
}
