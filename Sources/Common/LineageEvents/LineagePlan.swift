package import Settings
package import Support

/// Who is told of runs and datasets, in the events of OpenLineage: the section `openlineage`, and the variables that OpenLineage's own clients read.
package struct LineagePlan: Sendable, Equatable {
    /// The address of a receiver, `$NAME` of a variable or a `secret://` that stands for it; nil for none.
    package var url: String?
    /// What follows the address.
    package var endpoint = LineagePlan.usualEndpoint
    /// The receiver's key, or what stands for it: sent as a bearer token.
    package var auth: String?
    /// The namespace of our jobs and datasets.
    package var namespace = "martlet"
    /// A file that events are appended to, one a line; nil for none.
    package var file: String?
    /// Whether the receiver may be on this machine or in a private network.
    package var allowsPrivate = false
    /// How long events of others are kept, in seconds; nil for always.
    package var keep: Double?
    /// Where the section stands in the settings.
    package var place: SourcePlace?

    /// The path that OpenLineage's clients post to.
    package static let usualEndpoint = "api/v1/lineage"

    package init() {}

    /// - Throws: `invalidInput` with line, column and suggestion.
    package init(_ node: SettingsNode?) throws(MartletError) {
        guard let node else { return }
        _ = try node.mapping(keys: ["url", "endpoint", "auth", "namespace", "file", "private", "keep"])
        place = node.place
        url = try node["url"]?.string()
        if let url, !url.hasPrefix("$"), !url.hasPrefix("secret://"), !url.hasPrefix("http://"), !url.hasPrefix("https://") {
            throw (node["url"] ?? node).failure(
                "“url” is the address of a receiver, such as http://127.0.0.1:5000, or a secret:// that stands for it.")
        }
        endpoint = try node["endpoint"]?.string() ?? LineagePlan.usualEndpoint
        auth = try node["auth"]?.string()
        namespace = try node["namespace"]?.string() ?? "martlet"
        guard !namespace.isEmpty, namespace.utf8.count <= 256 else {
            throw (node["namespace"] ?? node).failure("“namespace” is a name of up to 256 bytes.")
        }
        file = try node["file"]?.string()
        if file?.isEmpty == true { throw (node["file"] ?? node).failure("Name a file for the events, such as lineage.jsonl.") }
        allowsPrivate = try node["private"]?.bool() ?? false
        keep = try node["keep"]?.duration()
    }

    /// The same with what the variables of OpenLineage's clients say. Whoever sets them decides which networks are reached.
    package func with(environment: [String: String]) -> LineagePlan {
        var plan = self
        if environment["OPENLINEAGE_DISABLED"]?.lowercased() == "true" {
            plan.url = nil
            plan.file = nil
            return plan
        }
        if let url = environment["OPENLINEAGE_URL"], !url.isEmpty {
            plan.url = url
            plan.endpoint = environment["OPENLINEAGE_ENDPOINT"] ?? LineagePlan.usualEndpoint
            plan.auth = environment["OPENLINEAGE_API_KEY"]
            plan.allowsPrivate = true
        }
        if let namespace = environment["OPENLINEAGE_NAMESPACE"], !namespace.isEmpty { plan.namespace = namespace }
        return plan
    }

    /// Who is to be told.
    package var targets: [LineageTarget] { (url == nil ? [] : [.receiver]) + (file == nil ? [] : [.file]) }
}

/// One of those that events are told to.
package enum LineageTarget: String, Sendable, CaseIterable {
    case receiver, file
}
