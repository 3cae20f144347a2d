import Access
package import HTTP
import HTTPTypes
import Hummingbird
import NIOCore
package import Serving
import Support
import Tables

/// Adds the Open Inference Protocol V2 under `/v2` of a router or group.
/// - Parameters:
///   - version: the server's version, for `GET /v2`.
///   - bodyLimit: bytes of a request; larger ones are answered with 413.
package func addOpenInference(to router: GuardedRouter, endpoints: EndpointSet, version: String = "1", bodyLimit: Int = 64 << 20) {
    let routes = OpenInferenceRoutes(endpoints: endpoints, version: version, bodyLimit: bodyLimit)
    let methods: [HTTPRequest.Method] = [.get, .post, .put, .patch, .delete, .head, .options]
    for (path, rule) in OpenInferenceRoutes.rules {
        for method in methods {
            router.on(RouterPath("/v2" + path), method, rule, isQuick: true, refuse: OpenInferenceRoutes.refused) { request, context, _ in
                await routes.respond(to: request, context, path: request.uri.path.split(separator: "/").dropFirst().map(String.init))
            }
        }
    }
    router.promptly(.post, .predictionCreate, on: OpenInferenceRoutes.inferred, pattern: OpenInferenceRoutes.pattern) { routes.answerPromptly($0) }
}

/// What each path of the protocol does.
struct OpenInferenceRoutes: Sendable {
    let endpoints: EndpointSet
    let version: String
    let bodyLimit: Int

    /// The protocol's addresses below `/v2`, each with who may take it. Probes ask for health without a token.
    static let rules: [(path: String, rule: RouteRule)] = {
        let models = ["/models/{model}", "/models/{model}/versions/{version}"]
        let open = ["/health/live", "/health/ready"].map { (path: $0, rule: RouteRule.anyone) }
        let reading = [""] + models + models.map { $0 + "/ready" } + ["/**"]
        let infer = RouteRule.needs(.predictionCreate) { _, context in "endpoint:\(context.parameters.get("model") ?? "")" }
        let answering = models.flatMap { [(path: $0 + "/infer", rule: infer), (path: $0 + "/explain", rule: infer)] }
        let promote = RouteRule.needs(.modelPromote) { _, context in "endpoint:\(context.parameters.get("model") ?? "")" }
        let loading = ["/load", "/unload"].map { (path: "/repository/models/{model}" + $0, rule: promote) }
        return open + answering + loading + reading.map { (path: $0, rule: RouteRule.needs(.projectRead)) }
    }()

    /// The answer to a request that the gate turned away.
    static func refused(_ error: MartletError, _ request: Request) -> Response {
        response(Answer(error))
    }

    private static let jsonLengthHeader = HTTPField.Name("Inference-Header-Content-Length")

    /// An answer before it is put into the server's form.
    struct Answer {
        var status = HTTPResponse.Status.ok
        var body: [UInt8]
        var jsonLength: Int?
        /// Fields beside those of the body.
        var fields = HTTPFields()

        init(_ error: MartletError) {
            self.init(status: HTTPResponse.Status(code: error.code.httpStatus), error: error.message)
            fields = error.fields
        }

        init(status: HTTPResponse.Status = .ok, json: JSONValue) {
            self.status = status
            body = Array(json.compact.utf8)
        }

        init(status: HTTPResponse.Status, error: String) {
            self.status = status
            body = ErrorAnswer.body(error)
        }

        init(body: [UInt8], jsonLength: Int?, findings: InputFindings? = nil) {
            self.body = body
            self.jsonLength = jsonLength
            findings?.headers.forEach { fields.tell($0, $1) }
        }
    }

    /// - Parameter path: the components after `/v2`.
    func respond(to request: Request, _ context: ServedContext, path: [String]) async -> Response {
        let answer: Answer
        do { answer = try await self.answer(request, context, path: path) } catch {
            answer = Answer(error)
        }
        return OpenInferenceRoutes.response(answer).packed(answer.body, for: request)
    }

