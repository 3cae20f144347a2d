internal import Support
internal import Synchronization

/// When the requests of a connection were there whole, for as long as the server behind has not answered them.
final class Arrivals: Sendable {
    private struct State {
        /// On the clock of `monotonicSeconds()`, the oldest first.
        var times: [Double] = []
        /// Requests that were answered before they were there whole.
        var answeredEarly = 0
    }

    private let state = Mutex(State())

    /// The oldest of them.
    var first: Double? { state.withLock { $0.times.first } }

    func arrive() {
        state.withLock { state in
            if state.answeredEarly > 0 { state.answeredEarly -= 1 } else { state.times.append(monotonicSeconds()) }
        }
    }

    func answer() {
        state.withLock { state in
            if state.times.isEmpty { state.answeredEarly += 1 } else { state.times.removeFirst() }
        }
    }
}
