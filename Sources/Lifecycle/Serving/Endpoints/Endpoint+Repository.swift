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
    /// What answers there now. Loads what was not asked before, save what is loaded on demand.
    package func standing() async -> EndpointStanding {
        if isOnDemand, held == nil { return EndpointStanding(name: name, reason: "It is not loaded; the next request loads it.") }
        do throws(MartletError) { return EndpointStanding(name: name, version: try await current().version) } catch {
            return EndpointStanding(name: name, reason: error.message)
        }
    }

    /// Looks again for what is to be served, and loads it.
    /// - Parameter bringsFiles: whether the caller sends a model or its configuration along.
    /// - Throws: `refused` where they do, or what loading the model throws.
    package func reload(bringsFiles: Bool) async throws(MartletError) {
        guard !bringsFiles else {
            throw MartletError(
                .refused, "Files and configurations of models are not taken here: a model comes from the registry. Register it, and promote it.")
        }
        if isOnDemand, held == nil { _ = try await versions() } else { try await refresh() }
    }

    /// Lets the model go until the next request; those under way end with it.
    /// - Throws: `refused` for an endpoint that keeps its model.
    package func unload() async throws(MartletError) {
        guard let residency else {
            throw MartletError(
                .refused, "Endpoint “\(name)” follows \(plan.model)@\(plan.selector) and is not unloaded. Promote another version instead.")
        }
        try await pool.run { () throws(MartletError) in residency.unload(self) }
    }
}
