internal import Database
internal import Experiments
internal import HTTPTypes
internal import Support

/// Logged models: begun, finished, tagged, searched and deleted.
enum LoggedModelCalls {
    static let all: [Call] = [
        .post("logged-models", create), .get("logged-models/{model_id}", get), .change(.patch, "logged-models/{model_id}", finalize),
        .change(.delete, "logged-models/{model_id}", delete), .search("logged-models/search", search),
        .change(.patch, "logged-models/{model_id}/tags", setTags), .change(.delete, "logged-models/{model_id}/tags/{tag_key}", deleteTag),
        .post("logged-models/{model_id}/params", addParameters),
    ]

    static func named(_ arguments: Arguments, in session: SQLSession, _ context: CallContext) throws -> LoggedModel {
        let id = try arguments.text("model_id")
        guard let model = try context.models.model(id, in: session), model.deleted == nil else {
            throw MLflowError.missing("Logged model with ID '\(id.prefix(100))' not found.")
        }
        return model
    }

    static func artifacts(of model: LoggedModel, _ context: CallContext, _ session: SQLSession) throws -> String {
        let experiment = try context.experiments.experiment(model.experiment, in: session)
        return "\(experiment?.artifactRoot ?? "")/models/\(model.id)/artifacts"
    }

    private static func answer(_ model: LoggedModel?, _ context: CallContext, _ session: SQLSession) throws -> JSONValue {
        guard let model else { return .object([]) }
        return ["model": model.message(artifacts: try artifacts(of: model, context, session))]
    }

    private static func get(_ arguments: Arguments, _ context: CallContext, _ session: SQLSession) throws -> JSONValue {
        try answer(named(arguments, in: session, context), context, session)
    }

    private static func create(_ arguments: Arguments, _ context: CallContext, _ session: SQLSession) throws -> JSONValue {
        let experiment = try ExperimentCalls.active(arguments.text("experiment_id"), in: session, context)
        let identifiers = context.server.identifiers
        let name = try arguments.optionalText("name").flatMap { $0.isEmpty ? nil : $0 } ?? RunName.made(from: identifiers.next().low)
        guard !name.contains(where: { "/:.%\"'".contains($0) }), name.utf8.count <= 500 else {
            throw MLflowError.invalid(
                "Invalid model name (\(name.prefix(100))) provided. Model name must be a non-empty string and cannot contain the following characters: ('/', ':', '.', '%', '\"', \"'\")"
            )
        }
        let run = try arguments.optionalText("source_run_id").flatMap { $0.isEmpty ? nil : RunID($0) }
        let model = try context.models.create(
            "m-\(identifiers.next())", name: name, experiment: experiment.id, run: run, type: try arguments.optionalText("model_type") ?? "",
            parameters: try pairs(arguments, "params"), tags: try pairs(arguments, "tags"), in: session)
        return try answer(model, context, session)
    }

    private static func pairs(_ arguments: Arguments, _ name: String) throws -> [KeyValue] {
        try arguments.list(name).map { KeyValue(try $0.text("key"), try $0.optionalText("value") ?? "") }
    }

    private static func finalize(_ arguments: Arguments, _ context: CallContext, _ session: SQLSession) throws -> JSONValue {
        let model = try named(arguments, in: session, context)
        let status: LoggedModel.Status =
            switch try arguments.text("status") {
            case "LOGGED_MODEL_READY", "READY": .ready
            case "LOGGED_MODEL_UPLOAD_FAILED", "FAILED": .failed
            case "LOGGED_MODEL_PENDING", "PENDING": .pending
            case let other: throw MLflowError.invalid("Invalid model status '\(other.prefix(40))'.")
            }
        try context.models.finalize(model.id, status, in: session)
        return try answer(context.models.model(model.id, in: session), context, session)
    }

    private static func delete(_ arguments: Arguments, _ context: CallContext, _ session: SQLSession) throws -> JSONValue {
        try context.models.delete(named(arguments, in: session, context).id, in: session)
        return .object([])
    }

    private static func setTags(_ arguments: Arguments, _ context: CallContext, _ session: SQLSession) throws -> JSONValue {
        let model = try named(arguments, in: session, context)
        try context.models.set(pairs(arguments, "tags"), on: model.id, in: session)
        return .object([])
    }

    private static func deleteTag(_ arguments: Arguments, _ context: CallContext, _ session: SQLSession) throws -> JSONValue {
        let model = try named(arguments, in: session, context)
        let key = try arguments.text("tag_key")
        guard try context.models.removeTag(key, from: model.id, in: session) else {
            throw MLflowError.missing("No tag with key '\(key)' found for model with ID '\(model.id)'.")
        }
        return .object([])
    }

    private static func addParameters(_ arguments: Arguments, _ context: CallContext, _ session: SQLSession) throws -> JSONValue {
        let model = try named(arguments, in: session, context)
        try context.models.add(pairs(arguments, "params"), to: model.id, in: session)
        return .object([])
    }

    private static let differences = [
        "experiment_ids": "Experiment IDs in the page token do not match the requested experiment IDs.",
        "filter_string": "Filter string in the page token does not match the requested filter string.",
        "order_by": "Order by in the page token does not match the requested order by.",
    ]

    private static func search(_ arguments: Arguments, _ context: CallContext, _ session: SQLSession) throws -> JSONValue {
        let experiments = try arguments.experiments()
        guard !experiments.isEmpty else { return .object([]) }
        let limit = try arguments.limit(standard: 100, most: 1000)
        let order = try arguments.list("order_by").map { try $0.text("field_name") }
        let search: JSONValue = [
            "experiment_ids": JSONValue(experiments.map(String.init)), "filter_string": JSONValue(try arguments.optionalText("filter")),
            "order_by": JSONValue(order),
        ]
        let offset = try PageToken.offset(arguments.optionalText("page_token"), search: search, differences: differences)
        let query = try LoggedModelFields.query(arguments)
        var datasets: [(name: String, digest: String?)] = []
        for dataset in try arguments.list("datasets") {
            datasets.append((name: try dataset.text("dataset_name"), digest: try dataset.optionalText("dataset_digest")))
        }
        let page = try LoggedModelStore.search(query, experiments: experiments, datasets: datasets, offset: offset, limit: limit, in: session)
        var answer = Message()
        answer.set(
            "models", list: try page.items.map { $0.message(artifacts: try artifacts(of: $0, context, session)) })
        if page.hasMore { answer.set("next_page_token", text: PageToken.text(offset: offset + limit, search: search)) }
        return answer.json
    }
}
