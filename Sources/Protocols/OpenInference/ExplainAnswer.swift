import HTTP
import Hummingbird
import Serving
import Support

/// `POST /v2/models/NAME/explain`: the body of `infer`, answered in JSON with what each column adds to each row's answer.
extension OpenInferenceRoutes {
    func explain(_ request: Request, _ endpoint: Endpoint, _ version: Int?) async throws(MartletError) -> Answer {
        guard request.method == .post else { return wrongMethod(request, allow: "POST") }
        let inference: InferenceRequest
        do throws(MartletError) {
            let body = try await request.bytes(upTo: bodyLimit)
            let reader = InferReader(key: endpoint.plan.key)
            inference = try reader.read(body, jsonLength: try jsonLength(request.headers), receivedAt: monotonicSeconds()).request
        } catch {
            endpoint.countUnexplained(error)
            throw error
        }
        let explained = try await endpoint.explain(inference, version: version)
        var json: JSONValue = ["model_name": .string(endpoint.name), "model_version": .string(String(explained.model.version))]
        if let id = inference.id { json["id"] = .string(id) }
        json["explanations"] = .array(explained.explanations.map(\.json))
        return Answer(json: json)
    }
}
