internal import Access
internal import HTTP
internal import HTTPTypes
internal import Hummingbird
internal import Serving
internal import Support

extension ScoringRoutes {
    /// `/ping` and `/invocations`, which MLflow's scoring server and SageMaker's containers have in common. JSON in MLflow's five forms and CSV;
    /// the answer is `{"predictions": […]}`, or CSV where that is asked for.
    func addInvocations(to router: GuardedRouter) {
        for method in [HTTPRequest.Method.get, .head] {
            router.on("/ping", method, .anyone, refuse: ScoringRoutes.refused) { _, _, _ in
                do throws(MartletError) {
                    _ = try await only().current()
                    return ScoringRoutes.response(.object([]))
                } catch { return ScoringRoutes.failure(error) }
            }
        }
        let rule = predicting()
        router.on("/invocations", .post, rule, refuse: ScoringRoutes.refusedAsMLflow) { request, _, _ in await invoke(request) }
    }

    private func invoke(_ request: Request) async -> Response {
        do throws(MartletError) {
            let endpoint = try only()
            let kind = (request.headers[.contentType] ?? "").lowercased().split(separator: ";").first.map { $0.trimmingPrefix(" ") } ?? ""
            let (predictions, output) =
                switch kind {
                case "application/json": try await json(of: request, endpoint)
                case "text/csv": (try await csv(of: request, endpoint), String?.none)
                default: throw ScoringRoutes.unreadable(String(kind))
                }
            let asksCSV = request.headers[.accept]?.lowercased().hasPrefix("text/csv") == true
            let answer =
                asksCSV
                ? ScoringRoutes.response(csv: predictions.csv) : ScoringRoutes.response(["predictions": .array(try predictions.list(of: output))])
            return ScoringRoutes.told(answer, predictions)
        } catch { return ScoringRoutes.failedAsMLflow(error) }
    }

    private func json(of request: Request, _ endpoint: Endpoint) async throws(MartletError) -> (Predictions, output: String?) {
        let body = try await json(of: request)
        let predictions = try await scorer(endpoint).predictions(dropsUnknown: true) { (names) throws(MartletError) in
            let key = try Contract.only(body, of: ["dataframe_split", "dataframe_records", "instances", "inputs"])
            switch key {
            case "dataframe_split": return try Contract.split(body[key], names)
            case "dataframe_records": return try Rows(records: body[key].elements)
            default: return try Contract.rows(body[key], names)
            }
        }
        return (predictions, body["params"]["output"].text)
    }

    private func csv(of request: Request, _ endpoint: Endpoint) async throws(MartletError) -> Predictions {
        let bytes = try await request.bytes(upTo: bodyLimit)
        return try await scorer(endpoint).predictions(dropsUnknown: true) { (names) throws(MartletError) in
            guard let text = String(validating: bytes, as: UTF8.self) else { throw Rows.refusal("The body is not valid UTF-8.") }
            return try Rows(csv: text, names: names)
        }
    }

    /// MLflow's clients tell a body in a form that is not read by 415.
    private static func unreadable(_ kind: String) -> MartletError {
        MartletError(.usage, "This predictor takes application/json and text/csv, not “\(kind.prefix(60))”.")
    }

    // MARK: - Errors as MLflow has them

    private static func failedAsMLflow(_ error: MartletError) -> Response {
        if error.code == .usage {
            return Response(
                status: .unsupportedMediaType, headers: [.contentType: "text/plain; charset=utf-8"],
                body: .init(byteBuffer: .init(string: error.message)))
        }
        let isCallers = error.code.httpStatus < 500
        var response = response(
            ["error_code": isCallers ? "BAD_REQUEST" : "INTERNAL_ERROR", "message": .string(error.message)],
            status: .init(code: error.code.httpStatus))
        for field in error.fields { response.headers.append(field) }
        return response
    }

    private static func refusedAsMLflow(_ error: MartletError, _ request: Request) -> Response { failedAsMLflow(error) }
}
