internal import Database
internal import Experiments
internal import Support

/// What a run logs: points of metrics, parameters, tags, inputs and outputs.
enum LoggingCalls {
    static let all: [Call] = [
        .post("runs/log-metric", logMetric), .post("runs/log-parameter", logParameter), .prepared("runs/log-batch", logBatch),
        .post("runs/set-tag", setTag), .post("runs/delete-tag", deleteTag), .post("runs/log-inputs", logInputs), .post("runs/outputs", logOutputs),
        .post("runs/log-model", logModel),
    ]

    private static func logMetric(_ arguments: Arguments, _ context: CallContext, _ session: SQLSession) throws -> JSONValue {
        _ = try RunCalls.identifier(arguments)
        let point = try Names.point(arguments)
        _ = try context.runs.log(RunBatch(points: [point]), to: RunCalls.active(arguments, in: session), in: session)
        return .object([])
    }

    private static func logParameter(_ arguments: Arguments, _ context: CallContext, _ session: SQLSession) throws -> JSONValue {
        _ = try RunCalls.identifier(arguments)
        let parameter = try Names.parameter(arguments)
        let run = try RunCalls.active(arguments, in: session)
        if let conflict = try context.runs.log(RunBatch(parameters: [parameter]), to: run, in: session).first {
            throw MLflowError.invalid(
                "Changing param values is not allowed. Param with key='\(conflict.key)' was already logged with value='\(conflict.old)' for run ID='\(run.id)'. Attempted logging new value '\(conflict.new)'."
            )
        }
        return .object([])
    }

    private static func logBatch(_ arguments: Arguments) throws -> @Sendable (CallContext, SQLSession) throws -> JSONValue {
        let batch = try batch(arguments)
        return { try keep(batch, arguments, $0, $1) }
    }

    private static func keep(_ batch: RunBatch, _ arguments: Arguments, _ context: CallContext, _ session: SQLSession) throws -> JSONValue {
        let run = try RunCalls.active(arguments, in: session)
        try rename(run, by: batch.tags, context, session)
        let kept = RunBatch(points: batch.points, parameters: batch.parameters, tags: batch.tags.filter { $0.key != RunMessage.nameTag })
        let conflicts = try context.runs.log(kept, to: run, in: session)
        guard conflicts.isEmpty else {
            let list = conflicts.map { "{'key': '\($0.key)', 'old_value': '\($0.old)', 'new_value': '\($0.new)'}" }.joined(separator: ", ")
            throw MLflowError.invalid(
                "Changing param values is not allowed. Params were already logged='[\(list)]' for run ID='\(run.id)'.")
        }
        return .object([])
    }

    /// Setting the tag that holds the name renames.
    private static func rename(_ run: TrackedRun, by tags: [KeyValue], _ context: CallContext, _ session: SQLSession) throws {
        guard let name = tags.last(where: { $0.key == RunMessage.nameTag })?.value else { return }
        try context.runs.update(run, status: nil, ended: nil, name: name, in: session)
    }

    // MARK: - Batches

    private static func batch(_ arguments: Arguments) throws -> RunBatch {
        let (metrics, parameters, tags) = (try arguments.list("metrics"), try arguments.list("params"), try arguments.list("tags"))
        try check(metrics.count, 1000, "metrics")
        try check(parameters.count, 100, "params")
        try check(tags.count, 100, "tags")
        try check(metrics.count + parameters.count + tags.count, 1000, "metrics, params, and tags")
        var batch = RunBatch()
        batch.points.reserveCapacity(metrics.count)
        for metric in metrics { batch.points.append(try Names.point(metric)) }
        for parameter in parameters { batch.parameters.append(try Names.parameter(parameter)) }
        for tag in tags { batch.tags.append(try Names.tag(tag)) }
        let twice = Dictionary(grouping: batch.parameters, by: \.key).filter { $1.count > 1 }.keys.sorted()
        guard twice.isEmpty else {
            let list = twice.map { "'\($0)'" }.joined(separator: ", ")
            throw MLflowError.invalid(
                "Duplicate parameter keys have been submitted: [\(list)]. Please ensure the request contains only one param value per param key.")
        }
        return batch
    }

