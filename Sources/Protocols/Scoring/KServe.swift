internal import Access
internal import HTTP
internal import HTTPTypes
internal import Hummingbird
internal import Serving
internal import Support

extension ScoringRoutes {
    /// KServe's version 1: `POST /v1/models/NAME:predict` and `:explain` with `instances` or `inputs`, and whether a model is ready. Vertex AI sends the same to
    /// the addresses that its environment names, or to these.
    func addKServe(to router: GuardedRouter, vertex environment: [String: String]) {
        router.on("/v1/models", .get, .needs(.projectRead), refuse: ScoringRoutes.refused) { _, _, _ in
            ScoringRoutes.response(["models": JSONValue(endpoints.names)])
        }
        router.on("/v1/models/{model}", .get, .needs(.projectRead), refuse: ScoringRoutes.refused) { _, context, _ in
            await readiness(context.parameters.get("model") ?? "")
        }
        let rule = predicting { ScoringRoutes.modelAndVerb($0).model }
        router.on("/v1/models/{model}", .post, rule, refuse: ScoringRoutes.refused) { request, context, _ in
            let (model, verb) = ScoringRoutes.modelAndVerb(context)
            if verb == "explain" {
                do throws(MartletError) { return try await explain(request, try endpoints.endpoint(model)) } catch {
                    return ScoringRoutes.failure(error)
                }
            }
            return await predict(request) { () throws(MartletError) in
                guard verb == "predict" else {
                    throw MartletError(.notFound, "There is nothing at this address. Ask POST /v1/models/\(model):predict, or :explain.")
                }
                return try endpoints.endpoint(model)
            }
        }
        if let path = environment["AIP_PREDICT_ROUTE"], path.hasPrefix("/") {
            router.on(RouterPath(path), .post, predicting(), refuse: ScoringRoutes.refused) { request, _, _ in
                await predict(request, only)
            }
        }
        if let path = environment["AIP_HEALTH_ROUTE"], path.hasPrefix("/") {
            router.on(RouterPath(path), .get, .anyone, refuse: ScoringRoutes.refused) { _, _, _ in
                do throws(MartletError) { return await readiness(try only().name) } catch { return ScoringRoutes.failure(error) }
            }
        }
    }

    /// `income:predict` as a name and what is asked of it.
    private static func modelAndVerb(_ context: ServedContext) -> (model: String, verb: String) {
        let parts = (context.parameters.get("model") ?? "").split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        return (parts.first ?? "", parts.count > 1 ? parts[1] : "")
    }

    private func readiness(_ name: String) async -> Response {
        do throws(MartletError) {
            _ = try await endpoints.endpoint(name).current()
            return ScoringRoutes.response(["name": .string(name), "ready": true])
        } catch {
            guard error.code != .notFound else { return ScoringRoutes.failure(error) }
            return ScoringRoutes.response(["name": .string(name), "ready": false, "error": .string(error.message)], status: .serviceUnavailable)
        }
    }

    private func predict(_ request: Request, _ find: () throws(MartletError) -> Endpoint) async -> Response {
        do throws(MartletError) {
            let endpoint = try find()
            let body = try await json(of: request)
            let predictions = try await scorer(endpoint).predictions { (names) throws(MartletError) in
                try Contract.rows(body[try Contract.only(body, of: ["instances", "inputs"])], names)
            }
            return ScoringRoutes.response(
                ["predictions": .array(try predictions.list(of: body["parameters"]["output"].text))], about: predictions)
        } catch { return ScoringRoutes.failure(error) }
    }
}
