internal import Access
internal import Database
internal import Experiments
internal import Foundation
internal import HTTP
internal import HTTPTypes
internal import Hummingbird
internal import NIOCore
internal import Objects
internal import Registry
internal import Support

/// Files that clients keep here: taken in and given out in pieces, never whole in memory. A file is visible when all of it has arrived.
struct ArtifactRoutes: Sendable {
    let server: TrackingServer
    let reads: WorkPool
    /// Where files are written, so that a slow disk holds up no connection.
    private let files = WorkPool(width: 4, limit: 1024)

    init(server: TrackingServer, reads: WorkPool) {
        self.server = server
        self.reads = reads
    }

    private static let prefix = "/2.0/mlflow-artifacts/artifacts"

    func add(to router: GuardedRouter) {
        for root in server.roots {
            let base = root + ArtifactRoutes.prefix
            let below = RouterPath("\(base)/**")
            on(router, RouterPath(base), .get, .projectRead) { request, _ in try await list(request) }
            on(router, below, .put, .experimentWrite) { try await put($0, try path(of: $0, behind: base), $1) }
            on(router, below, .get, .projectRead) { request, _ in try await get(request, try path(of: request, behind: base)) }
            on(router, below, .head, .projectRead) { request, _ in try await get(request, try path(of: request, behind: base)) }
            on(router, below, .delete, .experimentWrite) { request, _ in try await delete(try path(of: request, behind: base)) }
            for step in ["create", "complete", "abort"] {
                on(router, RouterPath("\(root)/2.0/mlflow-artifacts/mpu/\(step)/**"), .post, .experimentWrite) { _, _ in
                    throw MLflowError(.notImplemented, "Files are sent whole here: in pieces they would be no faster.")
                }
            }
        }
        let plain: [(String, @Sendable (Request) async throws -> Response)] = [
            ("/get-artifact", { try await getOfRun($0) }), ("/model-versions/get-artifact", { try await getOfVersion($0) }),
        ]
        for (address, work) in plain { on(router, RouterPath(address), .get, .projectRead) { request, _ in try await work(request) } }
        on(router, "/ajax-api/2.0/mlflow/upload-artifact", .post, .experimentWrite) { try await upload($0, $1) }
        on(router, "/ajax-api/2.0/mlflow/logged-models/{model_id}/artifacts/files", .get, .projectRead) { request, _ in
            try await getOfModel(request)
        }
    }

    private func on(
        _ router: GuardedRouter, _ path: RouterPath, _ method: HTTPRequest.Method, _ permission: Permission,
        _ work: @escaping @Sendable (Request, Caller) async throws -> Response
    ) {
        router.on(path, method, .needs(permission), refuse: MLflowRoutes.refused) { request, _, caller in
            do { return try await work(request, caller) } catch { return MLflowRoutes.response(MLflowError(error)) }
        }
    }

    // MARK: - Paths

    private func path(of request: Request, behind base: String) throws -> ArtifactPath {
        guard let text = String(request.uri.path.dropFirst(base.utf8.count + 1)).removingPercentEncoding else {
            throw MLflowError.invalid("Invalid path")
        }
        return try ArtifactCalls.path(text)
    }

    private func query(_ request: Request, _ name: String) -> String? {
        request.queryFields.first { $0.name == name }?.value
    }

    // MARK: - Taking in

    private func put(_ request: Request, _ path: ArtifactPath, _ caller: Caller) async throws -> Response {
        try requireForeign(path)
        let arrived = try await receive(request)
        let clock = server.clock
        _ = try await server.writes.write { session in
            try ArtifactTree.put(path, arrived.digest, size: arrived.size, at: clock.now(), in: session)
        }
        return Response(status: .ok)
    }

    private func requireForeign(_ path: ArtifactPath) throws(MLflowError) {
        guard PipelineModel.holds(path) else { return }
        throw MLflowError(.permissionDenied, "What stands below \(PipelineModel.root) is made by this project's pipeline.")
    }

    private func receive(_ request: Request) async throws -> ArrivedFile {
        let objects = server.objects
        let incoming = IncomingFile(try await files.run { () throws(MartletError) in HandedWriter(try objects.writer()) }, pool: files)
        do {
            for try await part in request.body { try await incoming.write(part) }
        } catch {
            incoming.abandon()
            throw error is MartletError ? error : MLflowError.invalid("The file ended before it was complete. Send it again.")
        }
        return try await incoming.finish()
    }

    private func upload(_ request: Request, _ caller: Caller) async throws -> Response {
        guard let run = query(request, "run_uuid"), !run.isEmpty else { throw MLflowError.invalid("Request must specify run_uuid.") }
        guard let path = query(request, "path"), !path.isEmpty else { throw MLflowError.invalid("Request must specify path.") }
        _ = try ArtifactCalls.path(path)
        guard request.headers[.contentLength] != "0" else { throw MLflowError.invalid("Request must specify data.") }
        return try await put(request, try await root(ofRun: run, path), caller)
    }

