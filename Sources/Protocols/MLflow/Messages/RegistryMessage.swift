internal import Database
internal import Registry
internal import Support

extension RegisteredModel {
    /// The model in MLflow's form, with its aliases and the newest version of each stage.
    func message(in session: SQLSession) throws -> JSONValue {
        var message = Message()
        message.set("name", text: name)
        message.set("creation_timestamp", .integer(created.milliseconds))
        message.set("last_updated_timestamp", .integer(updated.milliseconds))
        message.set("description", text: description)
        message.set("latest_versions", list: try ModelCatalog.newest(of: name, in: session).map(\.message))
        message.set("tags", list: tags.map(\.message))
        message.set(
            "aliases",
            list: try ModelCatalog.aliases(of: name, in: session).map { ["alias": .string($0.alias), "version": .string("\($0.version)")] })
        return message.json
    }
}

extension RegisteredVersion {
    /// The version in MLflow's form.
    var message: JSONValue {
        var message = Message()
        message.set("name", text: model)
        message.set("version", text: "\(version)")
        message.set("creation_timestamp", .integer(created.milliseconds))
        message.set("last_updated_timestamp", .integer(updated.milliseconds))
        message.set("user_id", text: actor.isEmpty ? nil : actor)
        message.set("current_stage", .string(stage.name))
        message.set("description", text: description)
        message.set("source", text: origin?.source ?? reference)
        message.set("run_id", text: run.isEmpty ? nil : run)
        message.set("status", "READY")
        message.set("tags", list: tags.map(\.message))
        message.set("run_link", text: origin?.runLink ?? "")
        message.set("aliases", list: aliases.map(JSONValue.string))
        return message.json
    }
}

extension ModelStage {
    var name: String { rawValue.prefix(1).uppercased() + rawValue.dropFirst() }

    /// The stage of a name, in upper or lower case.
    static func named(_ text: String) throws(MLflowError) -> ModelStage {
        guard let stage = ModelStage(rawValue: text.lowercased()) else {
            let all = allCases.map(\.name).joined(separator: ", ")
            throw .invalid("Invalid Model Version stage: \(text.prefix(100)). Value must be one of \(all).")
        }
        return stage
    }
}
