internal import Access
internal import HTTP
internal import HTTPTypes
internal import Hummingbird
internal import NIOCore
internal import Support
internal import Synchronization
internal import Versions

/// What our own clients ask beside DVC's questions: about many contents in one request. Names are sent one a line, contents as ``ContentFrames`` says.
///
/// - `GET /dvc`: that there is such a way.
/// - `POST /dvc/exists`: names; answered with those that are missing.
/// - `POST /dvc/contents`: contents; each is kept when it has come whole. Answered with those that were refused.
/// - `POST /dvc/fetch`: names; answered with their contents.
struct BulkRoutes: Sendable {
    let store: ServedStore
    let pool: WorkPool

    /// The most bytes of a list of names: of about a million.
    private static let mostNames = 32 << 20
    /// How much of an answer is read before it is sent on, in bytes.
    private static let piece = 1 << 18

    func add(to router: GuardedRouter) {
        on(router, "/dvc", .get, .dataRead) { _, _ in BulkRoutes.json(["martlet": ["bulk": 1]]) }
        on(router, "/dvc/exists", .post, .dataRead) { try await missing($0, $1) }
        on(router, "/dvc/contents", .post, .dataWrite) { try await take($0, $1) }
        on(router, "/dvc/fetch", .post, .dataRead) { try await give($0, $1) }
    }

    private func on(
        _ router: GuardedRouter, _ path: RouterPath, _ method: HTTPRequest.Method, _ permission: Permission,
        _ work: @escaping @Sendable (Request, ContentStore.Layout) async throws -> Response
    ) {
        let rule = RouteRule.needs(permission) { _, _ in DVCRoutes.subject }
        router.on(path, method, rule, refuse: { error, _ in answer(error) }) { request, _, _ in
            let isLegacy = request.uri.queryParameters["layout"] == "legacy"
            do { return try await work(request, isLegacy ? .legacy : .current) } catch let error as MartletError { return answer(error) }
        }
    }

    private static func json(_ value: JSONValue) -> Response {
        Response(
            status: .ok, headers: [.contentType: "application/json"], body: ResponseBody(byteBuffer: ByteBuffer(string: value.compact + "\n")))
    }

    // MARK: - What is there

    private func missing(_ request: Request, _ layout: ContentStore.Layout) async throws -> Response {
        let (store, text) = (store, try await request.bytes(upTo: BulkRoutes.mostNames))
        let missing = try await pool.run { () throws(MartletError) in
            ContentFrames.list(try store.missing(try ContentFrames.names(text), layout))
        }
        return Response(status: .ok, headers: [.contentType: "text/plain"], body: ResponseBody(byteBuffer: ByteBuffer(bytes: missing)))
    }

    // MARK: - Taking in

    private func take(_ request: Request, _ layout: ContentStore.Layout) async throws -> Response {
        let intake = BulkIntake(store, layout)
        var parts: [ByteBuffer] = []
        var size = 0
        do {
            for try await part in request.body {
                parts.append(part)
                size += part.readableBytes
                guard size >= 1 << 20 else { continue }
                let full = parts
                try await pool.run { () throws(MartletError) in try intake.read(full) }
                (parts, size) = ([], 0)
            }
        } catch let error as MartletError { throw error } catch {
            throw MartletError(.usage, "The stream ended before it was complete. What had arrived is kept; send the rest.")
        }
        let rest = parts
        let failures = try await pool.run { () throws(MartletError) in
            try intake.read(rest)
            return try intake.finish()
        }
        return BulkRoutes.json([
            "failed": .array(failures.map { ["name": .string($0.key.description), "message": .string($0.value.message)] })
        ])
    }

    // MARK: - Giving out

    private func give(_ request: Request, _ layout: ContentStore.Layout) async throws -> Response {
        let names = try ContentFrames.names(try await request.bytes(upTo: BulkRoutes.mostNames))
        let (store, pool) = (store, pool)
        let body = ResponseBody { writer in
            let outgoing = OutgoingContents(names, store, layout)
            while true {
                let bytes = try await pool.run { () throws(MartletError) in try outgoing.next(BulkRoutes.piece) }
                guard bytes.readableBytes > 0 else { break }
                try await writer.write(bytes)
            }
            try await writer.finish(nil)
        }
        return Response(status: .ok, headers: [.contentType: "application/octet-stream"], body: body)
    }
}