    private static func check(_ count: Int, _ most: Int, _ what: String) throws {
        guard count > most else { return }
        throw MLflowError.invalid(
            "A batch logging request can contain at most \(most) \(what). Got \(count) \(what). Please split up \(what) across multiple requests and try again."
        )
    }

    // MARK: - Tags

    private static func setTag(_ arguments: Arguments, _ context: CallContext, _ session: SQLSession) throws -> JSONValue {
        _ = try RunCalls.identifier(arguments)
        let tag = try Names.tag(arguments)
        let run = try RunCalls.active(arguments, in: session)
        if tag.key == RunMessage.nameTag {
            try rename(run, by: [tag], context, session)
        } else {
            _ = try context.runs.log(RunBatch(tags: [tag]), to: run, in: session)
        }
        return .object([])
    }

    private static func deleteTag(_ arguments: Arguments, _ context: CallContext, _ session: SQLSession) throws -> JSONValue {
        let key = try arguments.text("key")
        let run = try RunCalls.active(arguments, in: session)
        // The name stays, whatever becomes of the tag that repeats it.
        if key == RunMessage.nameTag { return .object([]) }
        guard try context.runs.removeTag(key, from: run, in: session) else {
            throw MLflowError.missing("No tag with name: \(key) in run with id \(run.id)")
        }
        return .object([])
    }

    // MARK: - Inputs and outputs

    private static func logInputs(_ arguments: Arguments, _ context: CallContext, _ session: SQLSession) throws -> JSONValue {
        let run = try RunCalls.active(arguments, in: session)
        var inputs: [DatasetInput] = []
        for entry in try arguments.list("datasets") {
            let dataset = entry.part("dataset")
            var tags: [KeyValue] = []
            for tag in try entry.list("tags") {
                tags.append(KeyValue(try limited(tag.text("key"), "key", 255), try limited(tag.optionalText("value"), "value", 500) ?? ""))
            }
            inputs.append(
                DatasetInput(
                    name: try limited(dataset.text("name"), "name", 500), digest: try limited(dataset.text("digest"), "digest", 36),
                    sourceType: try dataset.optionalText("source_type") ?? "",
                    source: try limited(dataset.optionalText("source"), "source", 65_535) ?? "",
                    schema: try limited(dataset.optionalText("schema"), "schema", 1_048_575),
                    profile: try limited(dataset.optionalText("profile"), "profile", 16_777_215), tags: tags))
        }
        var models: [ModelLink] = []
        for model in try arguments.list("models") { models.append(ModelLink(.input, try model.text("model_id"))) }
        try context.runs.log(inputs, models: models, to: run, in: session)
        return .object([])
    }

    private static func limited(_ text: String?, _ name: String, _ most: Int) throws(MLflowError) -> String? {
        guard let text, text.utf8.count > most, text.unicodeScalars.count > most else { return text }
        throw .invalid("'\(name)' exceeds the maximum length of \(most) characters")
    }

    private static func limited(_ text: String, _ name: String, _ most: Int) throws(MLflowError) -> String {
        try limited(Optional(text), name, most) ?? text
    }

    private static func logOutputs(_ arguments: Arguments, _ context: CallContext, _ session: SQLSession) throws -> JSONValue {
        let run = try RunCalls.active(arguments, in: session)
        var models: [ModelLink] = []
        for model in try arguments.list("models") {
            models.append(ModelLink(.output, try model.text("model_id"), step: try model.optionalWhole("step") ?? 0))
        }
        try context.runs.log([], models: models, to: run, in: session)
        return .object([])
    }

    /// What older clients say of a model that they have logged: kept as a list in a tag, where they look for it.
    private static func logModel(_ arguments: Arguments, _ context: CallContext, _ session: SQLSession) throws -> JSONValue {
        let text = try arguments.text("model_json")
        guard let model = try? JSONValue(parsing: text), !model.members.isEmpty else {
            throw MLflowError.invalid("Malformed model info. \n \(text.prefix(200)) \n cannot be parsed as JSON")
        }
        let run = try RunCalls.active(arguments, in: session)
        let key = "mlflow.log-model.history"
        let before = try RunReader.tag(key, of: run, in: session).flatMap { try? JSONValue(parsing: $0) }?.elements ?? []
        _ = try context.runs.log(RunBatch(tags: [KeyValue(key, JSONValue.array(before + [model]).compact)]), to: run, in: session)
        return .object([])
    }
}
