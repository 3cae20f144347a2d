import Synchronization

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Where the time of day comes from. Passed in, never read from the environment, so that tests and rehearsals set it.
package protocol WallClock: Sendable {
    func now() -> Timestamp
}

/// The machine's clock.
package struct SystemClock: WallClock {
    package init() {}

    package func now() -> Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000)
    }
}

/// A clock that stands still until it is moved: for tests and for the time lapse of the demo.
package final class ManualClock: WallClock {
    private let time: Mutex<Timestamp>

    package init(_ start: Timestamp) { time = Mutex(start) }

    package func now() -> Timestamp { time.withLock { $0 } }

    /// Moves the clock to a later moment; an earlier one is ignored, since time does not run backwards.
    package func advance(to moment: Timestamp) { time.withLock { $0 = max($0, moment) } }

    package func advance(bySeconds seconds: Double) { time.withLock { $0 = $0.advanced(bySeconds: max(0, seconds)) } }
}

/// Seconds on a clock that only ever runs forward; for durations.
package func monotonicSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1_000_000_000
}
