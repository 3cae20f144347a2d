import Access
import GRPC
import Serving
import Support

/// The model repository of the protocol: what is served, and looking again for what is to be served. Which version that is, the registry says.
struct RepositoryCalls: Sendable {
    let endpoints: EndpointSet

    func add(to calls: GuardedCalls) {
        calls.on(OpenInferenceCalls.service, "RepositoryIndex", .needs(.projectRead)) { (request: WireRepositoryIndexRequest, _) in
            var answer = WireRepositoryIndexResponse()
            for endpoint in endpoints.all {
                let model = await RepositoryCalls.index(endpoint)
                if !request.ready || model.reason.isEmpty { answer.models.append(model) }
            }
            return answer
        }
        let load = CallRule<WireRepositoryModelLoadRequest>.needs(.modelPromote) { "endpoint:\($0.modelName)" }
        calls.on(OpenInferenceCalls.service, "RepositoryModelLoad", load) { (request, _) in
            guard request.parameters.isEmpty else {
                throw MartletError(
                    .refused, "Files and configurations of models are not taken here: a model comes from the registry. Register it, and promote it.")
            }
            try await endpoints.endpoint(request.modelName).refresh()
            return WireRepositoryModelLoadResponse()
        }
        let unload = CallRule<WireRepositoryModelUnloadRequest>.needs(.modelPromote) { "endpoint:\($0.modelName)" }
        calls.on(OpenInferenceCalls.service, "RepositoryModelUnload", unload) { (request, _) -> WireRepositoryModelUnloadResponse in
            let endpoint = try endpoints.endpoint(request.modelName)
            throw MartletError(
                .refused,
                "Endpoint “\(endpoint.name)” follows \(endpoint.plan.model)@\(endpoint.plan.selector) and is not unloaded. Promote another version instead."
            )
        }
    }

    private static func index(_ endpoint: Endpoint) async -> WireRepositoryIndexResponse.ModelIndex {
        var model = WireRepositoryIndexResponse.ModelIndex()
        model.name = endpoint.name
        do throws(MartletError) {
            model.version = String(try await endpoint.current().version)
            model.state = "READY"
        } catch {
            model.state = "UNAVAILABLE"
            model.reason = error.message
        }
        return model
    }
}
