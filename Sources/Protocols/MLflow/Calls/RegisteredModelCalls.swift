internal import Database
internal import Experiments
internal import HTTPTypes
internal import Registry
internal import Support

/// Registered models: made, found, renamed, described, tagged and deleted.
enum RegisteredModelCalls {
    static let all: [Call] = [
        .post("registered-models/create", create), .get("registered-models/get", get),
        .search("registered-models/search", methods: [.get, .post], search), .change(.patch, "registered-models/update", update),
        .post("registered-models/rename", rename), .change(.delete, "registered-models/delete", delete),
        .search("registered-models/get-latest-versions", methods: [.get, .post], latestVersions), .post("registered-models/set-tag", setTag),
        .change(.delete, "registered-models/delete-tag", deleteTag),
    ]

    // MARK: - Finding

    /// The model that a request names.
    static func named(_ arguments: Arguments, in session: SQLSession) throws -> RegisteredModel {
        let name = try RegistryNames.model(arguments)
        guard let model = try ModelCatalog.model(name, in: session) else {
            throw MLflowError.missing("Registered Model with name=\(name) not found")
        }
        return model
    }

    private static func answer(_ name: String, _ session: SQLSession) throws -> JSONValue {
        guard let model = try ModelCatalog.model(name, in: session) else { return .object([]) }
        return ["registered_model": try model.message(in: session)]
    }

    private static func get(_ arguments: Arguments, _ context: CallContext, _ session: SQLSession) throws -> JSONValue {
        try answer(named(arguments, in: session).name, session)
    }

    private static func search(_ arguments: Arguments, _ context: CallContext, _ session: SQLSession) throws -> JSONValue {
        let limit = try arguments.limit(standard: 100, most: 1000)
        let offset = try PageToken.offset(arguments.optionalText("page_token"))
        let query = try RegisteredModelFields.query(filter: arguments.optionalText("filter"), order: arguments.texts("order_by"))
        let page = try ModelCatalog.search(query, offset: offset, limit: limit, in: session)
        var answer = Message()
        answer.set("registered_models", list: try page.items.map { try $0.message(in: session) })
        if page.hasMore { answer.set("next_page_token", text: PageToken.text(offset: offset + limit)) }
        return answer.json
    }

    private static func latestVersions(_ arguments: Arguments, _ context: CallContext, _ session: SQLSession) throws -> JSONValue {
        let model = try named(arguments, in: session)
        let stages = try arguments.texts("stages").map { try ModelStage.named($0) }
        let newest = try ModelCatalog.newest(of: model.name, in: session).filter { stages.isEmpty || stages.contains($0.stage) }
        var answer = Message()
        answer.set("model_versions", list: newest.map(\.message))
        return answer.json
    }

    // MARK: - Changing

    private static func create(_ arguments: Arguments, _ context: CallContext, _ session: SQLSession) throws -> JSONValue {
        let name = try RegistryNames.model(arguments)
        let tags = try RegistryNames.tags(arguments)
        let kind = PromptTags.kind(tags)
        if let other = try ModelCatalog.model(name, in: session) { throw taken(name, by: other.kind, for: kind) }
        let description = try arguments.optionalText("description") ?? ""
        _ = try context.catalog.create(name, kind: kind, description: description, tags: tags, in: session)
        let data: JSONValue = [
            "name": .string(name), "tags": kind == .prompt ? PromptTags.own(tags) : .object(tags.map { JSONValue.Member($0.key, .string($0.value)) }),
            "description": .string(description),
        ]
        try WebhookOutbox.add(kind == .prompt ? .promptCreated : .modelCreated, data, at: context.now, in: session)
        return try answer(name, session)
    }

    private static func taken(_ name: String, by other: RegisteredModel.Kind, for kind: RegisteredModel.Kind) -> MLflowError {
        func word(_ kind: RegisteredModel.Kind) -> String { kind == .prompt ? "Prompt" : "Registered Model" }
        guard other == kind else {
            return MLflowError(
                .resourceAlreadyExists,
                "Tried to create a \(word(kind).lowercased()) with name '\(name)', but the name is already taken by a \(word(other).lowercased()). MLflow does not allow creating a model and a prompt with the same name."
            )
        }
        return MLflowError(.resourceAlreadyExists, "\(word(kind)) (name=\(name)) already exists.")
    }

    private static func update(_ arguments: Arguments, _ context: CallContext, _ session: SQLSession) throws -> JSONValue {
        let model = try named(arguments, in: session)
        try context.catalog.describe(model.name, arguments.optionalText("description") ?? "", in: session)
        return try answer(model.name, session)
    }

    private static func rename(_ arguments: Arguments, _ context: CallContext, _ session: SQLSession) throws -> JSONValue {
        let model = try named(arguments, in: session)
        let name = try RegistryNames.model(arguments, "new_name")
        try requireForeign(model, context, "renamed")
        guard try ModelCatalog.model(name, in: session) == nil else {
            throw MLflowError(.resourceAlreadyExists, "Registered Model (name=\(name)) already exists.")
        }
        try context.catalog.rename(model, to: name, in: session)
        return try answer(name, session)
    }

    private static func delete(_ arguments: Arguments, _ context: CallContext, _ session: SQLSession) throws -> JSONValue {
        let model = try named(arguments, in: session)
        try requireForeign(model, context, "deleted")
        try context.catalog.delete(model, reason: "the model was deleted", in: session)
        return .object([])
    }

    /// The model that the project makes and serves stays what it is: its name stands in `martlet.yaml`.
    private static func requireForeign(_ model: RegisteredModel, _ context: CallContext, _ word: String) throws {
        guard model.name == context.server.rules.ownModel() else { return }
        throw MLflowError(
            .permissionDenied, "\(model.name) is the model that this project makes and serves; it is not \(word). Its name stands in martlet.yaml.")
    }

    // MARK: - Tags

    private static func setTag(_ arguments: Arguments, _ context: CallContext, _ session: SQLSession) throws -> JSONValue {
        let tag = try RegistryNames.tag(arguments)
        let model = try named(arguments, in: session)
        let kind = tag.key == PromptTags.mark ? PromptTags.kind([tag]) : nil
        try context.catalog.set(tag, on: model.name, kind: kind, in: session)
        guard (kind ?? model.kind) == .prompt else { return .object([]) }
        let data: JSONValue = ["name": .string(model.name), "key": .string(tag.key), "value": .string(tag.value)]
        try WebhookOutbox.add(.promptTagSet, data, at: context.now, in: session)
        return .object([])
    }

    private static func deleteTag(_ arguments: Arguments, _ context: CallContext, _ session: SQLSession) throws -> JSONValue {
        let key = try RegistryNames.key(arguments)
        let model = try named(arguments, in: session)
        try context.catalog.removeTag(key, from: model.name, in: session)
        if key == PromptTags.mark { return .object([]) }
        if model.kind == .prompt {
            try WebhookOutbox.add(.promptTagDeleted, ["name": .string(model.name), "key": .string(key)], at: context.now, in: session)
        }
        return .object([])
    }
}
