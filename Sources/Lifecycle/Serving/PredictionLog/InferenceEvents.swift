internal import Settings
package import Support
internal import Synchronization

/// Where requests and answers are told to, as KServe's logger tells them: `log: {events: {to: ADDRESS, mode: all}}`.
package struct EventsPlan: Sendable, Equatable {
    package enum Mode: String, Sendable, CaseIterable { case all, request, response }

    /// An address, or a reference to one.
    package var to: String
    package var mode: Mode
    /// Whether it may be on this machine or in a private network.
    package var allowsPrivate: Bool
    package var place: SourcePlace?

    init(_ node: SettingsNode) throws(MartletError) {
        _ = try node.mapping(keys: ["to", "mode", "private"])
        let address = try node.required("to")
        to = try address.string()
        place = address.place
        mode = try node["mode"]?.choice() ?? .all
        allowsPrivate = try node["private"]?.bool() ?? false
    }
}

/// What became of the events about requests, since this process began.
package struct InferenceEventCounts: Sendable, Equatable {
    /// Events that the receiver took.
    package var sent = 0
    /// Events that it refused, or that could not be brought to it.
    package var failed = 0
    /// Events of requests that found the queue full.
    package var dropped = 0
    /// Events that wait.
    package var queued = 0

    package var json: JSONValue {
        ["sent": JSONValue(sent), "failed": JSONValue(failed), "dropped": JSONValue(dropped), "queued": JSONValue(queued)]
    }
}

/// The answered requests that are still to be told. Taking one in costs nothing but memory, of which there is a bound: who does not keep up loses
/// events, which are counted, and slows nobody.
package final class InferenceEvents: Sendable {
    private struct State {
        var waiting: [PredictionBatch] = []
        /// The first of `waiting` that has not been taken.
        var next = 0
        var rows = 0
        /// Requests that were taken and are not settled.
        var underway = 0
        var counts = InferenceEventCounts()
    }

    /// Requests that may wait, and rows.
    private static let (limit, rowLimit) = (4096, 65_536)

    package let plan: EventsPlan
    private let state = Mutex(State())

    init(_ plan: EventsPlan) { self.plan = plan }

    /// Events of a request.
    private var each: Int { plan.mode == .all ? 2 : 1 }

    /// Takes an answered request in, as it may be logged, or counts its events as dropped.
    func offer(_ batch: PredictionBatch) {
        guard !batch.ids.isEmpty else { return }
        state.withLock { state in
            guard state.waiting.count - state.next < InferenceEvents.limit, state.rows + batch.ids.count <= InferenceEvents.rowLimit else {
                return state.counts.dropped += each
            }
            state.waiting.append(batch)
            state.rows += batch.ids.count
        }
    }

    /// Counts the events of a request that the log had no room for.
    func drop() { state.withLock { $0.counts.dropped += each } }

    /// The next request, for somebody who will settle it; nil where none waits.
    package func take() -> PredictionBatch? {
        state.withLock { state in
            guard state.next < state.waiting.count else { return nil }
            let batch = state.waiting[state.next]
            state.next += 1
            state.rows -= batch.ids.count
            state.underway += 1
            if state.next == state.waiting.count || state.next >= 1024 {
                state.waiting.removeFirst(state.next)
                state.next = 0
            }
            return batch
        }
    }

    /// Books what became of the events of a request.
    package func settle(sent: Int, failed: Int) {
        state.withLock { state in
            state.underway -= 1
            state.counts.sent += sent
            state.counts.failed += failed
        }
    }

    package var counts: InferenceEventCounts {
        state.withLock { state in
            var counts = state.counts
            counts.queued = (state.waiting.count - state.next + state.underway) * each
            return counts
        }
    }
}
