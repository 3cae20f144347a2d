internal import Experiments
internal import Registry
internal import Support

/// What names, aliases, tags and version numbers of the registry may look like.
enum RegistryNames {
    private static let longestName = 256
    private static let longestKey = 250
    private static let longestValue = 100_000
    private static let longestAlias = 255

    /// The name of a model in a request.
    static func model(_ arguments: Arguments, _ field: String = "name") throws(MLflowError) -> String {
        let name = try arguments.text(field)
        guard name.contains(where: { !$0.isWhitespace }) else { throw .invalid("Missing value for required parameter '\(field)'.") }
        guard !name.contains("/"), !name.contains(":") else {
            throw .invalid("Invalid model name '\(name.prefix(300))'. Names cannot contain '/' or ':'.")
        }
        guard name != ".", name != "..", name.unicodeScalars.count <= longestName, !name.unicodeScalars.contains(where: { $0.value < 0x20 }) else {
            throw .invalid(
                "Invalid value \(JSONValue.string(String(name.prefix(300))).compact) for parameter '\(field)' supplied: Names have at most \(longestName) characters, no control characters, and are not '.' or '..'."
            )
        }
        return name
    }

    static func version(_ arguments: Arguments) throws(MLflowError) -> Int {
        let text = try arguments.text("version")
        guard let number = Int(text) else { throw .invalid("Parameter 'version' must be an integer, got '\(text.prefix(100))'.") }
        return number
    }

    static func alias(_ arguments: Arguments) throws(MLflowError) -> String {
        let alias = try arguments.text("alias")
        guard alias.unicodeScalars.allSatisfy({ $0 == "-" || $0 == "_" || $0.properties.isAlphabetic || $0.properties.numericType != nil }) else {
            throw .invalid(
                "Invalid alias name: '\(alias.prefix(300))'. Names may only contain alphanumerics, underscores (_), and dashes (-).")
        }
        guard alias.unicodeScalars.count <= longestAlias else {
            throw .invalid("'Registered model alias name' exceeds the maximum length of \(longestAlias) characters")
        }
        return alias
    }

    /// Refuses aliases that mean something else already.
    static func checkReserved(_ alias: String) throws(MLflowError) {
        guard alias.lowercased() != "latest" else { throw .invalid("'latest' alias name (case insensitive) is reserved.") }
        let isNumber = alias.count > 1 && alias.lowercased().hasPrefix("v") && alias.dropFirst().allSatisfy(\.isNumber)
        guard !isNumber else { throw .invalid("Version alias name '\(alias)' is reserved.") }
    }

    /// A tag in a request.
    static func tag(_ arguments: Arguments) throws(MLflowError) -> KeyValue {
        let tag = KeyValue(try key(arguments), try arguments.optionalText("value") ?? "")
        guard tag.value.unicodeScalars.count <= longestValue else {
            let isPrompt = tag.key == PromptTags.text
            throw .invalid(
                isPrompt
                    ? "Prompt text exceeds max length of \(longestValue) characters."
                    : "'value' exceeds the maximum length of \(longestValue) characters")
        }
        return tag
    }

    static func key(_ arguments: Arguments) throws(MLflowError) -> String {
        let key = try arguments.text("key")
        try Names.check(key, "tag")
        guard key.unicodeScalars.count <= longestKey else { throw .invalid("'key' exceeds the maximum length of \(longestKey) characters") }
        return key
    }

    /// The tags in a request; of a key that comes twice, the last.
    static func tags(_ arguments: Arguments) throws(MLflowError) -> [KeyValue] {
        var tags: [KeyValue] = []
        for part in try arguments.list("tags") {
            let tag = try tag(part)
            tags.removeAll { $0.key == tag.key }
            tags.append(tag)
        }
        return tags
    }
}

/// The tags by which clients tell prompts from models.
enum PromptTags {
    static let mark = "mlflow.prompt.is_prompt"
    static let text = "mlflow.prompt.text"
    private static let type = "_mlflow_prompt_type"
    /// What clients name as the source of a prompt, which has no files.
    static let sources = ["dummy-source", "prompt-template"]

    static func kind(_ tags: [KeyValue]) -> RegisteredModel.Kind {
        tags.contains { $0.key == mark && $0.value.lowercased() == "true" } ? .prompt : .model
    }

    /// The tags that people wrote, as webhooks are told them.
    static func own(_ tags: [KeyValue], also hidden: [String] = []) -> JSONValue {
        .object(tags.filter { ![mark, type].contains($0.key) && !hidden.contains($0.key) }.map { JSONValue.Member($0.key, .string($0.value)) })
    }
}
