package import Settings
package import Support

/// What is done about inputs that are unlike the training data (`serving.guards`).
package struct GuardPlan: Sendable, Equatable {
    /// What is done about one kind of finding.
    package enum Action: String, Sendable, CaseIterable { case off, warn, refuse }

    /// Numbers outside the range of training.
    package var range = Action.warn
    /// Texts that training did not know.
    package var categories = Action.warn
    /// Missing values of columns that had all of theirs in training.
    package var missing = Action.warn
    /// From which outlier score on a row is told, or refused; above 1 for never.
    package var outlierWarning = 0.999
    package var outlierRefusal = 2.0
    /// Whether anything is looked at.
    package var isOn = true

    /// Whether anything is refused.
    package var refuses: Bool { isOn && ([range, categories, missing].contains(.refuse) || outlierRefusal <= 1) }

    package init() {}

    package static let off: GuardPlan = {
        var plan = GuardPlan()
        plan.isOn = false
        return plan
    }()

    /// Reads `guards: off`, or `guards: {range: refuse, categories: warn, missing: off, outlier: {warn: 0.999, refuse: 0.99999}}`.
    /// - Throws: `invalidInput` with line and column.
    package init(_ node: SettingsNode) throws(MartletError) {
        if case .scalar = node.content {
            guard try node.string() == "off" || (try? node.bool()) == false else {
                throw node.failure(
                    "“guards” is “off”, or says what is done: {range: warn, categories: refuse, missing: off, outlier: {warn: 0.999}}.")
            }
            self = .off
            return
        }
        _ = try node.mapping(keys: ["range", "categories", "missing", "outlier"])
        range = try node["range"].map(GuardPlan.action) ?? .warn
        categories = try node["categories"].map(GuardPlan.action) ?? .warn
        missing = try node["missing"].map(GuardPlan.action) ?? .warn
        guard let outlier = node["outlier"] else { return }
        guard case .mapping = outlier.content else {
            guard try GuardPlan.action(outlier) == .off else { throw outlier.failure("Say from which score on: outlier: {warn: 0.999}, or off.") }
            outlierWarning = 2
            return
        }
        _ = try outlier.mapping(keys: ["warn", "refuse"])
        outlierWarning = try outlier["warn"]?.double(in: 0...1) ?? 2
        outlierRefusal = try outlier["refuse"]?.double(in: 0...1) ?? 2
    }

    /// YAML reads a bare `off` as false.
    private static func action(_ node: SettingsNode) throws(MartletError) -> Action {
        if (try? node.bool()) == false { return .off }
        return try node.choice()
    }
}
