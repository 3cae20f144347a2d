internal import Dispatch
internal import Monitoring
internal import Serving
internal import Support
internal import Synchronization
internal import Tables

/// Logged rows on their way through a version: what was read, asked and found so far.
struct ReplayRun {
    /// Predictions joined with labels that came within so many seconds, as they were answered and as the version answers.
    struct Joined {
        var within: Double?
        var then: LabelledPredictions
        var now: LabelledPredictions
    }

    let model: any ServedModel
    private let threads: Int
    private(set) var comparison: ReplayComparison
    /// Rows that were not asked, by reason.
    private(set) var skipped: [String: Int] = [:]
    private(set) var replayed = 0
    private(set) var failed = 0
    private(set) var failure: String?
    /// How long the model took in all, on all threads.
    private(set) var modelSeconds = 0.0
    /// Who answered the rows then.
    private(set) var answered: [ModelStamp: Int] = [:]
    /// How long the requests took then.
    private(set) var logged = LatencyHistogram()
    private(set) var joined: [Joined]
    /// Rows to be asked alone, for their time.
    private(set) var sample: [Table] = []
    private var open = ReplayBatch()
    private var full: [ReplayBatch] = []
    private var seen = 0
    private let step: Int

    static let sampleSize = 500

    /// - Parameters:
    ///   - total: how many rows will come.
    ///   - delays: within how many seconds labels count; each is joined for itself.
    init(_ model: any ServedModel, _ wish: ReplayWish, total: Int, labels: [Label.Subject: Label], within delays: [Double?]) {
        self.model = model
        threads = max(1, wish.threads)
        comparison = ReplayComparison(threshold: wish.threshold)
        step = max(1, total / ReplayRun.sampleSize)
        joined = delays.map { delay in
            let none = LabelledPredictions(labels: labels, within: delay)
            return Joined(within: delay, then: none, now: none)
        }
    }

    // MARK: Reading

    /// Takes logged rows in; asks as soon as there is enough for every thread.
    mutating func add(_ block: PredictionBlock) throws(MartletError) {
        guard let block = askable(block) else { return }
        takeSample(block)
        if !open.add(block) {
            full.append(open)
            open = ReplayBatch()
            _ = open.add(block)
        }
        if open.isFull {
            full.append(open)
            open = ReplayBatch()
        }
        if full.count >= threads { try ask() }
    }

    /// Asks what is left.
    mutating func finish() throws(MartletError) {
        full.append(open)
        open = ReplayBatch()
        try ask()
    }

    /// The rows that the version can be asked; the others are counted with the reason.
    private mutating func askable(_ block: PredictionBlock) -> PredictionBlock? {
        if let reason = objection(to: block.inputs, withheld: block.withheld) {
            skipped[reason, default: 0] += block.rowCount
            return nil
        }
        var staying = [Bool](repeating: true, count: block.rowCount)
        for field in model.signature.inputs where !field.mayBeMissing {
            guard let column = block.inputs[field.name], column.missingCount > 0 else { continue }
            for row in staying.indices where staying[row] && column.isMissing(row) {
                staying[row] = false
                skipped["“\(field.name)” was not given, and the version cannot do without it", default: 0] += 1
            }
        }
        let rows = staying.indices.filter { staying[$0] }
        guard rows.count < block.rowCount else { return block }
        return rows.isEmpty ? nil : block.rows(rows)
    }

    private func objection(to inputs: Table, withheld: [String: ColumnRule]) -> String? {
        guard !model.signature.inputs.isEmpty else { return "the version takes tensors that are no columns, which are not logged" }
        guard !inputs.columns.isEmpty || !withheld.isEmpty else { return "the log holds no values of their inputs" }
        for field in model.signature.inputs {
            switch withheld[field.name] {
            case .hash: return "“\(field.name)” was hashed in the log (log.columns)"
            case .drop: return "“\(field.name)” was not logged (log.columns)"
            case .keep, nil: break
            }
            guard let column = inputs[field.name] else { return "the log does not hold “\(field.name)”" }
            guard column.kind.isNumeric == field.kind.isNumeric else {
                return "“\(field.name)” was logged as \(column.kind.rawValue), and the version takes it as \(field.kind.rawValue)"
            }
        }
        return nil
    }

    private mutating func takeSample(_ block: PredictionBlock) {
        for row in 0..<block.rowCount {
            if seen % step == 0, sample.count < ReplayRun.sampleSize { sample.append(block.inputs.rows([row])) }
            seen += 1
        }
    }

    // MARK: Asking

    private mutating func ask() throws(MartletError) {
        let batches = full.filter { $0.rowCount > 0 }
        full = []
        guard !batches.isEmpty else { return }
        for answers in try ReplayRun.ask(model, batches, threads: threads) { add(answers) }
    }

    /// One batch a thread, in the order in which they were read.
    private static func ask(_ model: any ServedModel, _ batches: [ReplayBatch], threads: Int) throws(MartletError) -> [ReplayAnswers] {
        let found = Mutex<[Int: Result<ReplayAnswers, MartletError>]>([:])
        let one: @Sendable (Int) -> Void = { place in
            let result: Result<ReplayAnswers, MartletError>
            do throws(MartletError) { result = .success(try batches[place].answered(by: model)) } catch { result = .failure(error) }
            found.withLock { $0[place] = result }
        }
        if threads == 1 || batches.count == 1 {
            batches.indices.forEach(one)
        } else {
            DispatchQueue.concurrentPerform(iterations: batches.count, execute: one)
        }
        var answers: [ReplayAnswers] = []
        for place in batches.indices { if let result = found.withLock({ $0[place] }) { answers.append(try result.get()) } }
        return answers
    }

    private mutating func add(_ answers: ReplayAnswers) {
        failed += answers.failed
        failure = failure ?? answers.failure
        modelSeconds += answers.seconds
        for (then, now) in answers.pairs {
            replayed += then.rowCount
            answered[then.model, default: 0] += then.rowCount
            for latency in then.latencies { logged.add(microseconds: latency) }
            comparison.add(then, now, model.signature.answer)
            var own = then
            own.answers = now
            own.answer = model.signature.answer
            for place in joined.indices {
                joined[place].then.add(then)
                joined[place].now.add(own)
            }
        }
    }
}
