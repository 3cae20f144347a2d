package import Support

/// What webhooks hear of, by the names that clients give it.
package enum WebhookEvent: String, Sendable, CaseIterable {
    case modelCreated = "registered_model.created"
    case versionCreated = "model_version.created"
    case versionTagSet = "model_version_tag.set"
    case versionTagDeleted = "model_version_tag.deleted"
    case aliasCreated = "model_version_alias.created"
    case aliasDeleted = "model_version_alias.deleted"
    case promptCreated = "prompt.created"
    case promptVersionCreated = "prompt_version.created"
    case promptTagSet = "prompt_tag.set"
    case promptTagDeleted = "prompt_tag.deleted"
    case promptVersionTagSet = "prompt_version_tag.set"
    case promptVersionTagDeleted = "prompt_version_tag.deleted"
    case promptAliasCreated = "prompt_alias.created"
    case promptAliasDeleted = "prompt_alias.deleted"

    /// What it is about.
    package var entity: String { String(rawValue.prefix { $0 != "." }) }
    /// What was done to it.
    package var action: String { String(rawValue.drop { $0 != "." }.dropFirst()) }
}

/// An address that is told of events. The secret that signs is kept elsewhere.
package struct Webhook: Sendable, Equatable {
    package var id: String
    package var name: String
    package var description: String
    package var url: String
    package var events: [WebhookEvent]
    package var isSigned: Bool
    package var isActive: Bool
    package var created: Timestamp
    package var updated: Timestamp

    package init(
        id: String, name: String, description: String, url: String, events: [WebhookEvent], isSigned: Bool, isActive: Bool, created: Timestamp,
        updated: Timestamp
    ) {
        self.id = id
        self.name = name
        self.description = description
        self.url = url
        self.events = events
        self.isSigned = isSigned
        self.isActive = isActive
        self.created = created
        self.updated = updated
    }
}
