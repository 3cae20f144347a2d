import Support
internal import Synchronization

/// What became of spans.
package struct SpanCounts: Sendable, Equatable {
    package var sent = 0
    /// Spans that the receiver refused, or that could not be brought to it.
    package var failed = 0
    /// Spans for which the queue had no room.
    package var dropped = 0

    package init(sent: Int = 0, failed: Int = 0, dropped: Int = 0) {
        self.sent = sent
        self.failed = failed
        self.dropped = dropped
    }
}

/// The traced requests that are still to be sent. There is a bound: where the receiver is slow or away, spans are lost and counted, and no answer waits.
package final class SpanQueue: Sendable {
    private struct State {
        var waiting: [RequestSpans] = []
        var counts = SpanCounts()
    }

    private let limit: Int
    private let state = Mutex(State())

    /// - Parameter limit: requests that may wait.
    package init(limit: Int = 4096) { self.limit = limit }

    func offer(_ spans: RequestSpans) {
        state.withLock { state in
            if state.waiting.count < limit { state.waiting.append(spans) } else { state.counts.dropped += spans.spans.count }
        }
    }

    package var counts: SpanCounts { state.withLock { $0.counts } }

    package var isEmpty: Bool { state.withLock { $0.waiting.isEmpty } }

    /// The oldest of them, at most so many requests.
    func take(_ most: Int) -> [RequestSpans] {
        state.withLock { state in
            let taken = Array(state.waiting.prefix(most))
            state.waiting.removeFirst(taken.count)
            return taken
        }
    }

    func settle(sent: Int = 0, failed: Int = 0) {
        state.withLock { state in
            state.counts.sent += sent
            state.counts.failed += failed
        }
    }
}
