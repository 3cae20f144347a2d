import Support
import Synchronization
import Telemetry

/// The questions of an endpoint whose model takes its time: they wait for a thread of the pool, the most urgent first. While every thread is taken,
/// those of the same version gather, and the next thread asks them together; where a thread is free, a question is asked by itself at once, so that
/// nobody ever waits for company.
final class WaitingLine: Sendable {
    private let options: BatchOptions
    private let pool: WorkPool
    private let pace: ModelPace
    private let state: Mutex<WaitingQuestions>

    init(options: BatchOptions, pool: WorkPool, pace: ModelPace) {
        self.options = options
        self.pool = pool
        self.pace = pace
        state = Mutex(WaitingQuestions(width: pool.width, longestWait: options.wait))
    }

    /// - Throws: `unavailable` with the time to wait where its turn would come too late, `deadlineExceeded`, or what the model throws.
    func answer(_ question: Question, by model: any ServedModel, _ urgency: Urgency) async throws(MartletError) -> Question.Answer {
        let result: Result<Question.Answer, MartletError> = await withCheckedContinuation { continuation in
            let waiting = WaitingQuestion(question: question, model: model, urgency: urgency) { continuation.resume(returning: $0) }
            switch state.withLock({ $0.take(waiting, at: monotonicSeconds()) }) {
            case .refused(let error): continuation.resume(returning: .failure(error))
            case .waits: break
            case .needsThread: start()
            }
        }
        return try result.get()
    }

    /// - Throws: `unavailable` where a request has waited too long already.
    func admit(arrivedAt: Double) throws(MartletError) {
        guard monotonicSeconds() - arrivedAt > options.wait else { return }
        state.withLock { $0.countShed() }
        throw MartletError(.unavailable, "The server is overloaded: the request waited too long. Try again in 1 s.", retryAfter: 1)
    }

    /// What the line has done and holds.
    var figures: LineFigures { state.withLock { $0.figures } }

    private func start() {
        guard !pool.start({ self.work() }) else { return }
        for waiting in state.withLock({ $0.giveUp() }) { waiting.answer(.failure(WorkPool.busy)) }
    }

    /// Answers one batch. What waits then goes behind whatever else waits for the pool.
    private func work() {
        let (batch, late) = state.withLock { $0.next(rowLimit: rowLimit, at: monotonicSeconds()) }
        for waiting in late { waiting.answer(.failure(Urgency.tooLate)) }
        if let model = batch.first?.model { answer(batch, by: model) }
        if state.withLock({ $0.leave() }) { start() }
    }

    private func rowLimit(_ model: any ServedModel) -> Int {
        model.joinsRows ? min(options.rows, pace.rows(within: options.latency * 1e6, by: model.version)) : 1
    }

    private func answer(_ batch: [WaitingQuestion], by model: any ServedModel) {
        let rows = batch.reduce(0) { $0 + $1.question.rowCount }
        let start = monotonicSeconds()
        let results = pace.timed(rows, by: model.version) { Batch(questions: batch.map(\.question)).ask(model) }
        let end = monotonicSeconds()
        state.withLock { $0.count(batch.count, rows: rows, seconds: end - start) }
        for waiting in batch {
            guard let (notes, since) = waiting.noted else { continue }
            notes.note { ($0.waited, $0.asked) = (.init(start: since, end: start), .init(start: start, end: end)) }
        }
        for (waiting, result) in zip(batch, results) { waiting.answer(result) }
    }
}

/// What became of the questions that had to wait.
package struct LineFigures: Sendable, Equatable {
    /// Rows that wait now.
    package var waiting = 0
    /// Calls of models, and how many requests and rows they answered.
    package var batches = 0
    package var requests = 0
    package var rows = 0
    /// Requests that were turned away as they would have waited too long, and those whose time was over.
    package var shed = 0
    package var late = 0

    package init() {}
}
