internal import Access
internal import HTTP
internal import HTTPTypes
internal import Hummingbird
internal import Serving
internal import Support

extension ScoringRoutes {
    /// A row, or a list of rows, as plain JSON to `/predict/NAME`, described by an OpenAPI document beside it.
    func addDescribed(to router: GuardedRouter) {
        let named: @Sendable (ServedContext) -> String? = { $0.parameters.get("endpoint") }
        router.on("/predict/{endpoint}", .post, predicting(named), refuse: ScoringRoutes.refused) { request, context, _ in
            do throws(MartletError) {
                let endpoint = try endpoints.endpoint(named(context) ?? "")
                let body = try await json(of: request)
                let isOne = if case .object = body { true } else { false }
                let predictions = try await scorer(endpoint).predictions { (_) throws(MartletError) in
                    try Rows(records: isOne ? [body] : body.elements)
                }
                let list = try predictions.list(of: nil, isBare: false)
                return ScoringRoutes.response(isOne ? list.first ?? .null : .array(list), about: predictions)
            } catch { return ScoringRoutes.failure(error) }
        }
        router.on("/predict/{endpoint}/openapi.json", .get, .needs(.projectRead), refuse: ScoringRoutes.refused) { _, context, _ in
            do throws(MartletError) {
                let endpoint = try endpoints.endpoint(named(context) ?? "")
                return ScoringRoutes.response(OpenAPIDocument(endpoint: endpoint, model: try await endpoint.current()).json)
            } catch { return ScoringRoutes.failure(error) }
        }
    }
}
