package import Support
internal import Synchronization
import Tables

/// A name that answers: checks requests, asks the model, logs every row, and counts.
package final class Endpoint: Sendable {
    package let plan: EndpointPlan
    /// Nil where predictions are not logged.
    package let log: PredictionLog?

    private let provider: any ModelProvider
    private let pool: WorkPool
    private let identifiers: IdentifierSource
    private let clock: any WallClock
    private let model = Mutex<(any ServedModel)?>(nil)
    private let loading = Mutex<Void>(())
    private let statistics: Mutex<EndpointStatistics>

    package init(
        plan: EndpointPlan, provider: any ModelProvider, log: PredictionLog?, pool: WorkPool, identifiers: IdentifierSource, clock: any WallClock
    ) {
        self.plan = plan
        self.provider = provider
        self.log = log
        self.pool = pool
        self.identifiers = identifiers
        self.clock = clock
        statistics = Mutex(EndpointStatistics(since: clock.now()))
    }

    package var name: String { plan.endpoint }

    // MARK: The model

    /// The model served now, loaded on first use.
    /// - Throws: `unavailable` where there is none yet, or what loading it throws.
    package func current() async throws(MartletError) -> any ServedModel {
        if let model = held { return model }
        try await pool.run { () throws(MartletError) in try self.loading.withLock { _ throws(MartletError) in try self.loadFirst() } }
        guard let model = held else {
            throw MartletError(
                .unavailable,
                "Endpoint “\(name)” has no model yet: nothing is registered as \(plan.model)@\(plan.selector). Run “martlet run” and promote it.")
        }
        return model
    }

    /// The model that is loaded; nil before the first request.
    package var held: (any ServedModel)? { model.withLock { $0 } }

    private func loadFirst() throws(MartletError) {
        guard held == nil else { return }
        let loaded = try provider.current()
        model.withLock { $0 = loaded }
    }

    /// Asks the provider for the model to serve from now on, for instance after a promotion. Requests under way end with the model they began
    /// with; none is lost. Where loading fails, the old model goes on answering.
    /// - Returns: whether the model changed.
    @discardableResult
    package func refresh() async throws(MartletError) -> Bool {
        try await pool.run { () throws(MartletError) in
            try self.loading.withLock { _ throws(MartletError) in
                let loaded = try self.provider.current()
                return self.model.withLock { held in
                    let changed = held?.version != loaded?.version || held?.digest != loaded?.digest || held?.name != loaded?.name
                    held = loaded
                    return changed
                }
            }
        }
    }

    // MARK: Answering

    /// Answers a request; every row gets a prediction identifier of its own.
    /// - Parameter version: the version the caller insists on; nil for the one that is served.
    /// - Throws: `invalidInput` for a request that does not fit the signature, `notFound` for another version, `unavailable` where the server
    ///   is busy, without a model, or (in durable mode) cannot log.
    package func infer(_ request: InferenceRequest, version: Int? = nil) async throws(MartletError) -> InferenceResult {
        do {
            let result = try await answer(request, version: version)
            let microseconds = elapsed(since: request.receivedAt)
            let now = clock.now()
            statistics.withLock { $0.answered(rows: result.ids.count, microseconds: microseconds, at: now) }
            log?.count(.answered, at: now)
            return result
        } catch {
            countFailure(error)
            throw error
        }
    }

    private func answer(_ request: InferenceRequest, version: Int?) async throws(MartletError) -> InferenceResult {
        let model = try await current()
        try check(version: version, of: model)
        let (question, keys) = try Question.read(request, for: model, key: plan.key)
        let (inputs, answers, outputs) = try await pool.run { () throws(MartletError) in try question.ask(model) }
        let ids = (0..<answers.rowCount).map { _ in identifiers.next() }
        let stamp = ModelStamp(name: model.name, version: model.version, alias: plan.alias, digest: model.digest)
        let batch = PredictionBatch(
            ids: ids, time: clock.now(), model: stamp, inputs: inputs, answers: answers, answer: model.signature.answer, keys: keys,
            latency: elapsed(since: request.receivedAt))
        try await log?.record(batch)
        return InferenceResult(ids: ids, answers: answers, answer: model.signature.answer, model: stamp, tensors: outputs)
    }

    /// - Throws: `notFound` where another version is served.
    package func check(version: Int?, of model: any ServedModel) throws(MartletError) {
        guard let version, version != model.version else { return }
        throw MartletError(.notFound, "Endpoint “\(name)” serves version \(model.version), not \(version).")
    }

    private func elapsed(since start: Double) -> Int { Int(max(0, min(1e9, monotonicSeconds() - start)) * 1_000_000) }

    // MARK: Figures

    /// Counts a request that failed, also one that did not come here because it could not be read. What a protocol answers with 4xx is the
    /// caller's mistake; the rest is the server's failure.
    package func countFailure(_ error: MartletError) {
        let isCallersMistake = [.usage, .invalidInput, .notFound, .alreadyExists, .conflict, .refused].contains(error.code)
        let now = clock.now()
        statistics.withLock { $0.failed(isCallersMistake: isCallersMistake, at: now) }
        log?.count(isCallersMistake ? .refused : .failed, at: now)
    }

    /// The figures since the endpoint began, and of the last minutes (at most 60).
    package func figures(lastMinutes: Int? = nil) -> ServingFigures {
        statistics.withLock { statistics in lastMinutes.map { statistics.recent($0, at: clock.now()) } ?? statistics.total }
    }

    /// Since when the figures count.
    package var since: Timestamp { statistics.withLock { $0.since } }

    /// When a request was last answered.
    package var lastAnswer: Timestamp? { statistics.withLock { $0.lastAnswer } }

    /// The figures, the log's counts and what is served, for pages, `--json` and objectives (`p99_ms`, `rps`, `error_rate`).
    package var json: JSONValue {
        let now = clock.now()
        let seconds = now.seconds - since.seconds
        return [
            "endpoint": .string(name), "model": .string(plan.model), "selector": .string(plan.selector), "version": JSONValue(held?.version),
            "since": .string(since.description), "total": figures().json(seconds: seconds),
            "last_hour": figures(lastMinutes: 60).json(seconds: min(3600, seconds)),
            "last_minute": figures(lastMinutes: 1).json(seconds: min(seconds, 60, Double(now.microseconds % 60_000_000) / 1e6)),
            "log": log?.counts.json ?? .null,
        ]
    }
}
