import Access
import Events
import Foundation
import HTTP
import HTTPTestSupport
import Secrets
import Support
import TestSupport
import Vault

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// Vault's routes over a store of their own, with an owner, a viewer, a service that may only read, and a clock that a test moves.
struct VaultHouse: Sendable {
    let folder: TemporaryFolder
    let clock = ManualClock(Timestamp("2026-11-01T12:00:00Z") ?? Timestamp(microseconds: 0))
    let house: GuardedHouse
    let secrets: SealedSecrets
    let owner: String
    let viewer: String
    let worker: String

    /// - Parameter registers: whether anybody is known; the tokens are empty texts where nobody is.
    init(registers: Bool = true) throws {
        folder = try TemporaryFolder()
        house = try GuardedHouse(clock: clock)
        secrets = SealedSecrets(path: folder.path("p/secrets.json"), keyFile: folder.path("k/key"), clock: clock)
        guard registers else {
            (owner, viewer, worker) = ("", "", "")
            return
        }
        for (name, kind, role) in [("ann", Principal.Kind.user, "owner"), ("vera", .user, "viewer"), ("worker", .service, "maintainer")] {
            try house.principals.add(PrincipalID(name), kind: kind, name: nil, role: role, password: nil)
        }
        owner = try house.tokens.issue("o", for: "ann", scopes: nil, lifetime: nil)
        viewer = try house.tokens.issue("v", for: "vera", scopes: nil, lifetime: nil)
        worker = try house.tokens.issue("w", for: "worker", scopes: [.secretRead], lifetime: 30 * 3600)
    }

    func serve(_ use: @escaping @Sendable (Asker) async throws -> Void) async throws {
        let identifiers = IdentifierSource(clock: clock, seed: 1)
        try await house.serve(routes: { router in
            addVault(
                to: router, secrets: secrets, events: house.events, access: house.access, clock: clock, identifiers: identifiers, pool: WorkPool(),
                version: "9.9")
        }) { try await use(Asker(port: $0)) }
    }

    /// What the events so far say, newest first: actor, kind, subject.
    func events(_ prefix: String) throws -> [String] {
        try house.events.latest(200).filter { $0.kind.hasPrefix(prefix) }.map { "\($0.actor) \($0.kind) \($0.subject)" }
    }
}

/// Asks a server over HTTP.
struct Asker: Sendable {
    let port: Int

    func ask(
        _ method: String, _ path: String, _ token: String? = nil, body: JSONValue? = nil, headers: [String: String] = [:]
    ) async throws -> (status: Int, json: JSONValue) {
        guard let url = URL(string: "http://127.0.0.1:\(port)/v1/\(path)") else { throw MartletError(.defect, path) }
        var request = URLRequest(url: url)
        request.httpMethod = method
        request.httpBody = body.map { Data($0.compact.utf8) }
        if let token { request.setValue(token, forHTTPHeaderField: "X-Vault-Token") }
        for (name, value) in headers { request.setValue(value, forHTTPHeaderField: name) }
        let (data, response) = try await URLSession(configuration: .ephemeral).data(for: request)
        return ((response as? HTTPURLResponse)?.statusCode ?? 0, (try? JSONValue(parsing: Array(data))) ?? .null)
    }
}
