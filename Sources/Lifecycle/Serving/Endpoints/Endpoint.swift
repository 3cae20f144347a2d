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
    private let pace: ModelPace
    private let line: WaitingLine
    let tallies = Mutex(VersionTallies())
    /// The plan since which `tallies` count: that of the versions that were last put in place, also where they have been let go.
    let begunPlan = Mutex<Int?>(nil)
    let desk = ExplanationDesk()
    let guarding = Mutex(GuardCounts())
    /// What decides whether the models stay; nil where they always do.
    let residency: Residency?
    /// The last minutes, as somebody samples them.
    package let lastMinutes = LastMinutes()

    package init(
        plan: EndpointPlan, provider: any ModelProvider, log: PredictionLog?, pool: WorkPool, identifiers: IdentifierSource, clock: any WallClock,
        residency: Residency? = nil
    ) {
        self.plan = plan
        self.provider = provider
        self.log = log
        self.pool = pool
        self.identifiers = identifiers
        self.clock = clock
        self.residency = residency
        statistics = Mutex(EndpointStatistics(since: clock.now()))
        pace = ModelPace()
        line = WaitingLine(options: plan.batch, pool: pool, pace: pace)
    }

    package var name: String { plan.endpoint }

    // MARK: The model

    /// The champion, loaded on first use.
    /// - Throws: `unavailable` where there is none yet, or what loading it throws.
    package func current() async throws(MartletError) -> any ServedModel { try await versions().champion }

    /// The champion and the versions beside it, loaded on first use.
    func versions() async throws(MartletError) -> LiveVersions {
        if let live = live.withLock({ $0 }) { return live }
        let askedAt = monotonicSeconds()
        let loaded = try await (residency?.loaders ?? pool).run { () throws(MartletError) in
            try self.loading.withLock { _ throws(MartletError) in try self.loadOnDemand(askedAt: askedAt) }
        }
        guard let loaded else {
            throw MartletError(
                .unavailable,
                "Endpoint “\(name)” has no model yet: nothing is registered as \(plan.model)@\(plan.selector). Run “martlet run” and promote it.")
        }
        return loaded
    }

    /// The champion that is loaded; nil before the first request.
    package var held: (any ServedModel)? { live.withLock { $0 }?.champion }

    /// Loads what the provider has; nil where it has nothing. Blocks.
    func loadFirst() throws(MartletError) -> LiveVersions? {
        guard let champion = try provider.current() else { return nil }
        let live = try versions(of: champion, keeping: nil)
        put(live)
        return live
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
                self.noteSize()
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
        do throws(MartletError) {
            let prepared = try prepare(request, version: version, among: try await versions())
            let (question, model) = (try prepared.question.ordered(for: prepared.model), prepared.model)
            do throws(MartletError) {
                let before = try guarded(question.table, by: model)
                let answer = try await ask(question, model, prepared.urgency)
                let findings = question.table == nil ? try guarded(answer.inputs, by: model) : before
                let batch = self.batch(prepared, answer, findings)
                try await log?.record(batch)
                return finish(prepared, answer, batch, findings)
            } catch {
                // That too many ask at once is not the version's fault.
                if error.retryAfter == nil { countFailure(of: model.version, error) }
                throw error
            }
        } catch {
            countFailure(error)
            throw error
        }
    }

    /// Answers a request on this thread, where that takes next to no time and waits for nothing: the model is loaded and known to be quick, and the
    /// log does not wait for the disk.
    /// - Returns: nil where it is otherwise, or something is wrong. Then nothing was counted or logged, and `infer` answers or says what is wrong.
    package func inferAtOnce(_ request: InferenceRequest, version: Int? = nil) -> InferenceResult? {
        guard log?.options.mode != .durable, let live = live.withLock({ $0 }),
            let prepared = try? prepare(request, version: version, among: live), isQuick(prepared.question, prepared.model),
            prepared.urgency.deadline == .infinity, let question = try? prepared.question.ordered(for: prepared.model)
        else { return nil }
        let before = inspected(question.table, by: prepared.model)
        guard before?.refusal == nil, let answer = try? timed(question, prepared.model) else { return nil }
        let findings = question.table == nil ? inspected(answer.inputs, by: prepared.model) : before
        guard findings?.refusal == nil else { return nil }
        let batch = self.batch(prepared, answer, findings)
        log?.append(batch)
        return finish(prepared, answer, batch, findings)
    }

    /// Whether there is any use in `inferAtOnce`: a request that cannot be answered so need not be read for it.
    package var mayInferAtOnce: Bool {
        guard log?.options.mode != .durable, let champion = held else { return false }
        return !champion.runtime.isRemote && pace.isEverQuick(for: champion.version)
    }

    /// What is unlike training in the columns of a request.
    /// - Throws: `invalidInput` where the settings say to refuse it.
    private func guarded(_ table: Table?, by model: any ServedModel) throws(MartletError) -> InputFindings? {
        let findings = inspected(table, by: model)
        try demand(findings)
        return findings
    }

    /// Turns a request away that has waited too long before anybody could look at it, as happens where the server is overloaded.
    /// - Parameter arrivedAt: when it was there whole, on the clock of `monotonicSeconds()`.
    /// - Throws: `unavailable` with the time to wait.
    package func admit(arrivedAt: Double) throws(MartletError) { try line.admit(arrivedAt: arrivedAt) }

    private func prepare(
        _ request: InferenceRequest, version: Int?, among live: LiveVersions
    ) throws(MartletError) -> PreparedQuestion {
        if residency != nil { live.used(at: request.receivedAt) }
        let asked = try version.map { version throws(MartletError) in try insisted(version, live) }
        let (question, keys) = try Question.read(request, for: asked ?? live.champion, key: plan.key)
        let own = identifiers.next()
        let (model, isMixed) = asked.map { ($0, false) } ?? chosen(live, question, keys, own: own)
        return PreparedQuestion(
            live: live, question: question, keys: keys, model: model, own: own, isInsisted: asked != nil, isMixed: isMixed,
            urgency: request.urgency, receivedAt: request.receivedAt)
    }

    /// Asks the model: at once where that is likely to be quick, otherwise on a thread of the pool, together with others that wait.
    private func ask(_ question: Question, _ model: any ServedModel, _ urgency: Urgency) async throws(MartletError) -> Question.Answer {
        guard isQuick(question, model) else { return try await line.answer(question, by: model, urgency) }
        try urgency.check(at: monotonicSeconds())
        return try timed(question, model)
    }

    private func isQuick(_ question: Question, _ model: any ServedModel) -> Bool {
        !model.runtime.isRemote && pace.isQuick(question.rowCount, for: model.version)
            && question.rowCount * model.valuesPerRow <= InferenceResult.quickValues
    }

    private func timed(_ question: Question, _ model: any ServedModel) throws(MartletError) -> Question.Answer {
        try noting { () throws(MartletError) in
            try pace.timed(question.rowCount, by: model.version) { () throws(MartletError) in try question.ask(model) }
        }
    }

    /// What the log keeps of an answer.
    private func batch(_ prepared: PreparedQuestion, _ answer: Question.Answer, _ findings: InputFindings?) -> PredictionBatch {
        let model = prepared.model
        var batch = PredictionBatch(
            ids: (0..<answer.answers.rowCount).map { $0 == 0 ? prepared.own : identifiers.next() }, time: clock.now(),
            model: ModelStamp(name: model.name, version: model.version, alias: prepared.isForChampion ? plan.alias : nil, digest: model.digest),
            inputs: prepared.question.table ?? answer.inputs, answers: answer.answers, answer: model.signature.answer, keys: prepared.keys,
            latency: elapsed(since: prepared.receivedAt))
        batch.outliers = findings?.scores
        return batch
    }

    /// Counts an answer, and lets the shadow see what was asked.
    private func finish(
        _ prepared: PreparedQuestion, _ answer: Question.Answer, _ batch: PredictionBatch, _ findings: InputFindings?
    ) -> InferenceResult {
        countFindings(findings)
        noteAnswer(prepared, batch)
        if !prepared.isInsisted { mirror(prepared.live, prepared.question, answer.answers, own: prepared.own) }
        let microseconds = elapsed(since: prepared.receivedAt)
        let now = clock.now()
        statistics.withLock { $0.answered(rows: batch.ids.count, microseconds: microseconds, at: now) }
        tallies.withLock { tallies in
            tallies.answered(prepared.model.version, rows: batch.ids.count, microseconds: microseconds)
            if prepared.isMixed { tallies.countMixed() }
        }
        log?.count(.answered, at: now)
        return InferenceResult(
            ids: batch.ids, answers: answer.answers, answer: batch.answer, model: batch.model, tensors: answer.outputs, findings: findings)
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

    /// The figures since the endpoint began, with memory of their own.
    func sampledFigures() -> ServingFigures { statistics.withLock { $0.total.detached() } }

    /// What became of the requests that had to wait for their turn.
    package var lineFigures: LineFigures { line.figures }

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
