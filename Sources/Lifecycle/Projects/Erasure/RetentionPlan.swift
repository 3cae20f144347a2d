internal import Settings
internal import Support

/// How long predictions and labels are kept: the `retention:` section of `martlet.yaml`, in seconds; nil is for ever.
package struct RetentionPlan: Sendable, Equatable {
    /// From when a prediction was answered. `serving.log.keep` says the same.
    package var predictions: Double?
    /// From when a label was known.
    package var labels: Double?

    /// Whether anything is ever let go.
    package var isSet: Bool { predictions != nil || labels != nil }

    /// Reads the section.
    /// - Parameter logged: what `serving.log.keep` says.
    /// - Throws: `invalidInput` where both say something.
    init(_ node: SettingsNode?, logged: Double?) throws(MartletError) {
        predictions = logged
        guard let node else { return }
        _ = try node.mapping(keys: ["predictions", "labels"])
        labels = try node["labels"]?.duration()
        guard let own = node["predictions"] else { return }
        guard logged == nil else { throw own.failure("serving.log.keep says how long predictions are kept, too. Leave one of the two out.") }
        predictions = try own.duration()
    }
}
