package import Support

/// Holds the token that Vault is read with, for as long as the process runs, and keeps it alive: after two thirds of its lease it is renewed, and where
/// it cannot be, or has come to the end of what it can be renewed to, a new sign-in by AppRole takes its place. A token that was given (`VAULT_TOKEN`) is
/// renewed too, but once it is over only a new one helps. The clock is passed in; nothing here waits.
package actor VaultSession {
    private struct Held {
        var token: String
        var connection: VaultConnection
        var since: Timestamp
        /// How long it lasts from then on, in seconds; 0 for one that does not end.
        var lease: Double
        /// How long it lasted when it was new.
        var fullLease: Double
        var isRenewable: Bool
    }

    private let clock: any WallClock
    private var held: Held?
    /// The sign-in or renewal that is under way; others wait for it.
    private var underWay: Task<Result<Held, MartletError>, Never>?

    package init(clock: any WallClock) { self.clock = clock }

    /// A token that is valid now.
    /// - Parameter refused: one that Vault has just refused, which is not given again.
    /// - Throws: `permissionDenied`, `unauthenticated`, `unavailable`.
    func token(_ connection: VaultConnection, instead refused: String? = nil) async throws(MartletError) -> String {
        if let held, held.connection == connection, held.token != refused, !isDue(held) { return held.token }
        if let underWay, let found = try? await underWay.value.get(), found.connection == connection, found.token != refused { return found.token }
        let old = held.flatMap { $0.connection == connection && $0.token != refused ? $0 : nil }
        let task = Task { () -> Result<Held, MartletError> in
            do throws(MartletError) { return .success(try await self.next(after: old, connection)) } catch { return .failure(error) }
        }
        underWay = task
        let result = await task.value
        underWay = nil
        held = try result.get()
        return try result.get().token
    }

    /// Renews the token where it is held and due. For whoever runs for long: a token that nobody reads with for a while would end otherwise.
    /// - Throws: as `token`; the next reading tries again.
    package func renewIfDue() async throws(MartletError) {
        guard let held, isDue(held) else { return }
        _ = try await token(held.connection)
    }

    private func isDue(_ held: Held) -> Bool { held.lease > 0 && clock.now().seconds - held.since.seconds >= held.lease * 2 / 3 }

    private func isOver(_ held: Held) -> Bool { held.lease > 0 && clock.now().seconds - held.since.seconds >= held.lease }

    /// The token after one that is due, or the first one.
    private func next(after old: Held?, _ connection: VaultConnection) async throws(MartletError) -> Held {
        guard let old else { return try await first(connection) }
        do throws(MartletError) {
            if old.isRenewable, !isOver(old), let renewed = try await renewed(old) { return renewed }
            if case .role = connection.credential { return try await first(connection) }
        } catch {
            guard error.code == .unavailable, !isOver(old) else { throw error }
            return old
        }
        guard isOver(old) else { return old }
        throw MartletError(
            .permissionDenied, "The token in VAULT_TOKEN is over and cannot be renewed. Start Martlet with a new one, or with AppRole.")
    }

    /// The token with its new lease; nil where it is not renewed, or for so short a time that its end is near.
    private func renewed(_ old: Held) async throws(MartletError) -> Held? {
        let (status, body) = try await old.connection.send("POST", "/v1/auth/token/renew-self", token: old.token, body: .object([]))
        if status == 503 { throw VaultConnection.failure(status, "the renewal of the token") }
        guard status == 200, let lease = body["auth"]["lease_duration"].double else { return nil }
        var next = old
        next.since = clock.now()
        next.lease = lease
        next.isRenewable = body["auth"]["renewable"].flag ?? true
        if case .role = old.connection.credential, lease * 3 < old.fullLease { return nil }
        return next
    }

    private func first(_ connection: VaultConnection) async throws(MartletError) -> Held {
        switch connection.credential {
        case .token(let token):
            let (status, body) = try await connection.send("GET", "/v1/auth/token/lookup-self", token: token)
            if status == 403 || status == 503 { throw VaultConnection.failure(status, "the token in VAULT_TOKEN") }
            let lease = body["data"]["ttl"].double ?? 0
            return Held(
                token: token, connection: connection, since: clock.now(), lease: lease, fullLease: lease,
                isRenewable: body["data"]["renewable"].flag ?? false)
        case .role(let role, let secret):
            let body: JSONValue = ["role_id": .string(role), "secret_id": .string(secret)]
            let (status, answer) = try await connection.send("POST", "/v1/auth/approle/login", token: nil, body: body)
            guard status == 200, let token = answer["auth"]["client_token"].text else {
                throw VaultConnection.failure(status, "the sign-in by AppRole")
            }
            let lease = answer["auth"]["lease_duration"].double ?? 0
            return Held(
                token: token, connection: connection, since: clock.now(), lease: lease, fullLease: lease,
                isRenewable: answer["auth"]["renewable"].flag ?? false)
        }
    }
}
