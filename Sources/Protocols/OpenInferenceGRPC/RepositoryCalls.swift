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
                let standing = await endpoint.standing()
                if !request.ready || standing.reason == nil { answer.models.append(RepositoryCalls.index(standing)) }
            }
            return answer
        }
        let load = CallRule<WireRepositoryModelLoadRequest>.needs(.modelPromote) { "endpoint:\($0.modelName)" }
        calls.on(OpenInferenceCalls.service, "RepositoryModelLoad", load) { (request, _) in
            try await endpoints.endpoint(request.modelName).reload(bringsFiles: !request.parameters.isEmpty)
            return WireRepositoryModelLoadResponse()
        }
        let unload = CallRule<WireRepositoryModelUnloadRequest>.needs(.modelPromote) { "endpoint:\($0.modelName)" }
        calls.on(OpenInferenceCalls.service, "RepositoryModelUnload", unload) { (request, _) in
            try await endpoints.endpoint(request.modelName).unload()
            return WireRepositoryModelUnloadResponse()
        }
    }

    private static func index(_ standing: EndpointStanding) -> WireRepositoryIndexResponse.ModelIndex {
        var model = WireRepositoryIndexResponse.ModelIndex()
        model.name = standing.name
        model.version = standing.version.map(String.init) ?? ""
        model.state = standing.reason == nil ? "READY" : "UNAVAILABLE"
        model.reason = standing.reason ?? ""
        return model
    }
}
