import Support

/// The rows that wait to be written, and the counters that outlive the process. Lives inside a mutex.
struct PredictionQueue {
    /// A batch in the queue.
    struct Entry: Sendable {
        var batch: PredictionBatch
        /// The number of rows accepted up to the last of this batch.
        var endOrdinal: UInt64
        /// Told when the batch is with the operating system, or why not.
        var done: (@Sendable (MartletError?) -> Void)?
    }

    /// When the writer must be woken.
    enum Wake { case none, soon, now }

    let page: CounterPage
    let limit: Int
    var isClosed = false
    var sampledOut = 0
    private var entries: [Entry] = []
    private(set) var rows = 0
    private var isTimerSet = false
    private var isWoken = false
    private var error: MartletError?

    init(page: CounterPage, limit: Int) {
        self.page = page
        self.limit = limit
    }

    /// Takes a batch in, or counts it as dropped.
    mutating func take(_ batch: PredictionBatch, done: (@Sendable (MartletError?) -> Void)?) -> (taken: Bool, wake: Wake) {
        let count = batch.ids.count
        guard !isClosed, batch.isConsistent, rows + count <= limit else {
            page[.dropped] += UInt64(count)
            return (false, .none)
        }
        guard count > 0 || done != nil else { return (true, .none) }
        page[.accepted] += UInt64(count)
        entries.append(Entry(batch: batch, endOrdinal: page[.accepted], done: done))
        rows += count
        return (true, wake(urgent: done != nil))
    }

    private mutating func wake(urgent: Bool) -> Wake {
        if urgent || rows >= BlockBuilder.rowLimit {
            guard !isWoken else { return .none }
            isWoken = true
            return .now
        }
        guard !isTimerSet, !isWoken else { return .none }
        isTimerSet = true
        return .soon
    }

    /// Hands everything to the writer, the batches of each version together: while several share the requests, blocks would else hold a row or two.
    mutating func takeAll() -> [Entry] {
        let all = PredictionQueue.grouped(entries)
        entries = []
        rows = 0
        isTimerSet = false
        isWoken = false
        return all
    }

    /// The batches by version, each version's in their order, with ordinals in the new order.
    private static func grouped(_ entries: [Entry]) -> [Entry] {
        guard let first = entries.first, entries.contains(where: { $0.batch.model != first.batch.model }) else { return entries }
        var places: [ModelStamp: Int] = [:]
        for entry in entries where places[entry.batch.model] == nil { places[entry.batch.model] = places.count }
        var groups = Array(repeating: [Entry](), count: places.count)
        for entry in entries { groups[places[entry.batch.model] ?? 0].append(entry) }
        var ordinal = first.endOrdinal - UInt64(first.batch.ids.count)
        return groups.joined().map { entry in
            ordinal += UInt64(entry.batch.ids.count)
            var entry = entry
            entry.endOrdinal = ordinal
            return entry
        }
    }

    /// Books what the writer did: one outcome a batch, nil for written.
    mutating func settle(_ written: [Entry], _ outcome: [MartletError?]) {
        for (entry, failure) in zip(written, outcome) {
            guard failure != nil else { continue }
            page[.failed] += UInt64(entry.batch.ids.count)
            page[.settled] = max(page[.settled], entry.endOrdinal)
        }
        error = outcome.last ?? error
    }

    /// Books that all accepted rows are in closed segments, or counted as failed.
    mutating func settleAll() { page[.settled] = page[.accepted] }

    var counts: PredictionLogCounts {
        var counts = PredictionLogCounts()
        counts.accepted = Int(clamping: page[.accepted])
        counts.dropped = Int(clamping: page[.dropped])
        counts.failed = Int(clamping: page[.failed])
        counts.lost = Int(clamping: page[.lost])
        counts.sampledOut = sampledOut
        counts.error = error?.message
        return counts
    }
}
