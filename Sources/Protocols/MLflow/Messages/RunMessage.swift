internal import Experiments
internal import Support

/// A run with what was logged to it, in MLflow's form.
struct RunMessage {
    let run: TrackedRun
    /// Where artifacts of its experiment stand below.
    let artifactRoot: String

    /// The tag that a run's name is repeated in.
    static let nameTag = "mlflow.runName"
    static let parentTag = "mlflow.parentRunId"

    /// Where the run's own artifacts stand: what an address says behind a question mark stays behind it.
    var artifacts: String {
        let parts = artifactRoot.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        return "\(parts[0])/\(run.id)/artifacts\(parts.count > 1 ? "?\(parts[1])" : "")"
    }

    var info: JSONValue {
        var message = Message()
        message.set("run_uuid", text: run.id.rawValue)
        message.set("experiment_id", text: String(run.experiment))
        message.set("run_name", text: run.name)
        message.set("user_id", text: run.claimedUser)
        message.set("status", .string(RunStatus.name(run.status)))
        message.set("start_time", .integer(run.started.milliseconds))
        message.set("end_time", run.ended.map { .integer($0.milliseconds) })
        message.set("artifact_uri", text: artifacts)
        message.set("lifecycle_stage", Lifecycle.name(isDeleted: run.deleted != nil))
        message.set("run_id", text: run.id.rawValue)
        return message.json
    }

    func message(_ content: RunContent) -> JSONValue {
        var data = Message()
        data.set("metrics", list: content.metrics.map(\.plainMessage))
        data.set("params", list: content.parameters.map(\.message))
        data.set("tags", list: tags(content.tags).map(\.message))
        var inputs = Message()
        inputs.set("dataset_inputs", list: content.inputs.map(\.message))
        inputs.set("model_inputs", list: content.models.filter { $0.direction == .input }.map { ["model_id": .string($0.model)] })
        var outputs = Message()
        outputs.set(
            "model_outputs",
            list: content.models.filter { $0.direction == .output }.map { ["model_id": .string($0.model), "step": .integer($0.step)] })
        return ["info": info, "data": data.json, "inputs": inputs.json, "outputs": outputs.json]
    }

    /// The tags, with the name and, for steps of the pipeline, the parent.
    private func tags(_ tags: [KeyValue]) -> [KeyValue] {
        var all = tags.filter { $0.key != RunMessage.nameTag }
        if !run.name.isEmpty { all.append(KeyValue(RunMessage.nameTag, run.name)) }
        if run.isPipeline, let parent = run.parent { all.append(KeyValue(RunMessage.parentTag, parent.rawValue)) }
        return all
    }
}

extension MetricPoint {
    /// The point without what it was measured of.
    var plainMessage: JSONValue {
        ["key": .string(name), "value": value.isNaN ? "NaN" : .number(value), "timestamp": .integer(at.milliseconds), "step": .integer(step)]
    }

    var message: JSONValue {
        var message = plainMessage
        guard let about else { return message }
        if !about.model.isEmpty { message["model_id"] = .string(about.model) }
        if !about.datasetName.isEmpty { message["dataset_name"] = .string(about.datasetName) }
        if !about.datasetDigest.isEmpty { message["dataset_digest"] = .string(about.datasetDigest) }
        return message
    }
}

extension DatasetInput {
    var message: JSONValue {
        var dataset = Message()
        dataset.set("name", text: name)
        dataset.set("digest", text: digest)
        dataset.set("source_type", text: sourceType)
        dataset.set("source", text: source)
        dataset.set("schema", text: schema)
        dataset.set("profile", text: profile)
        var message = Message()
        message.set("tags", list: tags.map(\.message))
        message.set("dataset", dataset.json)
        return message.json
    }
}

/// How a run stands, as MLflow names it. A run whose process died has failed.
enum RunStatus {
    private static let names: [(name: String, status: Run.Status)] = [
        ("RUNNING", .running), ("SCHEDULED", .scheduled), ("FINISHED", .finished), ("FAILED", .failed), ("KILLED", .killed),
    ]

    static func name(_ status: Run.Status) -> String { names.first { $0.status == status }?.name ?? "FAILED" }

    /// The status of a name, or of the number that it has in MLflow's messages.
    static func status(_ text: String) throws(MLflowError) -> Run.Status {
        if let number = Int(text), (1...names.count).contains(number) { return names[number - 1].status }
        guard let status = names.first(where: { $0.name == text })?.status else {
            throw .invalid("Invalid run status '\(text.prefix(40))'. It is one of \(names.map(\.name).joined(separator: ", ")).")
        }
        return status
    }
}
