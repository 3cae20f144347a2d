package import Access
package import Events
package import HTTP
import HTTPTypes
import Hummingbird
package import Secrets
package import Support

/// Adds Vault's routes under `/v1`: the KV engine (version 2) of the mount `secret`, AppRole, and what a token asks about itself.
/// - Parameters:
///   - events: the record; written to as whoever asks.
///   - version: the program's version.
package func addVault(
    to router: GuardedRouter, secrets: SealedSecrets, events: EventLog, access: Access, clock: any WallClock, identifiers: IdentifierSource,
    pool: WorkPool, version: String
) {
    VaultRoutes(
        secrets: secrets, events: events, access: access, clock: clock, identifiers: identifiers, pool: pool, version: version
    ).add(to: router)
}

/// What each address does, and who may take it.
struct VaultRoutes: Sendable {
    typealias Work = @Sendable (Request, ServedContext, Caller) async throws(MartletError) -> VaultAnswer

    static let list = HTTPRequest.Method("LIST") ?? .get
    private static let methods: [HTTPRequest.Method] = [.get, .head, .post, .put, .patch, .delete, list]

    let secrets: SealedSecrets
    let events: EventLog
    let access: Access
    let clock: any WallClock
    let identifiers: IdentifierSource
    let pool: WorkPool
    let version: String

    func add(to router: GuardedRouter) {
        addValues(to: router)
        addVersions(to: router)
        addMetadata(to: router)
        addTokens(to: router)
        addSystem(to: router)
        on(router, ["/v1/**"], [:], else: .needs(.secretRead))
    }

    // MARK: - Secrets

    private func addValues(to router: GuardedRouter) {
        let prefix = "/v1/secret/data/"
        let write: Work = { request, _, caller throws(MartletError) in
            let body = try await VaultRequest.body(request)
            return try await secret(request, prefix, caller) { (answers, path) throws(MartletError) in
                try answers.write(path, body, merges: request.method == .patch)
            }
        }
        let read: Work = { request, _, caller throws(MartletError) in
            let version = request.uri.queryParameters.get("version")
            return try await secret(request, prefix, caller) { (answers, path) throws(MartletError) in try answers.read(path, version: version) }
        }
        let delete: Work = { request, _, caller throws(MartletError) in
            try await secret(request, prefix, caller) { (answers, path) throws(MartletError) in try answers.delete(path, versions: nil) }
        }
        let (reads, manages) = (VaultRoutes.rule(.secretRead, prefix), VaultRoutes.rule(.secretManage, prefix))
        on(
            router, [prefix + "**"],
            [.get: (reads, read), .post: (manages, write), .put: (manages, write), .patch: (manages, write), .delete: (manages, delete)], else: reads)
    }

    private func addVersions(to router: GuardedRouter) {
        for what in ["delete", "undelete", "destroy"] {
            let prefix = "/v1/secret/\(what)/"
            let rule = VaultRoutes.rule(.secretManage, prefix)
            let work: Work = { request, _, caller throws(MartletError) in
                let versions = try SecretAnswers.versions(try await VaultRequest.body(request))
                return try await secret(request, prefix, caller) { (answers, path) throws(MartletError) in
                    switch what {
                    case "delete": try answers.delete(path, versions: versions)
                    case "undelete": try answers.undelete(path, versions: versions)
                    default: try answers.destroy(path, versions: versions)
                    }
                }
            }
            on(router, [prefix + "**"], [.post: (rule, work), .put: (rule, work)], else: rule)
        }
    }

    private func addMetadata(to router: GuardedRouter) {
        let prefix = "/v1/secret/metadata/"
        let read: Work = { request, _, caller throws(MartletError) in
            if VaultRequest.asksForList(request) { return try await names(request, prefix, caller) }
            return try await secret(request, prefix, caller) { (answers, path) throws(MartletError) in try answers.metadata(path) }
        }
        let configure: Work = { request, _, caller throws(MartletError) in
            let body = try await VaultRequest.body(request)
            return try await secret(request, prefix, caller) { (answers, path) throws(MartletError) in try answers.configure(path, body) }
        }
        let remove: Work = { request, _, caller throws(MartletError) in
            try await secret(request, prefix, caller) { (answers, path) throws(MartletError) in try answers.remove(path) }
        }
        let (reads, manages) = (VaultRoutes.rule(.secretRead, prefix), VaultRoutes.rule(.secretManage, prefix))
        on(
            router, [prefix + "**", "/v1/secret/metadata"],
            [
                .get: (reads, read), VaultRoutes.list: (reads, read), .post: (manages, configure), .put: (manages, configure),
                .delete: (manages, remove),
            ], else: reads)
    }

    // MARK: - Tokens and the server

