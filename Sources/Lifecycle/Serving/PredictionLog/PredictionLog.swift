internal import Dispatch
package import Support
internal import Synchronization

/// The prediction log of one endpoint: rows are queued by `append` and written by a queue of its own, off the path of the answers.
///
/// Files in `<folder>/<endpoint>/`: numbered segments (`SegmentSchema`, `BlockHeader`, `SegmentFooter` describe the bytes), `counters`
/// (`CounterPage`), requests by the minute (`RequestMonth`) and `lock`. One process writes; any number read (`PredictionLogReader`).
package final class PredictionLog: Sendable {
    package let endpoint: String
    package let options: PredictionLogOptions
    /// What the previous process had left behind.
    package let recovery: PredictionLogRecovery

    /// The requests that somebody is to be told of; nil where nobody is.
    package let events: InferenceEvents?

    private let lock: OpenFile
    private let queue: Mutex<PredictionQueue>
    private let writer: Mutex<LogWriter>
    private let requests: Mutex<RequestCounter>
    private let dispatch: DispatchQueue

    /// Opens the log for writing and repairs what a killed process left.
    /// - Parameter folder: the project's `predictions` folder; made where it does not exist.
    /// - Throws: `conflict` where another process writes this log, `invalidInput` for a name that cannot be a folder's.
    package init(folder: String, endpoint: String, options: PredictionLogOptions, clock: any WallClock) throws(MartletError) {
        let path = try PredictionLogReader.path(folder: folder, endpoint: endpoint)
        try LogFolder.make(path)
        lock = try OpenFile("\(path)/lock", .write, create: true)
        guard lock.tryLock() else {
            throw MartletError(
                .conflict, "Another process is writing the predictions of endpoint “\(endpoint)”. Stop it, or serve under another name.")
        }
        let page = try CounterPage("\(path)/counters")
        var writer = LogWriter(path: path, endpoint: endpoint, options: options, clock: clock)
        var (recovery, written) = try writer.recover()
        recovery.lostRows = page.settle(written: written)
        self.recovery = recovery
        self.endpoint = endpoint
        self.options = options
        events = options.events.map(InferenceEvents.init)
        queue = Mutex(PredictionQueue(page: page, limit: options.queueLimit))
        self.writer = Mutex(writer)
        requests = Mutex(RequestCounter(path: path))
        dispatch = DispatchQueue(label: "martlet.predictions.\(endpoint)", qos: .utility)
    }

    /// Queues a batch; never waits.
    /// - Returns: false where the queue was full or the log is closed: the rows were dropped and counted.
    @discardableResult
    package func append(_ batch: PredictionBatch) -> Bool { enqueue(batch, done: nil) }

    /// Queues a batch and waits until it is with the operating system.
    /// - Throws: `unavailable` where the queue is full, `storageFull` or `inputOutput` where it cannot be written.
    package func appendDurably(_ batch: PredictionBatch) async throws(MartletError) {
        let failure: MartletError? = await withCheckedContinuation { continuation in
            let queued = enqueue(batch) { continuation.resume(returning: $0) }
            guard !queued else { return }
            continuation.resume(returning: MartletError(.unavailable, "The prediction log of “\(endpoint)” cannot keep up. Try again in a moment."))
        }
        if let failure { throw failure }
    }

    /// Appends as the endpoint's settings say: at once, or waiting where they ask for `durable`.
    package func record(_ batch: PredictionBatch) async throws(MartletError) {
        switch options.mode {
        case .async: append(batch)
        case .durable: try await appendDurably(batch)
        }
    }

    /// Counts a request, by the minute: what an error rate is known from, also by another process and after this one has died.
    package func count(_ outcome: RequestCounts.Outcome, at now: Timestamp) { requests.withLock { $0.count(outcome, at: now) } }

    private func enqueue(_ batch: PredictionBatch, done: (@Sendable (MartletError?) -> Void)?) -> Bool {
        let batch = sampled(batch)
        let (taken, wake) = queue.withLock { $0.take(batch, done: done) }
        if !taken { events?.drop() }
        switch wake {
        case .none: break
        case .now: dispatch.async { self.write(isPaced: true) }
        case .soon: dispatch.asyncAfter(deadline: .now() + min(1, options.flushInterval)) { self.write(isPaced: true) }
        }
        return taken
    }

    /// The rows that the sample takes: decided by the identifier, so that the same row is always decided alike.
    private func sampled(_ batch: PredictionBatch) -> PredictionBatch {
        guard options.sample < 1 else { return batch }
        let kept = batch.ids.indices.filter { i in
            Double(mixed(batch.ids[i].low ^ batch.ids[i].high) >> 11) * 0x1p-53 < options.sample
        }
        queue.withLock { $0.sampledOut += batch.ids.count - kept.count }
        return batch.rows(kept)
    }

    /// Writes everything that waits. Runs on `dispatch` only.
    /// - Parameter isPaced: whether nobody waits for it, so that the threads that answer may go first.
    private func write(isPaced: Bool = false) {
        let (written, outcome) = writer.withLock { writer in
            var waiting = takeWaiting()
            let mayRest = isPaced && waiting.allSatisfy { $0.done == nil }
            let pace = WriterPace { mayRest && self.queue.withLock { $0.rows < PredictionLog.unrest } }
            let outcome = writer.write(&waiting, pace)
            return (waiting, outcome)
        }
        guard !written.isEmpty else { return }
        queue.withLock { $0.settle(written, outcome) }
        for (entry, error) in zip(written, outcome) { entry.done?(error) }
    }

    /// Everything that waits, as it may be kept.
    private func takeWaiting() -> [PredictionQueue.Entry] {
        var waiting = queue.withLock { $0.takeAll() }
        if !options.privacy.isEmpty { for place in waiting.indices { waiting[place].batch = options.privacy.applied(to: waiting[place].batch) } }
        if let events { for entry in waiting { events.offer(entry.batch) } }
        return waiting
    }

    /// As soon as so many rows wait, the writer rests no more.
    private static let unrest = 4 * BlockBuilder.rowLimit

    /// Writes what waits and returns when it is with the operating system. Blocks: not for the hot path.
    package func flush() { dispatch.sync { write() } }

    /// Writes what waits and closes the segment; later rows are dropped and counted.
    package func close() {
        queue.withLock { $0.isClosed = true }
        dispatch.sync {
            write()
            if writer.withLock({ $0.closeSegment() }) { queue.withLock { $0.settleAll() } }
        }
    }

    /// Removes the segments whose last prediction is older than `keep`, and the request counts of that time. Also done whenever a segment is begun.
    /// - Returns: the number of segments removed.
    @discardableResult
    package func applyRetention() -> Int { dispatch.sync { writer.withLock { $0.applyRetention() } } }

    /// Removes rows by their identifiers from the files, those that wait to be written included. Blocks until it is done.
    /// - Returns: the number of rows that went.
    package func remove(_ ids: Set<TimeOrderedID>) throws(MartletError) -> Int {
        try removing { writer throws(MartletError) in try writer.remove(ids) }
    }

    /// Removes the rows answered before a moment, except those of keys that are held, to the row: unlike `applyRetention`, which lets whole
    /// segments go.
    /// - Returns: how many rows went, and how many stayed because they are held.
    package func remove(before limit: Timestamp, holding held: Set<String>) throws(MartletError) -> (removed: Int, held: Int) {
        try removing { writer throws(MartletError) in try writer.remove(before: limit, holding: held) }
    }

    /// Writes what waits and closes the segment; what comes later begins another.
    package func closeSegment() throws(MartletError) { _ = try removing { writer throws(MartletError) in writer.closeSegment() } }

    /// Puts the copy of a segment in its place that was written to `unfinished`.
    /// - Returns: false where the segment has changed since, or is gone: the copy is thrown away.
    package func publish(_ segment: LogSegment) throws(MartletError) -> Bool {
        let outcome: Result<Bool, MartletError> = dispatch.sync {
            writer.withLock { writer in
                do throws(MartletError) { return .success(try writer.publish(segment)) } catch { return .failure(error) }
            }
        }
        return try outcome.get()
    }

    private func removing<Value: Sendable>(_ body: @Sendable (inout LogWriter) throws(MartletError) -> Value) throws(MartletError) -> Value {
        let outcome: Result<Value, MartletError> = dispatch.sync {
            write()
            defer { queue.withLock { $0.settleAll() } }
            return writer.withLock { writer in
                do throws(MartletError) { return .success(try body(&writer)) } catch { return .failure(error) }
            }
        }
        return try outcome.get()
    }

    /// What became of the rows so far.
    package var counts: PredictionLogCounts { queue.withLock { $0.counts } }

    /// A reader of this log, with everything that was accepted so far.
    package func reader() -> PredictionLogReader {
        flush()
        return PredictionLogReader(path: writer.withLock { $0.path })
    }
}
