internal import Experiments
internal import Support

extension Experiment {
    /// Where artifacts of its runs stand below: kept here where nobody said otherwise.
    var artifactRoot: String { ArtifactAddress.root(of: id, artifacts) }

    var message: JSONValue {
        var message = Message()
        message.set("experiment_id", text: String(id))
        message.set("name", text: name)
        message.set("artifact_location", text: artifactRoot)
        message.set("lifecycle_stage", Lifecycle.name(isDeleted: deleted != nil))
        message.set("last_update_time", .integer(updated.milliseconds))
        message.set("creation_time", .integer(created.milliseconds))
        message.set("tags", list: tags.map(\.message))
        return message.json
    }
}

extension ExperimentPlace {
    /// Where artifacts of its runs stand below.
    var artifactRoot: String { ArtifactAddress.root(of: id, artifacts) }
}

extension KeyValue {
    var message: JSONValue { ["key": .string(key), "value": .string(value)] }
}