    private func delete(_ path: ArtifactPath) async throws -> Response {
        try requireForeign(path)
        _ = try await server.writes.write { try ArtifactTree.remove(path, in: $0) }
        return MLflowRoutes.response(.object([]))
    }

    // MARK: - Giving out

    private func list(_ request: Request) async throws -> Response {
        let text = query(request, "path") ?? ""
        let folder = text.isEmpty ? nil : try ArtifactCalls.path(text)
        let (database, models) = (server.database, server.models)
        let entries = try await reads.run { () throws(MartletError) in
            try database.read { session in
                guard let folder, PipelineModel.holds(folder) else { return try ArtifactTree.entries(of: folder, in: session) }
                return try PipelineModel.entries(of: folder, models, in: session)
            }
        }
        var answer = Message()
        answer.set("files", list: entries.map { $0.message(below: "") })
        return MLflowRoutes.response(answer.json)
    }

    private func get(_ request: Request, _ path: ArtifactPath) async throws -> Response {
        let (database, objects, models) = (server.database, server.objects, server.models)
        let found = try await reads.run { () throws(MartletError) in
            try database.read { session in
                guard PipelineModel.holds(path) else { return try ArtifactTree.file(path, in: session).map { PipelineModel.File.kept($0) } }
                return try PipelineModel.file(path, models, in: session)
            }
        }
        switch found {
        case .kept(let artifact):
            let file = try await reads.run { () throws(MartletError) in try objects.path(artifact.digest) }
            return OutgoingFile(artifact: artifact, file: file, pool: files).response(to: request)
        case .text(let text): return ArtifactRoutes.response(text, to: request)
        case nil: throw MLflowError.missing("No such artifact: '\(path.text)'")
        }
    }

    private static func response(_ text: String, to request: Request) -> Response {
        let headers: HTTPFields = [.contentType: "text/plain", .contentLength: String(text.utf8.count)]
        guard request.method != .head else { return Response(status: .ok, headers: headers) }
        return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }

    private func getOfRun(_ request: Request) async throws -> Response {
        guard let run = query(request, "run_id") ?? query(request, "run_uuid"), let path = query(request, "path") else {
            throw MLflowError.invalid("Request must specify run_id and path.")
        }
        return try await get(request, try await root(ofRun: run, path))
    }

    private func getOfModel(_ request: Request) async throws -> Response {
        let parts = request.uri.path.split(separator: "/")
        guard let at = parts.firstIndex(of: "logged-models"), at + 1 < parts.count, let path = query(request, "artifact_file_path") else {
            throw MLflowError.invalid("Request must specify artifact_file_path.")
        }
        let (id, server) = (String(parts[at + 1]), server)
        let root = try await reads.run { () throws(MartletError) in
            try server.database.read { session -> String? in
                let store = LoggedModelStore(events: server.events, clock: server.clock)
                let experiments = ExperimentStore(database: server.database, events: server.events, clock: server.clock)
                guard let model = try store.model(id, in: session) else { return nil }
                return try experiments.experiment(model.experiment, in: session).map { "\($0.artifactRoot)/models/\(id)/artifacts" }
            }
        }
        return try await get(request, try inside(root, path))
    }

    private func getOfVersion(_ request: Request) async throws -> Response {
        guard let path = query(request, "path") else { throw MLflowError.invalid("Request must specify path.") }
        _ = try ArtifactCalls.path(path)
        guard let name = query(request, "name"), let version = query(request, "version").flatMap({ Int($0) }) else {
            throw MLflowError.invalid("Request must specify name and version.")
        }
        let database = server.database
        let root = try await reads.run { () throws(MartletError) in
            try database.read { try ModelCatalog.version(name, version, in: $0) }.map { $0.origin?.artifacts ?? PipelineModel.address(of: $0) }
        }
        return try await get(request, try inside(root, path))
    }

    /// A path below a run's artifacts.
    private func root(ofRun id: String, _ path: String) async throws -> ArtifactPath {
        let server = server
        let root = try await reads.run { () throws(MartletError) in
            try server.database.read { session -> String? in
                let experiments = ExperimentStore(database: server.database, events: server.events, clock: server.clock)
                guard let run = try RunReader.run(RunID(id), in: session) else { return nil }
                return try experiments.experiment(run.experiment, in: session).map { RunMessage(run: run, artifactRoot: $0.artifactRoot).artifacts }
            }
        }
        return try inside(root, path)
    }

    private func inside(_ root: String?, _ path: String) throws -> ArtifactPath {
        guard let root, let base = ArtifactAddress.path(root) else {
            throw MLflowError.missing("There are no artifacts kept here of what was named.")
        }
        // What is below is checked by itself first, so that it cannot begin elsewhere.
        return try ArtifactCalls.path("\(base)/\(try ArtifactCalls.path(path).text)")
    }
}