    private static func response(_ answer: Answer) -> Response {
        var headers = headers(jsonLength: answer.jsonLength)
        for field in answer.fields { headers.append(field) }
        return Response(status: answer.status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: answer.body)))
    }

    static func headers(jsonLength: Int?) -> HTTPFields {
        var headers: HTTPFields = [.contentType: jsonLength == nil ? "application/json" : "application/octet-stream"]
        if let name = jsonLengthHeader, let length = jsonLength { headers[name] = String(length) }
        return headers
    }

    // MARK: Paths

    private func answer(_ request: Request, _ context: ServedContext, path: [String]) async throws(MartletError) -> Answer {
        switch (path.first, path.count) {
        case (nil, _): return try await get(request) { () throws(MartletError) in Answer(json: ModelMetadata.server(version: version)) }
        case ("health", 2) where path[1] == "live": return try await get(request) { () throws(MartletError) in Answer(json: ["live": true]) }
        case ("health", 2) where path[1] == "ready": return try await get(request) { () throws(MartletError) in await ready() }
        case ("models", 2) where path[1] == "stats" && !endpoints.names.contains("stats"):
            return try await get(request) { () throws(MartletError) in Answer(json: ModelDescription.statistics(endpoints.all)) }
        case ("repository", 2...): return try await repository(request, Array(path[1...]))
        case ("models", 2...): return try await model(request, context, name: path[1], path: path[2...])
        default: throw unknown(path)
        }
    }

    private func model(_ request: Request, _ context: ServedContext, name: String, path: ArraySlice<String>) async throws(MartletError) -> Answer {
        let endpoint = try endpoints.endpoint(name)
        var version: Int?
        var rest = path
        if rest.first == "versions", let text = rest.dropFirst().first {
            version = Int(text)
            guard version != nil else { throw MartletError(.notFound, "“\(text)” is not a version of endpoint “\(name)”; versions are numbers.") }
            rest = rest.dropFirst(2)
        }
        switch (rest.first, rest.count) {
        case (nil, _): return try await get(request) { () throws(MartletError) in try await metadata(endpoint, version) }
        case ("ready", 1): return try await get(request) { () throws(MartletError) in await ready(endpoint, version) }
        case ("stats", 1):
            return try await get(request) { () throws(MartletError) in
                _ = try await endpoint.model(version)
                return Answer(json: ModelDescription.statistics([endpoint]))
            }
        case ("config", 1):
            return try await get(request) { () throws(MartletError) in
                Answer(json: ModelDescription.configuration(endpoint, try await endpoint.model(version)))
            }
        case ("explain", 1): return try await explain(request, endpoint, version)
        case ("infer", 1): return try await infer(request, context, endpoint, version)
        default: throw unknown(["models", name] + path)
        }
    }

    private func get(_ request: Request, _ make: () async throws(MartletError) -> Answer) async throws(MartletError) -> Answer {
        guard request.method == .get else { return wrongMethod(request, allow: "GET") }
        return try await make()
    }

    func wrongMethod(_ request: Request, allow: String) -> Answer {
        var answer = Answer(status: .methodNotAllowed, error: "This address takes \(allow), not \(request.method.rawValue).")
        answer.fields[.allow] = allow
        return answer
    }

    func unknown(_ path: [String]) -> MartletError {
        MartletError(.notFound, "There is nothing at /v2/\(path.joined(separator: "/")). See GET /v2/models/NAME and POST /v2/models/NAME/infer.")
    }

    // MARK: Health and metadata

    private func ready() async -> Answer {
        guard let hindrance = await endpoints.hindrance() else { return Answer(json: ["ready": true, "live": true]) }
        return Answer(status: .serviceUnavailable, json: ["ready": false, "live": true, "error": .string(hindrance.message)])
    }

    private func ready(_ endpoint: Endpoint, _ version: Int?) async -> Answer {
        do throws(MartletError) {
            _ = try await endpoint.model(version)
            return Answer(json: ["name": .string(endpoint.name), "ready": true])
        } catch {
            let status: HTTPResponse.Status = error.code == .notFound ? .notFound : .serviceUnavailable
            return Answer(status: status, json: ["name": .string(endpoint.name), "ready": false, "error": .string(error.message)])
        }
    }

    private func metadata(_ endpoint: Endpoint, _ version: Int?) async throws(MartletError) -> Answer {
        return Answer(json: ModelMetadata.model(endpoint, try await endpoint.model(version)))
    }

    // MARK: Inference

    private func infer(_ request: Request, _ context: ServedContext, _ endpoint: Endpoint, _ version: Int?) async throws(MartletError) -> Answer {
        guard request.method == .post else { return wrongMethod(request, allow: "POST") }
        let body: [UInt8]
        let length: Int?
        let receivedAt: Double
        do throws(MartletError) {
            body = try await request.bytes(upTo: bodyLimit)
            receivedAt = context.arrivedAt
            try endpoint.admit(arrivedAt: receivedAt)
            length = try jsonLength(request.headers)
        } catch {
            endpoint.countFailure(error)
            throw error
        }
        return try await Loop.leave(if: body.count > OpenInferenceRoutes.quickBytes) { () async throws(MartletError) in
            try await infer(body, jsonLength: length, endpoint, version, receivedAt: receivedAt)
        }
    }

    /// Up to how many bytes a request is read and answered on the thread that reads the connection.
    private static let quickBytes = 65_536

    private func infer(
        _ body: [UInt8], jsonLength: Int?, _ endpoint: Endpoint, _ version: Int?, receivedAt: Double
    ) async throws(MartletError) -> Answer {
        let inference: (request: InferenceRequest, wishes: [InferReader.Wish]?, isBinary: Bool)
        do throws(MartletError) {
            if jsonLength == 0, !body.isEmpty {
                inference = (try RawRequest(try await endpoint.model(version).interface).request(body, receivedAt: receivedAt), nil, true)
            } else {
                inference = try InferReader(key: endpoint.plan.key).read(body, jsonLength: jsonLength, receivedAt: receivedAt)
            }
            if let wishes = inference.wishes { try await endpoint.current().interface.checkOutputs(wishes.map(\.name)) }
        } catch {
            endpoint.countFailure(error)
            throw error
        }
        let result = try await endpoint.infer(inference.request, version: version)
        let answer = InferAnswer(endpoint: endpoint.name, requestID: inference.request.id, result: result)
        let (body, jsonLength) = try await Loop.leave(if: result.isLong) { () async throws(MartletError) in
            try answer.encoded(wishes: inference.wishes, isBinary: inference.isBinary)
        }
        return Answer(body: body, jsonLength: jsonLength, findings: result.findings)
    }

    func jsonLength(_ headers: HTTPFields) throws(MartletError) -> Int? {
        guard let name = OpenInferenceRoutes.jsonLengthHeader, let text = headers[name] else { return nil }
        guard let length = Int(text), length >= 0 else {
            throw MartletError(.invalidInput, "The header Inference-Header-Content-Length must be a number of bytes, not “\(text.prefix(40))”.")
        }
        return length
    }
}
