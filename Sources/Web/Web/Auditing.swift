import Access
import Hummingbird
import Pages
import Support

/// The page of the record.
struct Auditing: Sendable {
    let source: any ProjectSource

    /// What is looked for, by the address.
    static func filter(_ request: Request) -> AuditFilter { AuditFilter(PagePath.fields(of: request.uri.query ?? "")) }

    /// The page; with the form as it was filled in where what it asks for cannot be looked up.
    func page(_ request: Request, for caller: Caller) async -> Response {
        let filter = Auditing.filter(request)
        do { return Response.page(AuditPage(try await source.audit(filter), filter).page, for: Reader(caller)) } catch {
            let error = MartletError(error)
            guard error.code == .usage else {
                return await Screens(source: source).failure(error, path: request.uri.path, for: Reader(caller))
            }
            return Response.page(AuditPage(AuditView(), filter, failure: error.message).page, for: Reader(caller), status: error.httpStatus)
        }
    }
}
