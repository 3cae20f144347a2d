package import Support
internal import Synchronization
package import Tables

/// Rows with their answers and the reasons for them.
package struct ExplainedRows: Sendable {
    package var inputs: Table
    package var answers: Answers
    /// What the scores mean.
    package var answer: Signature.Answer
    package var model: ModelStamp
    /// One a row.
    package var explanations: [Explanation]
}

/// How many rows were explained, and how many requests for that were not answered.
package struct ExplanationCounts: Sendable, Equatable {
    package var rows = 0
    package var refused = 0
    package var failed = 0
}

/// Where the explanations of an endpoint are made: on a thread of their own, so that they hold up no answer.
final class ExplanationDesk: Sendable {
    /// One at a time; the longest take some tens of milliseconds.
    let pool = WorkPool(width: 1, limit: 64)
    let counts = Mutex(ExplanationCounts())
}

extension Endpoint {
    /// Explains rows as the champion answers them, or the version that the caller insists on. They are no predictions: nothing is logged, and they have
    /// no identifiers.
    /// - Throws: `invalidInput` for a request that does not fit the signature or has too many rows, or a model that cannot be explained;
    ///   what `infer` throws.
    package func explain(_ request: InferenceRequest, version: Int? = nil) async throws(MartletError) -> ExplainedRows {
        do throws(MartletError) {
            let model = try await model(version)
            let (question, _) = try Question.read(request, for: model, key: plan.key)
            let explained = try await desk.pool.run { () throws(MartletError) in try self.explain(question, model) }
            desk.counts.withLock { $0.rows += explained.explanations.count }
            return explained
        } catch {
            countUnexplained(error)
            throw error
        }
    }

    /// Counts a request for explanations that failed, also one that could not be read.
    package func countUnexplained(_ error: MartletError) {
        let isCallersMistake = Endpoint.isCallersMistake(error)
        desk.counts.withLock { counts in if isCallersMistake { counts.refused += 1 } else { counts.failed += 1 } }
    }

    /// The explanations since the endpoint began.
    package var explanationCounts: ExplanationCounts { desk.counts.withLock { $0 } }

    private func explain(_ question: Question, _ model: any ServedModel) throws(MartletError) -> ExplainedRows {
        let explainer = try model.explainer()
        guard question.rowCount <= explainer.rowLimit else {
            throw MartletError(
                .invalidInput, "The request has \(question.rowCount) rows; \(explainer.rowLimit) are explained at once. Send several requests.")
        }
        let (inputs, answers, _) = try question.ask(model)
        let table = question.table ?? inputs
        guard !table.columns.isEmpty else {
            throw MartletError(
                .invalidInput, "Model \(model.name) takes tensors that are no columns, and what a column adds to its answers cannot be told.")
        }
        let stamp = ModelStamp(
            name: model.name, version: model.version, alias: model.version == held?.version ? plan.alias : nil, digest: model.digest)
        return ExplainedRows(
            inputs: table, answers: answers, answer: model.signature.answer, model: stamp, explanations: try explainer.explain(table))
    }
}
