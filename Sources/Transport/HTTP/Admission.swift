package import Access
package import Support

/// Recognises who asks and says whether they may: what requests over HTTP and calls over gRPC pass alike. What is peculiar to one of them, such as
/// browsers that send cookies along, stands with it.
package struct Admission: Sendable {
    private let access: Access
    private let pool: WorkPool
    /// Where decisions run that wait for a disk or a policy server, so that a slow one holds up nothing else.
    private let deciding = WorkPool(width: 16, limit: 1024)

    /// How often each caller may ask for predictions; nil for as often as they like.
    package let limiter: RateLimiter?

    /// - Parameter pool: where questions to the database and slow hashes run.
    package init(access: Access, pool: WorkPool, limiter: RateLimiter? = nil) {
        self.access = access
        self.pool = pool
        self.limiter = limiter
    }

    /// Why a caller who may ask for something has to wait; nil where it may go on.
    package func delay(of caller: Caller, from address: String, _ permission: Permission?) -> MartletError? {
        permission == .predictionCreate ? limiter?.refusal(of: caller, from: address) : nil
    }

    /// Whoever takes what is for anyone without being recognised.
    package static let stranger = Caller(id: "nobody", name: "nobody", roles: [], permissions: [], proof: .loopback)

    /// Brings what is known of callers up to date, where that is due.
    package func refresh() async throws(MartletError) {
        guard access.isStale else { return }
        try await pool.run { () throws(MartletError) in try access.refresh() }
    }

    /// Whether nobody is registered, so that everybody on this machine may enter.
    package func isOpen() throws(MartletError) -> Bool { try access.isOpen() }

    /// Who brings an `Authorization` (RFC 9110, section 11.6.2) where somebody is registered.
    /// - Parameters:
    ///   - address: where the attempt comes from.
    ///   - permission: what is wanted, for the record of who was turned away; nil where anyone may.
    ///   - subject: the reference of what it is wanted of.
    /// - Throws: `unauthenticated`, `tooManyAttempts`.
    package func caller(
        authorization: String?, from address: String, for permission: Permission?, on subject: String
    ) async throws(MartletError) -> Caller {
        try await caller(authorization.map(Credentials.init(authorization:)) ?? .none, from: address, for: permission, on: subject)
    }

    func caller(
        _ credentials: Credentials, from address: String, for permission: Permission?, on subject: String
    ) async throws(MartletError) -> Caller {
        do { return try await recognised(credentials, from: address) } catch {
            if error.code == .unauthenticated, let permission { record(permission, subject) }
            throw error
        }
    }

    /// Who asks, where that is known without waiting.
    /// - Throws: `unauthenticated`.
    func callerAtOnce(_ credentials: Credentials) throws(MartletError) -> Caller? {
        guard !access.isStale else { return nil }
        if try isOpen() { return .loopback }
        guard case .bearer(let secret) = credentials else { return nil }
        return try access.caller(token: secret)
    }

    /// Whether a caller may, as far as it is known without waiting.
    func allowsAtOnce(_ caller: Caller, _ permission: Permission, on subject: String) -> Bool {
        access.allowsAtOnce(caller, permission, on: subject)
    }

    /// Asks the one decision, on a thread that may wait where it is not known at once.
    /// - Parameter needsSession: whether only a person may who is signed in at the pages.
    /// - Throws: `permissionDenied`.
    package func authorize(
        _ caller: Caller, _ permission: Permission, on subject: String, needsSession: Bool = false
    ) async throws(MartletError) {
        guard needsSession || !access.allowsAtOnce(caller, permission, on: subject) else { return }
        try await deciding.run { () throws(MartletError) in
            if needsSession { try access.demandSession(of: caller, permission, on: subject) }
            try access.authorize(caller, permission, on: subject)
        }
    }

    private func record(_ permission: Permission, _ subject: String) {
        Task { try? await pool.run { () throws(MartletError) in access.recordStranger(permission, subject: subject) } }
    }

    private func recognised(_ credentials: Credentials, from address: String) async throws(MartletError) -> Caller {
        switch credentials {
        case .none:
            throw MartletError(.unauthenticated, "This server wants to know who asks: send “Authorization: Bearer TOKEN”, or sign in at /sign-in.")
        case .unreadable:
            throw MartletError(
                .unauthenticated, "The Authorization header cannot be read. It is “Bearer TOKEN”, or “Basic” with a name and password.")
        case .bearer(let secret): return try access.caller(token: secret)
        case .session(let secret): return try await pool.run { () throws(MartletError) in try access.caller(session: secret) }
        case .basic(let name, let password):
            return try await pool.run { () throws(MartletError) in try access.caller(name: name, password: password, from: address) }
        }
    }
}
