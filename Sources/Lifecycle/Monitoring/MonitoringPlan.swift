package import Settings
package import Support

/// What is watched and who is told: the `monitoring:` section of `martlet.yaml`.
package struct MonitoringPlan: Sendable, Equatable {
    /// Where late labels are found.
    package struct LabelSource: Sendable, Equatable {
        /// A glob below the project.
        package var path: String
        /// The column that holds the caller's key; nil where labels carry prediction IDs.
        package var key: String?
    }

    /// Who is told.
    package enum Alert: Sendable, Equatable {
        case log
        /// An address, `$NAME` of an environment variable that holds one, or a `secret://` reference to one.
        case webhook(String)
    }

    /// How often a server looks, in seconds.
    package var every: Double
    package var labels: LabelSource?
    package var alerts: [Alert]

    /// Reads the section; an absent one watches hourly and tells the log.
    package init(_ node: SettingsNode?) throws(MartletError) {
        every = 3600
        alerts = [.log]
        guard let node else { return }
        _ = try node.mapping(keys: ["reference", "every", "labels", "alert"])
        if let reference = node["reference"], try reference.string() != "train" {
            throw reference.failure("“reference” can only be train: drift is measured against what the champion learnt from.")
        }
        if let interval = node["every"] {
            every = try interval.duration()
            guard every >= 1 else { throw interval.failure("“every” must be at least 1s.") }
        }
        if let labels = node["labels"] {
            _ = try labels.mapping(keys: ["path", "key"])
            self.labels = LabelSource(path: try labels.required("path").string(), key: try labels["key"]?.string())
        }
        if let list = node["alert"] {
            alerts = []
            for entry in try list.listOrOne() { alerts.append(try MonitoringPlan.alert(entry)) }
        }
    }

    private static func alert(_ node: SettingsNode) throws(MartletError) -> Alert {
        if case .mapping = node.content {
            _ = try node.mapping(keys: ["webhook"])
            return .webhook(try node.required("webhook").string())
        }
        guard try node.string() == "log" else { throw node.failure("An alert is “log” or “webhook: ADDRESS”.") }
        return .log
    }
}
