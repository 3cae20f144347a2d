package import Access
package import HTTP
internal import HTTPTypes
internal import Hummingbird
internal import NIOCore
package import Support
package import Versions

/// What is told of a folder that was pushed whole.
package struct PushedFolder: Sendable {
    package var name: ContentName
    /// How many files it has.
    package var files: Int
}

/// Adds the remote that DVC's clients push to and fetch from over HTTP, at `/dvc`.
/// - Parameters:
///   - store: where contents are kept.
///   - pool: where files are read and written; its threads are blocked meanwhile.
///   - pushed: told of each folder that has come whole, and who brought it.
package func addDVC(
    to router: GuardedRouter, store: ServedStore, pool: WorkPool, pushed: @escaping @Sendable (PushedFolder, Caller) throws(MartletError) -> Void
) {
    let routes = DVCRoutes(store: store, pool: pool, pushed: pushed)
    routes.add(below: "/dvc/files/md5", .current, to: router)
    routes.add(below: "/dvc", .legacy, to: router)
    BulkRoutes(store: store, pool: pool).add(to: router)
}

/// The routes of contents: `files/md5/ab/cdef…` as DVC 3 names them, `ab/cdef…` as DVC 2 did.
struct DVCRoutes: Sendable {
    let store: ServedStore
    let pool: WorkPool
    let pushed: @Sendable (PushedFolder, Caller) throws(MartletError) -> Void

    /// What all of it is about, for the record.
    static let subject = "store:dvc"

    func add(below base: String, _ layout: ContentStore.Layout, to router: GuardedRouter) {
        let path = RouterPath("\(base)/{prefix}/{rest}")
        for method in [HTTPRequest.Method.get, .head] {
            on(router, path, method, .dataRead) { request, name, _ in try await get(request, name, layout) }
        }
        for method in [HTTPRequest.Method.post, .put] {
            on(router, path, method, .dataWrite) { request, name, caller in try await put(request, name, layout, caller) }
        }
    }

    private func on(
        _ router: GuardedRouter, _ path: RouterPath, _ method: HTTPRequest.Method, _ permission: Permission,
        _ work: @escaping @Sendable (Request, ContentName, Caller) async throws -> Response
    ) {
        let rule = RouteRule.needs(permission) { _, _ in DVCRoutes.subject }
        router.on(path, method, rule, refuse: { error, _ in answer(error) }) { request, context, caller in
            do {
                let text = (context.parameters.get("prefix") ?? "") + (context.parameters.get("rest") ?? "")
                guard context.parameters.get("prefix")?.utf8.count == 2, let name = ContentName(checking: text) else {
                    throw MartletError(.notFound, "A content is named by its MD5, as in files/md5/ab/cdef0123456789abcdef0123456789.")
                }
                return try await work(request, name, caller)
            } catch let error as MartletError { return answer(error) }
        }
    }

    // MARK: - Giving out

    /// Clients ask whether something is there by asking for all of it, and go away when they have seen the status. Whether a folder is there is whether
    /// its files are, too: clients ask for those no more.
    private func get(_ request: Request, _ name: ContentName, _ layout: ContentStore.Layout) async throws -> Response {
        let store = store
        let isQuestion = name.isFolder && request.method == .get && request.headers[.range] == nil
        let found = try await pool.run { () throws(MartletError) in
            try isQuestion ? store.whole(name, layout) : store.sound(name, layout)
        }
        guard let found else { throw MartletError(.notFound, "\(name) is not here, or not as it was.") }
        let fields: HTTPFields = [.contentType: "application/octet-stream"]
        return FileAnswer(path: found.path, size: found.size, tag: name.description, fields: fields, pool: pool).response(to: request)
    }

    // MARK: - Taking in

    private func put(_ request: Request, _ name: ContentName, _ layout: ContentStore.Layout, _ caller: Caller) async throws -> Response {
        let store = store
        if try await pool.run({ () throws(MartletError) in try store.sound(name, layout) }) != nil, !name.isFolder {
            // Read to its end all the same: clients look at the answer when they have sent everything.
            for try await _ in request.body {}
            return Response(status: .ok)
        }
        let incoming = IncomingContent(pool: pool) { () throws(MartletError) in try store.receive(name, layout) }
        do {
            for try await part in request.body { try await incoming.write(part) }
        } catch let error as MartletError {
            incoming.abandon()
            throw error
        } catch {
            incoming.abandon()
            throw MartletError(.usage, "The content ended before it was complete. Nothing was kept; push it again.")
        }
        let (files, pushed) = (try await incoming.finish(), pushed)
        if let files { try await pool.run { () throws(MartletError) in try pushed(PushedFolder(name: name, files: files), caller) } }
        return Response(status: .created)
    }
}

/// The answer that tells of an error.
func answer(_ error: MartletError) -> Response {
    let body: JSONValue = ["error": ["code": .string(error.code.rawValue), "message": .string(error.message)]]
    var fields = error.fields
    fields[.contentType] = "application/json"
    return Response(
        status: HTTPResponse.Status(code: error.code.httpStatus), headers: fields,
        body: ResponseBody(byteBuffer: ByteBuffer(string: body.compact + "\n")))
}
