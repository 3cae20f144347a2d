package import Support

/// An endpoint in the model repository that protocols tell of.
package struct EndpointStanding: Sendable, Equatable {
    package var name: String
    /// The version that answers; nil where none does.
    package var version: Int?
    /// Why none does; nil where one does.
    package var reason: String?
}

/// The model repository that protocols tell of: what is served. Which version that is, the registry says.
extension Endpoint {
    /// What answers there now. Loads what was not asked before.
    package func standing() async -> EndpointStanding {
        do throws(MartletError) { return EndpointStanding(name: name, version: try await current().version) } catch {
            return EndpointStanding(name: name, reason: error.message)
        }
    }

    /// Looks again for what is to be served.
    /// - Parameter bringsFiles: whether the caller sends a model or its configuration along.
    /// - Throws: `refused` where they do, or what loading the model throws.
    package func reload(bringsFiles: Bool) async throws(MartletError) {
        guard !bringsFiles else {
            throw MartletError(
                .refused, "Files and configurations of models are not taken here: a model comes from the registry. Register it, and promote it.")
        }
        try await refresh()
    }

    /// Why an endpoint is not unloaded.
    package var unloading: MartletError {
        MartletError(
            .refused, "Endpoint “\(name)” follows \(plan.model)@\(plan.selector) and is not unloaded. Promote another version instead.")
    }
}
