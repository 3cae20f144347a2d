internal import HTTP
internal import Hummingbird
internal import Serving
internal import Support
internal import Tables

extension Scorer {
    /// Asks an endpoint why it answers rows as it does.
    /// - Parameter read: makes rows out of a body, given the names of the model's columns in their order.
    func explanations(_ read: ([String]) throws(MartletError) -> Rows) async throws(MartletError) -> ExplainedRows {
        let inputs: [Tensor]
        do throws(MartletError) {
            let signature = try await endpoint.current().signature
            inputs = try read(signature.inputs.map(\.name)).tensors(for: signature, key: endpoint.plan.key, dropsUnknown: false)
        } catch {
            endpoint.countUnexplained(error)
            throw error
        }
        return try await endpoint.explain(InferenceRequest(inputs: inputs, isTable: true, receivedAt: receivedAt))
    }
}

extension ExplainedRows {
    /// Each row's answer with its explanation, as our own contract has them.
    var rows: [JSONValue] {
        zip(predictions, explanations).map { answer, explanation in .object(answer.members + [.init("explanation", explanation.json)]) }
    }

    /// Each row's answer; it is no prediction, and has no identifier.
    var predictions: [JSONValue] {
        explanations.indices.map { row in
            let scores = answers.scores[row * answers.width..<(row + 1) * answers.width]
            let label = answers.labels.flatMap { $0[row] }.map(JSONValue.string) ?? .null
            return switch answer {
            case .binary: ["label": label, "probability": JSONValue(scores.first)]
            case .multiclass: ["label": label, "probabilities": .array(scores.map { JSONValue($0) })]
            case .regression: ["value": JSONValue(scores.first)]
            }
        }
    }
}

extension ScoringRoutes {
    /// `POST /predict/NAME/explain`: the same rows as for predictions, answered with what each column adds.
    func addExplained(to router: GuardedRouter) {
        let named: @Sendable (ServedContext) -> String? = { $0.parameters.get("endpoint") }
        router.on("/predict/{endpoint}/explain", .post, predicting(named), refuse: ScoringRoutes.refused) { request, context, _ in
            do throws(MartletError) {
                let endpoint = try endpoints.endpoint(named(context) ?? "")
                let body = try await json(of: request)
                let isOne = if case .object = body { true } else { false }
                let rows = try await scorer(endpoint).explanations { (_) throws(MartletError) in try Rows(records: isOne ? [body] : body.elements) }
                    .rows
                return ScoringRoutes.response(isOne ? rows.first ?? .null : .array(rows))
            } catch { return ScoringRoutes.failure(error) }
        }
    }

    /// KServe's `POST /v1/models/NAME:explain`.
    func explain(_ request: Request, _ endpoint: Endpoint) async throws(MartletError) -> Response {
        let body = try await json(of: request)
        let explained = try await scorer(endpoint).explanations { (names) throws(MartletError) in
            try Contract.rows(body[try Contract.only(body, of: ["instances", "inputs"])], names)
        }
        return ScoringRoutes.response(["predictions": .array(explained.predictions), "explanations": .array(explained.explanations.map(\.json))])
    }
}
