import HTTP
import HTTPTypes
import Hummingbird
import Pages
import Support

/// Answers addresses that no route has: a page for browsers, JSON under `/api/v1`. Everything else goes through untouched.
struct UnknownAddress: RouterMiddleware {
    typealias Context = ServedContext

    let source: any ProjectSource

    func handle(_ request: Request, context: ServedContext, next: (Request, ServedContext) async throws -> Response) async throws -> Response {
        do { return try await next(request, context) } catch let error as HTTPError where error.status == .notFound {
            let path = request.uri.path
            let missing = MartletError(.notFound, "There is nothing at \(path.prefix(200)).")
            if path.hasPrefix("/api/v1") { return Response.json(["error": ErrorView(missing).json], status: 404) }
            guard request.method == .get, request.headers[.accept]?.contains("text/html") == true else { throw error }
            return await Screens(source: source).failure(missing, path: path)
        }
    }
}
