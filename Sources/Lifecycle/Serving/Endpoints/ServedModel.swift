package import Support
package import Tables

/// A model version that is loaded and ready to answer.
package protocol ServedModel: Sendable {
    /// The registered model's name.
    var name: String { get }
    var version: Int { get }
    var signature: Signature { get }
    /// The digest of the model's bytes.
    var digest: String { get }
    /// Answers the rows of a table whose columns are those of the signature, in its order. Blocks; called on threads of the endpoint's pool,
    /// on several at once.
    func answer(_ table: Table) throws(MartletError) -> Answers
}

/// Where an endpoint gets its model from.
package protocol ModelProvider: Sendable {
    /// The model that the endpoint should serve now, loaded; nil where there is none yet. Blocks; a model already loaded should be returned as
    /// the same instance.
    func current() throws(MartletError) -> (any ServedModel)?

    /// How the requests should be shared now; nil where the champion answers all.
    func traffic() throws(MartletError) -> TrafficPlan?

    /// A version of the same model, loaded, for a part in the traffic. Blocks.
    func model(_ version: Int) throws(MartletError) -> any ServedModel
}

/// A provider of one model alone.
extension ModelProvider {
    package func traffic() throws(MartletError) -> TrafficPlan? { nil }

    package func model(_ version: Int) throws(MartletError) -> any ServedModel {
        throw MartletError(.notFound, "There is one version here; \(version) is not it.")
    }
}
