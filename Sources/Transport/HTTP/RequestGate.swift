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

    /// What calls over gRPC pass as well.
    package let admission: Admission

    /// - Parameters:
    ///   - pool: where questions to the database and slow hashes run.
    ///   - limiter: how often each caller may ask for predictions; nil for as often as they like.
    package init(access: Access, pool: WorkPool, limiter: RateLimiter? = nil) {
        admission = Admission(access: access, pool: pool, limiter: limiter)
    }

    /// Who asks, if they may.
    /// - Throws: `unauthenticated`, `permissionDenied`, `tooManyAttempts`.
    func admit(_ request: Request, _ context: ServedContext, _ rule: RouteRule) async throws(MartletError) -> Caller {
        try RequestGate.checkForm(request)
        try await admission.refresh()
        guard let permission = rule.permission else {
            return (try? await caller(request, context, for: nil, on: "")) ?? Admission.stranger
        }
        let subject = rule.subject(request, context)
        let caller = try await caller(request, context, for: permission, on: subject)
        try RequestGate.checkOrigin(request, of: caller)
        try await admission.authorize(caller, permission, on: subject, needsSession: rule.needsSession)
        return caller
    }

    /// Who asks, where that and their permission are known without waiting; nil also where they may not, which is told on the way that waits.
    func callerAtOnce(_ request: Request, from address: String, _ permission: Permission, on subject: String) -> Caller? {
        do throws(MartletError) {
            try RequestGate.checkForm(request)
            guard let caller = try admission.callerAtOnce(Credentials(request)) else { return nil }
            if caller.proof == .loopback { try RequestGate.checkHost(request) }
            try RequestGate.checkOrigin(request, of: caller)
            return admission.allowsAtOnce(caller, permission, on: subject) ? caller : nil
        } catch { return nil }
    }

    private func caller(
        _ request: Request, _ context: ServedContext, for permission: Permission?, on subject: String
    ) async throws(MartletError) -> Caller {
        if try admission.isOpen() {
            try RequestGate.checkHost(request)
            return .loopback
        }
        return try await admission.caller(Credentials(request), from: context.address, for: permission, on: subject)
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
