internal import Outgoing
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

    /// How often a server looks, in seconds.
    package var every: Double
    package var labels: LabelSource?
    /// Who is told; no two have the same name.
    package var alerts: [AlertTarget]
    /// Whether messages may go to this machine and to private networks, where nothing else is said beside the address.
    package var allowsPrivate: Bool
    /// Where the pages are found from outside, for the links in messages; without a slash at its end.
    package var url: String

    /// Reads the section; an absent one watches hourly and tells the log.
    package init(_ node: SettingsNode?) throws(MartletError) {
        every = 3600
        alerts = [AlertTarget(.log)]
        url = "http://127.0.0.1:8080"
        allowsPrivate = false
        guard let node else { return }
        _ = try node.mapping(keys: ["reference", "every", "labels", "alert", "allow_private", "url"])
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
        if let url = node["url"] {
            do { self.url = try OutgoingAddress(url.string()).appending("") } catch { throw url.failure(error.message) }
        }
        allowsPrivate = try node["allow_private"]?.bool() ?? false
        if let list = node["alert"] { alerts = try MonitoringPlan.alerts(list, allowsPrivate: allowsPrivate) }
    }

    private static func alerts(_ list: SettingsNode, allowsPrivate: Bool) throws(MartletError) -> [AlertTarget] {
        var alerts: [AlertTarget] = []
        for entry in try list.listOrOne() {
            var target = try AlertTarget(entry, allowsPrivate: allowsPrivate)
            let same = alerts.count { $0.name == target.name || $0.name.hasPrefix("\(target.name) #") }
            if same > 0 { target.name += " #\(same + 1)" }
            alerts.append(target)
        }
        return alerts
    }
}
