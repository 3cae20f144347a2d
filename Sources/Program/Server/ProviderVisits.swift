import Access
import OpenIDConnect
import Pages
import Projects
import Registry
import Secrets
import Support
import Web

/// The way of browsers to identity providers and back.
struct ProviderVisits: Sendable {
    private enum Purpose: Sendable {
        case signIn(next: String)
        case sign(request: Int, approves: Bool, reason: String, caller: Caller)

        /// Whether the person has to prove anew who they are.
        var isSignature: Bool { if case .sign = self { true } else { false } }
    }

    private let project: Project
    private let access: Access
    private let address: LocalAddress
    private let pool: WorkPool
    private let clients: [ProviderClient]
    private let flights: LoginsInFlight<Purpose>

    /// - Parameter pool: where questions to the database run.
    init(project: Project, access: Access, address: LocalAddress, pool: WorkPool) {
        self.project = project
        self.access = access
        self.address = address
        self.pool = pool
        clients = project.file.access.providers.map { provider in
            ProviderClient(provider, clock: project.clock) { () async throws(MartletError) in
                guard let reference = provider.clientSecret else { return nil }
                return try await project.secretResolver.resolve(reference)
            }
        }
        flights = LoginsInFlight(clock: project.clock) { Secret.make(prefix: "") }
    }

    var views: [ProviderView] { clients.map { ProviderVisits.view($0.provider) } }

    private static func view(_ provider: IdentityProvider) -> ProviderView { ProviderView(name: provider.name, label: provider.label) }

    func beginSignIn(with name: String, next: String, from address: String) async throws(MartletError) -> ProviderVisit {
        try await begin(name, .signIn(next: next), from: address)
    }

    func beginAnswer(
        _ request: Int, approves: Bool, reason: String, with name: String, from address: String, by caller: Caller
    ) async throws(MartletError) -> ProviderVisit {
        try await begin(name, .sign(request: request, approves: approves, reason: reason, caller: caller), from: address)
    }

    private func begin(_ name: String, _ purpose: Purpose, from address: String) async throws(MartletError) -> ProviderVisit {
        let client = try client(name)
        try access.admitSignIn(from: address)
        let attempt = flights.begin(name, from: address, for: purpose)
        do {
            let target = try await client.address(for: attempt, redirect: redirect(name), isFresh: purpose.isSignature)
            return ProviderVisit(provider: ProviderVisits.view(client.provider), address: target, browser: attempt.browser)
        } catch { throw await failed(name, error, nil, from: address) }
    }

    /// Takes the answer that a browser came back with.
    func finish(_ answer: ProviderAnswer) async throws(MartletError) -> ProviderOutcome {
        let client = try client(answer.provider)
        try access.admitSignIn(from: answer.address)
        var identity: Identity?
        do {
            func field(_ name: String) -> String? { answer.fields.first { $0.name == name }?.value }
            let attempt = try flights.take(field("state"), provider: answer.provider, browser: answer.browser)
            let callback = ProviderClient.Callback(
                code: field("code"), issuer: field("iss"), error: field("error"), errorDescription: field("error_description"))
            let found = try await client.identity(
                from: callback, of: attempt, redirect: redirect(answer.provider), isFresh: attempt.purpose.isSignature)
            identity = found
            return try await pool.run { () throws(MartletError) in try conclude(attempt.purpose, found, client.provider) }
        } catch { throw await failed(answer.provider, error, identity, from: answer.address) }
    }

    private func conclude(_ purpose: Purpose, _ identity: Identity, _ provider: IdentityProvider) throws(MartletError) -> ProviderOutcome {
        switch purpose {
        case .signIn(let next): return .session(try access.beginSession(identity, at: provider), next: next)
        case .sign(let request, let approves, let reason, let caller):
            let signer = try access.caller(caller, signingBy: identity, at: provider)
            try access.authorize(signer, .approvalGive, on: PagePath.approval(request))
            _ = try project.reopened(for: signer).answerApproval(request, approves ? .approved : .rejected, reason: reason)
            return .signed
        }
    }

    private func failed(_ provider: String, _ error: MartletError, _ identity: Identity?, from address: String) async -> MartletError {
        try? await pool.run { () throws(MartletError) in access.recordFailedSignIn(provider, error, identity: identity, from: address) }
        return error
    }

    private func client(_ name: String) throws(MartletError) -> ProviderClient {
        guard let client = clients.first(where: { $0.provider.name == name }) else {
            throw MartletError(.notFound, "There is no provider “\(name.prefix(40))”. Sign in at /sign-in.")
        }
        return client
    }

    /// Where a provider sends browsers back to.
    private func redirect(_ name: String) -> String { (project.file.access.url ?? address.text) + PagePath.callback(name) }
}
