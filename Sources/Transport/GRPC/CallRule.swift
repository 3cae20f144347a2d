package import Access

/// Who may make a call.
package struct CallRule<Message: Sendable>: Sendable {
    /// What it needs; nil for a call that everybody may make.
    package var permission: Permission?
    /// The reference of what a message is about, for policies and the record: `endpoint:churn`. Nil where the name of the call says enough.
    package var subject: (@Sendable (Message) -> String)?

    /// For everybody: what tells nothing of the project.
    package static var anyone: CallRule { CallRule(permission: nil, subject: nil) }

    /// For whoever has a permission.
    package static func needs(_ permission: Permission, on subject: (@Sendable (Message) -> String)? = nil) -> CallRule {
        CallRule(permission: permission, subject: subject)
    }
}

/// A call with its rule, as a table of them is printed.
package struct RuledCall: Sendable, Equatable {
    /// As in `inference.GRPCInferenceService/ModelInfer`.
    package var name: String
    package var permission: Permission?
}
