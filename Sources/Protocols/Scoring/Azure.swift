internal import Access
internal import HTTP
internal import Hummingbird
internal import Support

extension ScoringRoutes {
    /// Azure ML's `/score`: `input_data` as a table in the form “split”, as rows or as columns, or `data` as rows; the answer is a bare list.
    func addAzure(to router: GuardedRouter) {
        router.on("/score", .post, predicting(), refuse: ScoringRoutes.refused) { request, _, _ in
            do throws(MartletError) {
                let endpoint = try only()
                let body = try await json(of: request)
                let predictions = try await scorer(endpoint).predictions { (names) throws(MartletError) in
                    let rows = body[try Contract.only(body, of: ["input_data", "data"])]
                    return if case .array = rows["data"] { try Contract.split(rows, names) } else { try Contract.rows(rows, names) }
                }
                return ScoringRoutes.response(.array(try predictions.list(of: body["params"]["output"].text)), about: predictions)
            } catch { return ScoringRoutes.failure(error) }
        }
    }
}
