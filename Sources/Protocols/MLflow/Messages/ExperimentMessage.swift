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

/// Addresses of artifacts that are kept here.
enum ArtifactAddress {
    static let scheme = "mlflow-artifacts:/"

    /// Where artifacts of an experiment stand below: kept here where nobody said otherwise.
    static func root(of experiment: Int, _ place: String?) -> String { place ?? "\(scheme)\(experiment)" }

    /// The path that an address means; nil for one of another place.
    static func path(_ address: String) -> String? {
        guard address.hasPrefix(scheme) else { return nil }
        var rest = address.dropFirst(scheme.count)
        // `mlflow-artifacts://host:port/path` means the same server.
        if rest.hasPrefix("/") {
            rest = rest.dropFirst()
            guard let slash = rest.firstIndex(of: "/") else { return "" }
            rest = rest[rest.index(after: slash)...]
        }
        return String(rest)
    }
}
