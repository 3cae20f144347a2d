internal import Access
internal import Database
internal import HTTPTypes
internal import Registry
internal import Support

/// Aliases of versions. The one that the project guards moves through its gate, whoever asks.
enum AliasCalls {
    private static let path = "registered-models/alias"
    static let all: [Call] = [
        .own(.post, path, permission: .modelPromote, set), .get(path, get), .change(.delete, path, permission: .modelPromote, delete),
    ]

    private static let reason = "set by a client of MLflow"

    private static func get(_ arguments: Arguments, _ context: CallContext, _ session: SQLSession) throws -> JSONValue {
        let alias = try RegistryNames.alias(arguments)
        let model = try RegisteredModelCalls.named(arguments, in: session)
        if alias.lowercased() == "latest" {
            guard let newest = try ModelCatalog.newest(of: model.name, in: session).max(by: { $0.version < $1.version }) else {
                throw MLflowError.missing("Latest version not found for model \(model.name).")
            }
            return ["model_version": newest.message]
        }
        guard let standing = try ModelCatalog.aliases(of: model.name, in: session).first(where: { $0.alias == alias }),
            let version = try ModelCatalog.version(model.name, standing.version, in: session)
        else { throw MLflowError.invalid("Registered model alias \(alias) not found.") }
        return ["model_version": version.message]
    }

    private static func set(_ arguments: Arguments, _ context: CallContext, _ pool: WorkPool) async throws -> JSONValue {
        let alias = try RegistryNames.alias(arguments)
        try RegistryNames.checkReserved(alias)
        let name = try RegistryNames.model(arguments)
        let isGuardedName = context.server.rules.guards(alias, name)
        let (version, isGuarded) = try await context.server.writes.write { session in
            let version = try ModelVersionCalls.named(arguments, in: session)
            // Nobody is answered with a prompt.
            let isGuarded = try isGuardedName && ModelCatalog.model(name, in: session)?.kind != .prompt
            if !isGuarded { try context.catalog.move(alias, to: version, reason: reason, in: session) }
            return (version, isGuarded)
        }
        guard isGuarded, !version.aliases.contains(alias) else { return .object([]) }
        let (rules, caller) = (context.server.rules, context.caller)
        let decision = try await pool.run { () throws(MartletError) in
            try rules.promote(Reference(.model, version.model, "v\(version.version)"), caller, reason)
        }
        guard decision.passes else { throw MLflowError(.permissionDenied, decision.sentence) }
        return .object([])
    }

    private static func delete(_ arguments: Arguments, _ context: CallContext, _ session: SQLSession) throws -> JSONValue {
        let alias = try RegistryNames.alias(arguments)
        let model = try RegisteredModelCalls.named(arguments, in: session)
        try context.catalog.withdraw(alias, from: model.name, reason: "taken away by a client of MLflow", in: session)
        return .object([])
    }
}
