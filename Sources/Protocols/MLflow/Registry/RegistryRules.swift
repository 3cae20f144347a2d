package import Access
package import Registry
package import Support

/// What the project says about its registry: which aliases are guarded and how they move, and what webhooks may do. What is called here may block.
package struct RegistryRules: Sendable {
    /// The model that the project itself makes and serves; nobody renames or deletes it. Nil where it makes none.
    package var ownModel: @Sendable () -> String?
    /// Whether an alias of a model moves through a gate only.
    package var guards: @Sendable (_ alias: String, _ model: String) -> Bool
    /// Lets a version take the guarded alias, where the gate agrees and the caller may.
    package var promote: @Sendable (_ version: Reference, _ caller: Caller, _ reason: String) throws(MartletError) -> PromotionDecision

    /// Whether webhooks may lead to this machine and to private networks, and go without TLS.
    package var allowsPrivateWebhooks: @Sendable () -> Bool
    /// Seals the secret of a webhook, or forgets it.
    package var keepSecret: @Sendable (_ webhook: String, _ secret: String?) throws(MartletError) -> Void
    package var secret: @Sendable (_ webhook: String) throws(MartletError) -> String

    package init(
        ownModel: @escaping @Sendable () -> String?, guards: @escaping @Sendable (_ alias: String, _ model: String) -> Bool,
        promote: @escaping @Sendable (_ version: Reference, _ caller: Caller, _ reason: String) throws(MartletError) -> PromotionDecision,
        allowsPrivateWebhooks: @escaping @Sendable () -> Bool,
        keepSecret: @escaping @Sendable (_ webhook: String, _ secret: String?) throws(MartletError) -> Void,
        secret: @escaping @Sendable (_ webhook: String) throws(MartletError) -> String
    ) {
        self.ownModel = ownModel
        self.guards = guards
        self.promote = promote
        self.allowsPrivateWebhooks = allowsPrivateWebhooks
        self.keepSecret = keepSecret
        self.secret = secret
    }
}
