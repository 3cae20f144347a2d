package import Support
internal import Synchronization
import Tables

/// A name that answers: checks requests, asks the model, logs every row, and counts.
package final class Endpoint: Sendable {
    package let plan: EndpointPlan
    /// Nil where predictions are not logged.
    package let log: PredictionLog?

    let provider: any ModelProvider
    let pool: WorkPool
    private let identifiers: IdentifierSource
    private let clock: any WallClock
    let live = Mutex<LiveVersions?>(nil)
    let loading = Mutex<Void>(())
    private let statistics: Mutex<EndpointStatistics>
    private let pace = ModelPace()
    let tallies = Mutex(VersionTallies())

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

    /// The champion, loaded on first use.
    /// - Throws: `unavailable` where there is none yet, or what loading it throws.
    package func current() async throws(MartletError) -> any ServedModel { try await versions().champion }

    /// The champion and the versions beside it, loaded on first use.
    func versions() async throws(MartletError) -> LiveVersions {
        if let live = live.withLock({ $0 }) { return live }
        try await pool.run { () throws(MartletError) in try self.loading.withLock { _ throws(MartletError) in try self.loadFirst() } }
        guard let live = live.withLock({ $0 }) else {
            throw MartletError(
                .unavailable,
                "Endpoint “\(name)” has no model yet: nothing is registered as \(plan.model)@\(plan.selector). Run “martlet run” and promote it.")
        }
        return live
    }

    /// The champion that is loaded; nil before the first request.
    package var held: (any ServedModel)? { live.withLock { $0 }?.champion }

    private func loadFirst() throws(MartletError) {
        guard held == nil, let champion = try provider.current() else { return }
        put(try versions(of: champion, keeping: nil))
    }

    /// Asks the provider for the model to serve from now on, for instance after a promotion. It takes the place of the old one once it has answered a
    /// warm-up request; requests under way end with the model they began with, and none is lost. Where loading fails, the old model goes on answering.
    /// - Returns: whether the model changed.
    @discardableResult
    package func refresh() async throws(MartletError) -> Bool {
        try await pool.run { () throws(MartletError) in
            try self.loading.withLock { _ throws(MartletError) in
                let before = self.live.withLock { $0 }
                let loaded = try self.provider.current()
                let held = before?.champion
                let isChanged = held?.version != loaded?.version || held?.digest != loaded?.digest || held?.name != loaded?.name
                if isChanged, before != nil, let loaded { try WarmUp.check(loaded) }
                self.put(try loaded.map { loaded throws(MartletError) in try self.versions(of: loaded, keeping: before) })
                return isChanged
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
            tallies.withLock { $0.answered(result.model.version, rows: result.ids.count, microseconds: microseconds) }
            log?.count(.answered, at: now)
            return result
        } catch {
            countFailure(error)
            throw error
        }
    }

    private func answer(_ request: InferenceRequest, version: Int?) async throws(MartletError) -> InferenceResult {
        let live = try await versions()
        let asked = try version.map { version throws(MartletError) in try insisted(version, live) }
        let (question, keys) = try Question.read(request, for: asked ?? live.champion, key: plan.key)
        let own = identifiers.next()
        let model = asked ?? chosen(live, question, keys, own: own)
        do throws(MartletError) {
            let alias = model.version == live.champion.version ? plan.alias : nil
            let result = try await answer(question, keys, with: model, as: alias, own: own, receivedAt: request.receivedAt)
            if asked == nil { mirror(live, question, result.answers, own: own) }
            return result
        } catch {
            countFailure(of: model.version, error)
            throw error
        }
    }

    /// - Parameter own: the identifier of the first row.
    private func answer(
        _ question: Question, _ keys: TextValues?, with model: any ServedModel, as alias: String?, own: TimeOrderedID, receivedAt: Double
    ) async throws(MartletError) -> InferenceResult {
        let (inputs, answers, outputs) = try await ask(question.ordered(for: model), model)
        let ids = (0..<answers.rowCount).map { $0 == 0 ? own : identifiers.next() }
        let stamp = ModelStamp(name: model.name, version: model.version, alias: alias, digest: model.digest)
        let batch = PredictionBatch(
            ids: ids, time: clock.now(), model: stamp, inputs: question.table ?? inputs, answers: answers, answer: model.signature.answer, keys: keys,
            latency: elapsed(since: receivedAt))
        try await log?.record(batch)
        return InferenceResult(ids: ids, answers: answers, answer: model.signature.answer, model: stamp, tensors: outputs)
    }

    /// Asks the model: at once where that is likely to be quick, otherwise on a thread of the pool.
    private func ask(_ question: Question, _ model: any ServedModel) async throws(MartletError) -> Question.Answer {
        let timed: @Sendable () throws(MartletError) -> Question.Answer = { [pace] () throws(MartletError) in
            try pace.timed(question.rowCount, by: model.version) { () throws(MartletError) in try question.ask(model) }
        }
        return pace.isQuick(question.rowCount, for: model.version) ? try timed() : try await pool.run(timed)
    }

    private func elapsed(since start: Double) -> Int { Int(max(0, min(1e9, monotonicSeconds() - start)) * 1_000_000) }

    // MARK: Figures

    /// Counts a request that failed, also one that did not come here because it could not be read. What a protocol answers with 4xx is the
    /// caller's mistake; the rest is the server's failure.
    package func countFailure(_ error: MartletError) {
        let isCallersMistake = Endpoint.isCallersMistake(error)
        let now = clock.now()
        statistics.withLock { $0.failed(isCallersMistake: isCallersMistake, at: now) }
        log?.count(isCallersMistake ? .refused : .failed, at: now)
    }

    static func isCallersMistake(_ error: MartletError) -> Bool {
        [.usage, .invalidInput, .notFound, .alreadyExists, .conflict, .refused].contains(error.code)
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
            "log": log?.counts.json ?? .null, "events": log?.events?.counts.json ?? .null, "traffic": traffic?.json ?? .null,
            "versions": .array(versionTraffic.map { $0.json(seconds: now.seconds - (traffic?.since ?? since).seconds) }),
        ]
    }
}
