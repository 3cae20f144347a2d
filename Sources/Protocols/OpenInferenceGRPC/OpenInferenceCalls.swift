import Access
package import GRPC
package import Serving
import Support

/// Adds the Open Inference Protocol V2 as calls of `inference.GRPCInferenceService`, and the health of the server as `grpc.health.v1.Health`.
/// - Parameter version: the server's version, for `ServerMetadata`.
package func addOpenInference(to calls: GuardedCalls, endpoints: EndpointSet, version: String = "1") {
    OpenInferenceCalls(endpoints: endpoints, version: version).add(to: calls)
    HealthCalls(endpoints: endpoints).add(to: calls)
}

/// What each call of the protocol does. The protocol's “model” is our endpoint.
struct OpenInferenceCalls: Sendable {
    static let service = "inference.GRPCInferenceService"

    let endpoints: EndpointSet
    let version: String

    func add(to calls: GuardedCalls) {
        addHealth(to: calls)
        addDescriptions(to: calls)
        InferenceCalls(endpoints: endpoints).add(to: calls)
        RepositoryCalls(endpoints: endpoints).add(to: calls)
    }

    /// Probes ask for health without a token.
    private func addHealth(to calls: GuardedCalls) {
        calls.on(Self.service, "ServerLive", .anyone) { (_: WireServerLiveRequest, _) in
            var answer = WireServerLiveResponse()
            answer.live = true
            return answer
        }
        calls.on(Self.service, "ServerReady", .anyone) { (_: WireServerReadyRequest, _) in
            var answer = WireServerReadyResponse()
            answer.ready = await endpoints.hindrance() == nil
            return answer
        }
        calls.on(Self.service, "ModelReady", .needs(.projectRead)) { (request: WireModelReadyRequest, _) in
            var answer = WireModelReadyResponse()
            answer.ready = (try? await model(request.name, request.version)) != nil
            return answer
        }
    }

    private func addDescriptions(to calls: GuardedCalls) {
        calls.on(Self.service, "ServerMetadata", .needs(.projectRead)) { (_: WireServerMetadataRequest, _) in
            var answer = WireServerMetadataResponse()
            answer.name = "martlet"
            answer.version = version
            answer.extensions = ["model_configuration", "model_repository", "statistics"]
            return answer
        }
        calls.on(Self.service, "ModelMetadata", .needs(.projectRead)) { (request: WireModelMetadataRequest, _) in
            let (endpoint, model) = try await model(request.name, request.version)
            return ModelDescription(endpoint: endpoint, model: model).metadata
        }
        calls.on(Self.service, "ModelConfig", .needs(.projectRead)) { (request: WireModelConfigRequest, _) in
            let (endpoint, model) = try await model(request.name, request.version)
            var answer = WireModelConfigResponse()
            answer.config = ModelDescription(endpoint: endpoint, model: model).configuration
            return answer
        }
        calls.on(Self.service, "ModelStatistics", .needs(.projectRead)) { (request: WireModelStatisticsRequest, _) in
            let asked = request.name.isEmpty ? endpoints.all : [try await model(request.name, request.version).endpoint]
            var answer = WireModelStatisticsResponse()
            answer.modelStats = asked.map(WireModelStatistics.init)
            return answer
        }
    }

    /// The endpoint of a name with what it serves.
    /// - Throws: `notFound` for another name or version, `unavailable` without a model.
    private func model(_ name: String, _ version: String) async throws(MartletError) -> (endpoint: Endpoint, model: any ServedModel) {
        let endpoint = try endpoints.endpoint(name)
        return (endpoint, try await endpoint.model(try ModelVersion.number(version, of: name)))
    }
}

/// Versions as the protocol writes them.
enum ModelVersion {
    /// The version that a caller insists on; nil where the text is empty.
    /// - Throws: `notFound` for what is no number.
    static func number(_ text: String, of endpoint: String) throws(MartletError) -> Int? {
        guard !text.isEmpty else { return nil }
        guard let number = Int(text) else {
            throw MartletError(.notFound, "“\(text.prefix(40))” is not a version of endpoint “\(endpoint)”; versions are numbers.")
        }
        return number
    }
}
