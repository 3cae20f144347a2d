internal import Access
internal import Database
internal import Experiments
internal import HTTPTypes
internal import Registry
internal import Support

/// Versions of registered models: registered, found, described, tagged, moved between stages and deleted.
enum ModelVersionCalls {
    static let all: [Call] = [
        .post("model-versions/create", create), .get("model-versions/get", get), .search("model-versions/search", methods: [.get, .post], search),
        .change(.patch, "model-versions/update", update), .change(.delete, "model-versions/delete", delete),
        .post("model-versions/transition-stage", permission: .modelPromote, transition), .get("model-versions/get-download-uri", downloadAddress),
        .post("model-versions/set-tag", setTag), .change(.delete, "model-versions/delete-tag", deleteTag),
    ]

    // MARK: - Finding

    /// The version that a request names.
    static func named(_ arguments: Arguments, in session: SQLSession) throws -> RegisteredVersion {
        let (name, number) = (try RegistryNames.model(arguments), try RegistryNames.version(arguments))
        guard let version = try ModelCatalog.version(name, number, in: session) else {
            throw MLflowError.missing("Model Version (name=\(name), version=\(number)) not found")
        }
        return version
    }

    private static func answer(_ version: RegisteredVersion, _ session: SQLSession) throws -> JSONValue {
        ["model_version": (try ModelCatalog.version(version.model, version.version, in: session) ?? version).message]
    }

    private static func get(_ arguments: Arguments, _ context: CallContext, _ session: SQLSession) throws -> JSONValue {
        ["model_version": try named(arguments, in: session).message]
    }

    private static func search(_ arguments: Arguments, _ context: CallContext, _ session: SQLSession) throws -> JSONValue {
        let limit = try arguments.limit(standard: 10_000, most: 200_000)
        let offset = try PageToken.offset(arguments.optionalText("page_token"))
        let query = try RegisteredVersionFields.query(filter: arguments.optionalText("filter"), order: arguments.texts("order_by"))
        let page = try ModelCatalog.search(query, offset: offset, limit: limit, in: session)
        var answer = Message()
        answer.set("model_versions", list: page.items.map(\.message))
        if page.hasMore { answer.set("next_page_token", text: PageToken.text(offset: offset + limit)) }
        return answer.json
    }

    private static func downloadAddress(_ arguments: Arguments, _ context: CallContext, _ session: SQLSession) throws -> JSONValue {
        let version = try named(arguments, in: session)
        return ["artifact_uri": .string(version.origin?.artifacts ?? PipelineModel.address(of: version))]
    }

    // MARK: - Changing

    private static func create(_ arguments: Arguments, _ context: CallContext, _ session: SQLSession) throws -> JSONValue {
        let tags = try RegistryNames.tags(arguments)
        let source = try arguments.text("source")
        let model = try RegisteredModelCalls.named(arguments, in: session)
        let description = try arguments.optionalText("description") ?? ""
        let isPrompt = PromptTags.kind(tags) == .prompt
        var draft =
            isPrompt
            ? try PromptVersion.draft(model.name, source: source, tags: tags, context)
            : try VersionSource.draft(
                model.name, VersionSource.Asked(source: source, run: arguments.optionalText("run_id"), model: arguments.optionalText("model_id")),
                context, session)
        draft.origin.runLink = try arguments.optionalText("run_link") ?? ""
        (draft.description, draft.tags) = (description, tags)
        let version = try context.catalog.register(draft, in: session)
        try announce(version, isPrompt, context, session)
        if !draft.origin.loggedModel.isEmpty { try noteOn(draft.origin.loggedModel, version, context, session) }
        return try answer(version, session)
    }

    private static func announce(_ version: RegisteredVersion, _ isPrompt: Bool, _ context: CallContext, _ session: SQLSession) throws {
        let tags = version.tags
        let description: JSONValue = version.description.isEmpty ? .null : .string(version.description)
        var data: JSONValue = ["name": .string(version.model), "version": .string("\(version.version)")]
        if isPrompt {
            data["template"] = JSONValue(tags.first { $0.key == PromptTags.text }?.value)
            data["tags"] = PromptTags.own(tags, also: [PromptTags.text])
        } else {
            data["source"] = .string(version.origin?.source ?? "")
            data["run_id"] = version.run.isEmpty ? .null : .string(version.run)
            data["tags"] = .object(tags.map { JSONValue.Member($0.key, .string($0.value)) })
        }
        data["description"] = description
        try WebhookOutbox.add(isPrompt ? .promptVersionCreated : .versionCreated, data, at: context.now, in: session)
    }