    private func addTokens(to router: GuardedRouter) {
        let login: Work = { request, context, _ throws(MartletError) in
            let body = try await VaultRequest.body(request)
            let (answers, address) = (tokens, context.address)
            return try await pool.run { () throws(MartletError) in try answers.login(body, from: address) }
        }
        let renew: Work = { request, _, caller throws(MartletError) in
            let body = try await VaultRequest.body(request)
            let (answers, secret) = (tokens, RequestGate.token(in: request))
            return try await pool.run { () throws(MartletError) in try answers.renew(caller, body, secret: secret) }
        }
        let lookUp: Work = { _, _, caller throws(MartletError) in
            let answers = tokens
            return try await pool.run { () throws(MartletError) in try answers.lookUp(caller) }
        }
        let revoke: Work = { _, _, caller throws(MartletError) in
            let answers = tokens
            return try await pool.run { () throws(MartletError) in try answers.revoke(caller) }
        }
        for (path, work, method) in [
            ("approle/login", login, HTTPRequest.Method.post), ("token/renew-self", renew, .post), ("token/revoke-self", revoke, .post),
            ("token/lookup-self", lookUp, .get),
        ] {
            let second: HTTPRequest.Method = method == .get ? .post : .put
            let rule = path == "approle/login" ? RouteRule.anyone : .needs(.secretRead)
            on(router, ["/v1/auth/\(path)"], [method: (rule, work), second: (rule, work)], else: rule)
        }
    }

    private func addSystem(to router: GuardedRouter) {
        let reads = RouteRule.needs(.secretRead)
        let all: [(path: String, rule: RouteRule, answer: @Sendable (SystemAnswers) -> VaultAnswer)] = [
            ("sys/health", .anyone, { $0.health }), ("sys/seal-status", .anyone, { $0.sealStatus }), ("sys/init", .anyone, { $0.initialized }),
            ("sys/mounts", reads, { $0.mounts }), ("sys/internal/ui/mounts/secret", reads, { $0.mountOfPath }),
            ("sys/internal/ui/mounts/secret/**", reads, { $0.mountOfPath }), ("secret/config", reads, { $0.configuration }),
        ]
        for (path, rule, answer) in all {
            let work: Work = { _, _, _ throws(MartletError) in
                let (secrets, version, now, id) = (secrets, version, clock.now(), identifiers.next())
                return try await pool.run { () throws(MartletError) in
                    answer(SystemAnswers(version: version, isSealed: !secrets.canOpen(), now: now, requestID: id))
                }
            }
            on(router, ["/v1/\(path)"], [.get: (rule, work), .head: (rule, work)], else: rule)
        }
    }

    // MARK: - Parts

    private var tokens: TokenAnswers { TokenAnswers(access: access, clock: clock, requestID: identifiers.next()) }

    private static func rule(_ permission: Permission, _ prefix: String) -> RouteRule {
        .needs(permission) { request, _ in "secret:\(VaultRequest.rest(request, behind: prefix))" }
    }

    /// Adds an address: what it does by each method, and a refusal of the others.
    private func on(
        _ router: GuardedRouter, _ paths: [String], _ works: [HTTPRequest.Method: (rule: RouteRule, work: Work)], else rule: RouteRule
    ) {
        for path in paths {
            for method in VaultRoutes.methods {
                let found = works[method]
                router.on(RouterPath(path), method, found?.rule ?? rule, refuse: { error, _ in VaultAnswer(error).response() }) {
                    request, context, caller in
                    let withoutBody = request.method == .head
                    guard let found else { return VaultRoutes.unknown(request, isKnown: !works.isEmpty).response(withoutBody: withoutBody) }
                    do throws(MartletError) { return try await found.work(request, context, caller).response(withoutBody: withoutBody) } catch {
                        return VaultAnswer(error).response(withoutBody: withoutBody)
                    }
                }
            }
        }
    }

    private static func unknown(_ request: Request, isKnown: Bool) -> VaultAnswer {
        isKnown
            ? .failure(.methodNotAllowed, "unsupported operation")
            : .failure(.notFound, "no handler for route \"\(request.uri.path.dropFirst(4).prefix(200))\". The mount is secret/.")
    }

    /// Does something about the secret that the path names.
    private func secret(
        _ request: Request, _ prefix: String, _ caller: Caller,
        _ work: @escaping @Sendable (SecretAnswers, SecretPath) throws(MartletError) -> VaultAnswer
    ) async throws(MartletError) -> VaultAnswer {
        let text = VaultRequest.rest(request, behind: prefix)
        guard let path = SecretPath(text) else {
            guard ![.get, VaultRoutes.list].contains(request.method) else { return .absent }
            throw MartletError(
                .invalidInput,
                "A path has one to eight parts of letters, digits, “.”, “-” and “_”, at most 64 in each; the first is none of env, file and vault.")
        }
        return try await opened(caller) { (answers) throws(MartletError) in try work(answers, path) }
    }

    private func names(_ request: Request, _ prefix: String, _ caller: Caller) async throws(MartletError) -> VaultAnswer {
        let text = VaultRequest.rest(request, behind: prefix)
        let folder = SecretPath(text)
        guard text.isEmpty || folder != nil else { return .absent }
        return try await opened(caller) { (answers) throws(MartletError) in try answers.list(folder) }
    }

    /// Runs on the pool. Where the key is not there, nothing opens: that is what Vault calls sealed.
    private func opened(
        _ caller: Caller, _ work: @escaping @Sendable (SecretAnswers) throws(MartletError) -> VaultAnswer
    ) async throws(MartletError) -> VaultAnswer {
        let events = events.acting(as: caller.id.rawValue, via: caller.via)
        let answers = SecretAnswers(secrets: RecordedSecrets(secrets, events: events), requestID: identifiers.next())
        do throws(MartletError) {
            return try await pool.run { () throws(MartletError) in try work(answers) }
        } catch {
            guard [.notFound, .permissionDenied].contains(error.code) else { throw error }
            return .failure(.serviceUnavailable, "Vault is sealed", "The key file of this server is missing, or others may read it.")
        }
    }
}
