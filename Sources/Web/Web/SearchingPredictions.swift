import Access
import Hummingbird
import Pages
import Support

/// The page that searches the prediction log.
struct SearchingPredictions: Sendable {
    let source: any ProjectSource

    /// What is looked for, by the address.
    static func request(_ request: Request, of endpoint: String) -> PredictionsRequest {
        PredictionsRequest(endpoint: endpoint, PagePath.fields(of: request.uri.query ?? ""))
    }

    /// The page; with the form as it was filled in where what it asks for cannot be looked up.
    func page(_ request: Request, of endpoint: String, for caller: Caller) async -> Response {
        let wanted = SearchingPredictions.request(request, of: endpoint)
        do { return Response.page(PredictionsPage(try await source.predictions(wanted, by: caller), wanted).page, for: Reader(caller)) } catch {
            let error = MartletError(error)
            guard error.code == .usage else {
                return await Screens(source: source).failure(error, path: request.uri.path, for: Reader(caller))
            }
            let page = PredictionsPage(PredictionsView(endpoint: endpoint), wanted, failure: error.message).page
            return Response.page(page, for: Reader(caller), status: error.httpStatus)
        }
    }
}
