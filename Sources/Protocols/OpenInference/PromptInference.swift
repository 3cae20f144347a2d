import HTTP
import HTTPTypes
import Serving
import Support

/// Infer requests that are answered without waiting.
extension OpenInferenceRoutes {
    /// The endpoint that the address of an infer request names, as a reference; nil for every other address.
    static let inferred: @Sendable (_ path: String) -> String? = { path in place(path).map { "endpoint:\($0.name)" } }

    /// The pattern of such an address.
    static let pattern: @Sendable (_ path: String) -> String? = { path in
        place(path).map { $0.version == nil ? "/v2/models/{model}/infer" : "/v2/models/{model}/versions/{version}/infer" }
    }

    /// The endpoint and version of `/v2/models/NAME/infer` and `/v2/models/NAME/versions/3/infer`, written plainly.
    private static func place(_ path: String) -> (name: String, version: Int?)? {
        let (prefix, suffix) = ("/v2/models/", "/infer")
        guard path.hasPrefix(prefix), path.hasSuffix(suffix), path.utf8.count > prefix.utf8.count + suffix.utf8.count else { return nil }
        let parts = path.dropFirst(prefix.count).dropLast(suffix.count).split(separator: "/", omittingEmptySubsequences: false)
        guard let name = parts.first, !name.utf8.contains(where: { $0 == UInt8(ascii: "%") || $0 == UInt8(ascii: "?") }) else { return nil }
        if parts.count == 1 { return (String(name), nil) }
        guard parts.count == 3, parts[1] == "versions", let version = Int(parts[2]) else { return nil }
        return (String(name), version)
    }

    /// Nil where the route has to answer.
    func answerPromptly(_ question: PromptRoute.Question) -> PromptRoute.Answer? {
        do throws(MartletError) {
            guard let (name, version) = OpenInferenceRoutes.place(question.head.path ?? "") else { return nil }
            let endpoint = try endpoints.endpoint(name)
            guard endpoint.mayInferAtOnce else { return nil }
            let inference = try InferReader(key: endpoint.plan.key)
                .read(question.body, jsonLength: try jsonLength(question.head.headerFields), receivedAt: question.receivedAt)
            if let wishes = inference.wishes {
                // What may turn out not to be answered after all would be answered, and logged, twice.
                guard let champion = endpoint.held, version == nil || version == champion.version,
                    !wishes.contains(where: { $0.name == TensorInterface.outlierScore.name })
                else { return nil }
                try champion.interface.checkOutputs(wishes.map(\.name))
            }
            guard let result = endpoint.inferAtOnce(inference.request, version: version) else { return nil }
            let (body, jsonLength) = try InferAnswer(endpoint: name, requestID: inference.request.id, result: result)
                .encoded(wishes: inference.wishes, isBinary: inference.isBinary)
            var headers = OpenInferenceRoutes.headers(jsonLength: jsonLength)
            result.findings?.headers.forEach { headers.tell($0, $1) }
            let packed = headers.pack(body, for: question.head)
            return PromptRoute.Answer(headers: headers, body: packed ?? body)
        } catch { return nil }
    }
}
