internal import Access
package import HTTP
internal import HTTPTypes
internal import Hummingbird
internal import NIOCore
package import Serving
internal import Support

/// Adds the contracts by which rows are scored.
/// - Parameters:
///   - environment: where Vertex AI says which addresses it calls.
///   - bodyLimit: bytes of a request; larger ones are answered with 413.
package func addScoring(to router: GuardedRouter, endpoints: EndpointSet, environment: [String: String] = [:], bodyLimit: Int = 64 << 20) {
    let routes = ScoringRoutes(endpoints: endpoints, bodyLimit: bodyLimit)
    routes.addInvocations(to: router)
    routes.addKServe(to: router, vertex: environment)
    routes.addAzure(to: router)
    routes.addDescribed(to: router)
    routes.addExplained(to: router)
}

/// What the contracts share: whom they ask, and how an answer goes out.
struct ScoringRoutes: Sendable {
    let endpoints: EndpointSet
    let bodyLimit: Int

    /// The endpoint of a contract that names none.
    func only() throws(MartletError) -> Endpoint { try endpoints.only() }

    func scorer(_ endpoint: Endpoint) -> Scorer { Scorer(endpoint: endpoint, receivedAt: monotonicSeconds()) }

    /// The body as JSON, in which `NaN` is a missing value, as Python writes it.
    func json(of request: Request) async throws(MartletError) -> JSONValue {
        let body = try await request.bytes(upTo: bodyLimit)
        guard !body.isEmpty else { throw MartletError(.invalidInput, "The request has no body.") }
        return try JSONValue(parsing: body, capacity: ScoringRoutes.capacity, takesNaN: true)
    }

    /// The most values of JSON that are read.
    private static let capacity = 5_000_000

    // MARK: - Rules

    /// For whoever may ask for predictions of the endpoint that an address names, or of the only one.
    func predicting(_ name: @escaping @Sendable (ServedContext) -> String? = { _ in nil }) -> RouteRule {
        RouteRule.needs(.predictionCreate) { _, context in "endpoint:\(name(context) ?? (endpoints.main?.name ?? endpoints.names.first) ?? "")" }
    }

    // MARK: - Answers

    static func response(_ value: JSONValue, status: HTTPResponse.Status = .ok) -> Response {
        Response(status: status, headers: [.contentType: "application/json"], body: ResponseBody(byteBuffer: ByteBuffer(bytes: value.compactBytes)))
    }

    /// An answer that carries what is unlike training in what was asked.
    static func response(_ value: JSONValue, about predictions: Predictions) -> Response { told(response(value), predictions) }

    static func told(_ response: Response, _ predictions: Predictions) -> Response {
        var response = response
        predictions.result.findings?.headers.forEach { response.headers.tell($0, $1) }
        return response
    }

    static func response(csv text: String) -> Response {
        Response(status: .ok, headers: [.contentType: "text/csv; charset=utf-8"], body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }

    /// An error as `{"error": …}`, which all contracts but MLflow's read.
    static func failure(_ error: MartletError) -> Response {
        var response = response(["error": .string(error.message)], status: .init(code: error.code.httpStatus))
        for field in error.fields { response.headers.append(field) }
        return response
    }

    static func refused(_ error: MartletError, _ request: Request) -> Response { failure(error) }
}