    /// A logged model tells which versions it was registered as, in a tag that clients read.
    private static func noteOn(_ model: String, _ version: RegisteredVersion, _ context: CallContext, _ session: SQLSession) throws {
        let key = "mlflow.modelVersions"
        let known = try context.models.model(model, in: session)?.tags.first { $0.key == key }?.value
        var list = known.flatMap { try? JSONValue(parsing: $0) }?.elements ?? []
        list.append(["name": .string(version.model), "version": .integer(Int64(version.version))])
        // With the spaces that Python's writer sets: clients hold the text against theirs.
        let entries = list.map { #"{"name": \#($0["name"].compact), "version": \#($0["version"].compact)}"# }
        try context.models.set([KeyValue(key, "[\(entries.joined(separator: ", "))]")], on: model, in: session)
    }

    private static func update(_ arguments: Arguments, _ context: CallContext, _ session: SQLSession) throws -> JSONValue {
        let version = try named(arguments, in: session)
        try context.catalog.describe(version, arguments.optionalText("description") ?? "", in: session)
        return try answer(version, session)
    }

    private static func delete(_ arguments: Arguments, _ context: CallContext, _ session: SQLSession) throws -> JSONValue {
        let version = try named(arguments, in: session)
        let isPrompt = try ModelCatalog.model(version.model, in: session)?.kind == .prompt
        if !isPrompt, let alias = version.aliases.first(where: { context.server.rules.guards($0, version.model) }) {
            throw MLflowError(
                .permissionDenied, "\(version.reference) is \(alias), which this project answers requests with. Promote another version first.")
        }
        try context.catalog.delete(version, reason: "the version was deleted", in: session)
        return .object([])
    }

    private static func transition(_ arguments: Arguments, _ context: CallContext, _ session: SQLSession) throws -> JSONValue {
        let text = try arguments.text("stage")
        let stage = try ModelStage.named(text)
        let archives = try arguments.flag("archive_existing_versions")
        guard !archives || stage == .staging || stage == .production else {
            throw MLflowError.invalid(
                "Model version transition cannot archive existing model versions because '\(text)' is not an Active stage. Valid stages are ['Staging', 'Production']"
            )
        }
        let version = try named(arguments, in: session)
        try context.catalog.move(version, to: stage, archives: archives, in: session)
        return try answer(version, session)
    }

    // MARK: - Tags

    private static func setTag(_ arguments: Arguments, _ context: CallContext, _ session: SQLSession) throws -> JSONValue {
        let tag = try RegistryNames.tag(arguments)
        let version = try named(arguments, in: session)
        try context.catalog.set(tag, on: version, in: session)
        try tell(version, .versionTagSet, .promptVersionTagSet, tag.key, tag.value, context, session)
        return .object([])
    }

    private static func deleteTag(_ arguments: Arguments, _ context: CallContext, _ session: SQLSession) throws -> JSONValue {
        let key = try RegistryNames.key(arguments)
        let version = try named(arguments, in: session)
        try context.catalog.removeTag(key, from: version, in: session)
        try tell(version, .versionTagDeleted, .promptVersionTagDeleted, key, nil, context, session)
        return .object([])
    }

    private static func tell(
        _ version: RegisteredVersion, _ event: WebhookEvent, _ ofPrompt: WebhookEvent, _ key: String, _ value: String?, _ context: CallContext,
        _ session: SQLSession
    ) throws {
        let isPrompt = try ModelCatalog.model(version.model, in: session)?.kind == .prompt
        var data: JSONValue = ["name": .string(version.model), "version": .string("\(version.version)"), "key": .string(key)]
        if let value { data["value"] = .string(value) }
        try WebhookOutbox.add(isPrompt ? ofPrompt : event, data, at: context.now, in: session)
    }
}
