import HTTP
import Hummingbird
import Serving
import Support

/// The model repository extension: `/v2/repository/index`, and `load` and `unload` of `/v2/repository/models/NAME`.
extension OpenInferenceRoutes {
    /// - Parameter path: the components after `/v2/repository`.
    func repository(_ request: Request, _ path: [String]) async throws(MartletError) -> Answer {
        guard path == ["index"] || path.count == 3 && path[0] == "models" && ["load", "unload"].contains(path[2]) else {
            throw unknown(["repository"] + path)
        }
        guard request.method == .post else { return wrongMethod(request, allow: "POST") }
        // Clients send nothing where there is nothing to say.
        let bytes = try await request.bytes(upTo: bodyLimit)
        let body = bytes.isEmpty ? .object([]) : try JSONValue(parsing: bytes, capacity: OpenInferenceRoutes.parameterLimit)
        guard path.count == 3 else { return Answer(json: .array(await index(onlyReady: body["ready"].flag ?? false))) }
        let endpoint = try endpoints.endpoint(path[1])
        do throws(MartletError) {
            // What a client says beside a wish to unload speaks of models that depend on it, of which there are none.
            if path[2] == "unload" {
                try await endpoint.unload()
            } else {
                try await endpoint.reload(bringsFiles: !body["parameters"].members.isEmpty)
            }
            return Answer(json: .object([]))
        } catch  where error.code == .refused {
            // The protocol's status for what is never done, which 403 would make a matter of rights.
            return Answer(status: .badRequest, error: error.message)
        }
    }

    /// Values of JSON that a request to the repository may hold.
    private static let parameterLimit = 10_000

    private func index(onlyReady: Bool) async -> [JSONValue] {
        var models: [JSONValue] = []
        for endpoint in endpoints.all {
            let standing = await endpoint.standing()
            guard !onlyReady || standing.reason == nil else { continue }
            models.append([
                "name": .string(standing.name), "version": .string(standing.version.map(String.init) ?? ""),
                "state": standing.reason == nil ? "READY" : "UNAVAILABLE", "reason": .string(standing.reason ?? ""),
            ])
        }
        return models
    }
}
