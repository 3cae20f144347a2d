internal import Access
internal import Database
internal import Foundation
package import HTTP
internal import HTTPTypes
internal import Hummingbird
internal import NIOCore
package import Support

/// Adds what MLflow's clients speak, below `/api` and `/ajax-api` of a router.
/// - Parameters:
///   - reads: where questions to the database run.
///   - bodyLimit: bytes of a message; files are not bound by it.
package func addMLflow(to router: GuardedRouter, server: TrackingServer, reads: WorkPool, bodyLimit: Int = 20 << 20) {
    let routes = MLflowRoutes(server: server, reads: reads, bodyLimit: bodyLimit)
    for call in MLflowRoutes.calls { routes.add(call, to: router) }
    routes.addSystem(to: router)
    ArtifactRoutes(server: server, reads: reads).add(to: router)
    routes.addUnknown(to: router)
}

/// The calls of the protocol as routes.
struct MLflowRoutes: Sendable {
    let server: TrackingServer
    let reads: WorkPool
    let bodyLimit: Int

    /// The version of MLflow whose protocol this is. Clients send traces only to one that they know.
    static let version = "3.17.2"

    static let calls =
        ExperimentCalls.all + RunCalls.all + LoggingCalls.all + MetricCalls.all + ArtifactCalls.all + LoggedModelCalls.all
        + RegisteredModelCalls.all + ModelVersionCalls.all + AliasCalls.all + WebhookCalls.all

    func add(_ call: Call, to router: GuardedRouter) {
        for root in server.roots {
            for method in call.methods {
                let path = "\(root)/\(call.version)/mlflow/\(call.path)"
                router.on(RouterPath(path), method, .needs(call.permission), refuse: MLflowRoutes.refused) { request, context, caller in
                    await answer(call, request, context, caller)
                }
            }
        }
    }

    private func answer(_ call: Call, _ request: Request, _ context: ServedContext, _ caller: Caller) async -> Response {
        do {
            let arguments = try await arguments(call, request, context)
            let callContext = CallContext(server, caller: caller)
            switch call.kind {
            case .write(let work): return MLflowRoutes.response(try await server.writes.write { try work(arguments, callContext, $0) })
            case .own(let work): return MLflowRoutes.response(try await work(arguments, callContext, reads))
            case .read(let work):
                let database = server.database
                let outcome = try await reads.run { () throws(MartletError) in
                    // What the call throws passes the database as a value: it is not the database's error.
                    try database.read { session in Result { try work(arguments, callContext, session) } }
                }
                return MLflowRoutes.response(try outcome.get())
            }
        } catch { return MLflowRoutes.response(MLflowError(error)) }
    }

    // MARK: - Requests

    private func arguments(_ call: Call, _ request: Request, _ context: ServedContext) async throws -> Arguments {
        let named = call.path.split(separator: "/").compactMap { part in
            part.hasPrefix("{") ? String(part.dropFirst().dropLast()) : nil
        }
        let inPath = named.map { (name: $0, value: context.parameters.get($0) ?? "") }
        guard request.method != .get else {
            let fields = request.queryFields
            guard fields.count < Request.mostFields else {
                throw MLflowError.invalid("The address has \(Request.mostFields) fields or more. Ask for less at once.")
            }
            return Arguments(query: fields + inPath)
        }
        var body = try await body(of: request)
        for (name, value) in inPath { body[name] = .string(value) }
        return Arguments(body: body)
    }

    /// A body that cannot be read counts as empty, so that what is missing in it is what the error says.
    private func body(of request: Request) async throws -> JSONValue {
        let type = request.headers[.contentType] ?? ""
        let buffer = try await request.bytes(upTo: bodyLimit)
        guard !buffer.isEmpty else { return .object([]) }
        guard type.lowercased().hasPrefix("application/json") else {
            throw MLflowError(.badRequest, "Bad Request. Content-Type must be one of ['application/json'].")
        }
        guard let value = try? JSONValue(parsing: buffer, capacity: 1 << 20, takesNaN: true) else { return .object([]) }
        if case .string(let inner) = value, let value = try? JSONValue(parsing: inner), case .object = value { return value }
        if case .object = value { return value }
        return .object([])
    }

    // MARK: - Answers

    static func response(_ value: JSONValue, status: HTTPResponse.Status = .ok) -> Response {
        Response(status: status, headers: [.contentType: "application/json"], body: ResponseBody(byteBuffer: ByteBuffer(bytes: value.compactBytes)))
    }

    static func response(_ error: MLflowError) -> Response { response(error.body, status: error.code.status) }

    static func refused(_ error: MartletError, _ request: Request) async -> Response {
        var response = response(MLflowError(error))
        for field in error.fields { response.headers.append(field) }
        return response
    }

    static func plain(_ text: String, type: String = "text/plain; charset=utf-8") -> Response {
        Response(status: .ok, headers: [.contentType: type], body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }

    // MARK: - The rest

    func addSystem(to router: GuardedRouter) {
        router.on("/health", .get, .anyone, refuse: MLflowRoutes.refused) { _, _, _ in MLflowRoutes.plain("OK") }
        router.on("/version", .get, .anyone, refuse: MLflowRoutes.refused) { _, _, _ in
            MLflowRoutes.plain(MLflowRoutes.version, type: "text/html; charset=utf-8")
        }
        for root in server.roots {
            router.on(RouterPath("\(root)/3.0/mlflow/server-info"), .get, .anyone, refuse: MLflowRoutes.refused) { _, _, _ in
                MLflowRoutes.response(MLflowRoutes.information)
            }
        }
    }

    private static let information: JSONValue = [
        "store_type": "SqlStore", "workspaces_enabled": false, "trace_archival_enabled": false, "multipart_uploads_enabled": false,
        "multipart_downloads_enabled": false, "presigned_upload_run_id_supported": false, "presigned_upload_model_id_supported": false,
        "features_enabled": ["gateway": false],
    ]

    /// What MLflow has and this server has not says so in MLflow's form.
    func addUnknown(to router: GuardedRouter) {
        router.on("/v1/traces", .post, .needs(.experimentWrite), refuse: MLflowRoutes.refused) { _, _, _ in
            MLflowRoutes.response(MLflowError(.notImplemented, "Traces are not kept by this server."))
        }
        for root in server.roots {
            for path in ["2.0/**", "3.0/**"] {
                for method in [HTTPRequest.Method.get, .post, .patch, .put, .delete] {
                    router.on(RouterPath("\(root)/\(path)"), method, .needs(.projectRead), refuse: MLflowRoutes.refused) { request, _, _ in
                        MLflowRoutes.response(
                            MLflowError(.notImplemented, "\(request.method.rawValue) \(request.uri.path.prefix(200)) is not part of this server."))
                    }
                }
            }
        }
    }
}

extension Request {
    static let mostFields = 10_000

    /// The fields of the query in their order, in which a plus is a space, as forms and Python's client write it; no more than are read.
    var queryFields: [(name: String, value: String)] {
        (uri.query ?? "").split(separator: "&", maxSplits: Request.mostFields).prefix(Request.mostFields).compactMap { field in
            let parts = field.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map {
                $0.replacing("+", with: " ").removingPercentEncoding ?? String($0)
            }
            return parts[0].isEmpty ? nil : (name: parts[0], value: parts.count > 1 ? parts[1] : "")
        }
    }
}
