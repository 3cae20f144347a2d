package import Support

extension EndpointSet {
    /// Why requests are not answered yet: the first endpoint without a model; nil where every endpoint has one. Loads what was not asked before. Models that
    /// are loaded on demand hinder nobody.
    package func hindrance() async -> MartletError? {
        for endpoint in all where !endpoint.isOnDemand {
            do throws(MartletError) { _ = try await endpoint.current() } catch {
                return MartletError(error.code, "\(endpoint.name): \(error.message)")
            }
        }
        return nil
    }
}
