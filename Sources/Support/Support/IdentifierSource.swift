import Synchronization

/// Makes time-ordered identifiers: ascending within one source, even within a millisecond. Seeded for tests, random in production.
package final class IdentifierSource: Sendable {
    private struct State {
        var random: RandomSource
        var last: TimeOrderedID?
    }

    private let clock: any WallClock
    private let state: Mutex<State>

    package init(clock: any WallClock, seed: UInt64? = nil) {
        self.clock = clock
        var system = SystemRandomNumberGenerator()
        state = Mutex(State(random: RandomSource(seed: seed ?? system.next()), last: nil))
    }

    package func next() -> TimeOrderedID {
        let now = clock.now()
        return state.withLock { state in
            var id = TimeOrderedID(at: now, random: &state.random)
            if let last = state.last, id <= last {
                let (low, overflow) = last.low.addingReportingOverflow(1 + state.random.next() >> 40)
                id = TimeOrderedID(high: overflow ? last.high + 1 : last.high, low: low)
            }
            state.last = id
            return id
        }
    }

    package func nextRun() -> RunID { RunID(rawValue: next().description) }
}
