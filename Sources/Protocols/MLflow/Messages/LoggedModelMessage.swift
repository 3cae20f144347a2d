internal import Experiments
internal import Support

extension LoggedModel {
    /// - Parameter artifacts: where its files stand.
    func message(artifacts: String) -> JSONValue {
        var info = Message()
        info.set("model_id", text: id)
        info.set("experiment_id", text: String(experiment))
        info.set("name", text: name)
        info.set("creation_timestamp_ms", .integer(created.milliseconds))
        info.set("last_updated_timestamp_ms", .integer(updated.milliseconds))
        info.set("artifact_uri", text: artifacts)
        info.set("status", .string(statusName))
        info.set("model_type", text: type)
        info.set("source_run_id", text: run?.rawValue ?? "")
        info.set("status_message", text: message.isEmpty ? nil : message)
        info.set("tags", list: tags.map(\.message))
        var data = Message()
        data.set("params", list: parameters.map(\.message))
        data.set("metrics", list: metrics.map(\.message))
        return ["info": info.json, "data": data.json]
    }

    private var statusName: String {
        switch status {
        case .pending: "LOGGED_MODEL_PENDING"
        case .ready: "LOGGED_MODEL_READY"
        case .failed: "LOGGED_MODEL_UPLOAD_FAILED"
        }
    }
}

extension ModelMetric {
    var message: JSONValue {
        var message = point.message
        message["run_id"] = .string(run.rawValue)
        return message
    }
}
