internal import Registry
internal import Support

extension Webhook {
    /// The webhook in MLflow's form. Its secret is never part of it.
    var message: JSONValue {
        var message = Message()
        message.set("webhook_id", text: id)
        message.set("name", text: name)
        message.set("url", text: url)
        message.set("events", list: events.map { ["entity": .string($0.entity.uppercased()), "action": .string($0.action.uppercased())] })
        message.set("description", text: description.isEmpty ? nil : description)
        message.set("status", .string(isActive ? "ACTIVE" : "DISABLED"))
        message.set("creation_timestamp", .integer(created.milliseconds))
        message.set("last_updated_timestamp", .integer(updated.milliseconds))
        return message.json
    }
}

extension WebhookEvent {
    /// The event that a message names.
    static func named(_ arguments: Arguments) throws(MLflowError) -> WebhookEvent {
        let (entity, action) = (try arguments.text("entity").lowercased(), try arguments.text("action").lowercased())
        if let event = WebhookEvent(rawValue: "\(entity).\(action)") { return event }
        let actions = allCases.filter { $0.entity == entity }.map(\.action).sorted()
        throw .invalid("Invalid action '\(action.prefix(60))' for entity '\(entity.prefix(60))'. Valid actions are: \(actions)")
    }

    /// What a test tells.
    var example: JSONValue {
        let kind = entity.hasPrefix("prompt") ? "prompt" : "model"
        var data: JSONValue = ["name": .string("example_\(kind)")]
        if !["registered_model", "prompt", "prompt_tag"].contains(entity), action != "deleted" || entity.hasSuffix("_tag") { data["version"] = "1" }
        if entity.hasSuffix("alias") { data["alias"] = "example_alias" }
        if entity.hasSuffix("tag") {
            data["key"] = "example_key"
            if action == "set" { data["value"] = "example_value" }
        }
        guard action == "created", !entity.hasSuffix("alias") else { return data }
        if self == .versionCreated { (data["source"], data["run_id"]) = ("models:/123", "abcd1234abcd5678") }
        if self == .promptVersionCreated { data["template"] = "Hello {{name}}!" }
        data["tags"] = ["example_key": "example_value"]
        data["description"] = .string("An example \(entity.replacing("_", with: " "))")
        return data
    }
}
