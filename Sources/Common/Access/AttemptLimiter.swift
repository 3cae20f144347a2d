package import Support
internal import Synchronization

/// Slows down whoever guesses: after some failures for a name or from an address, further attempts are refused for a while that doubles.
package final class AttemptLimiter: Sendable {
    private struct Failures {
        var count = 0
        var until = Timestamp(microseconds: 0)
    }

    /// Failures that are free.
    private static let free = 5
    /// The longest wait, in seconds.
    private static let longest = 900.0
    /// The most names and addresses that are remembered; beyond it those whose wait is over are forgotten, and no new ones are taken up.
    private static let capacity = 10_000

    private let clock: any WallClock
    private let failures = Mutex<[String: Failures]>([:])

    package init(clock: any WallClock) { self.clock = clock }

    /// - Parameter keys: what the attempt is counted by: the name, the address.
    /// - Throws: `unavailable` with the seconds to wait.
    package func admit(_ keys: [String]) throws(MartletError) {
        let now = clock.now()
        let wait = failures.withLock { failures in keys.compactMap { failures[$0]?.until.seconds }.max().map { $0 - now.seconds } ?? 0 }
        guard wait > 0 else { return }
        throw MartletError(.tooManyAttempts, "Too many failed attempts. Try again in \(Int(wait.rounded(.up))) seconds.")
    }

    /// Counts a failure.
    package func failed(_ keys: [String]) {
        let now = clock.now()
        failures.withLock { failures in
            if failures.count > AttemptLimiter.capacity { failures = failures.filter { $0.value.until > now } }
            for key in keys where failures.count <= AttemptLimiter.capacity || failures[key] != nil {
                var entry = failures[key] ?? Failures()
                entry.count += 1
                if entry.count > AttemptLimiter.free {
                    let doublings = Double(min(entry.count - AttemptLimiter.free, 20))
                    entry.until = now.advanced(bySeconds: min(AttemptLimiter.longest, Double(sign: .plus, exponent: Int(doublings), significand: 1)))
                }
                failures[key] = entry
            }
        }
    }

    /// Forgets the failures after a success.
    package func succeeded(_ keys: [String]) { failures.withLock { failures in for key in keys { failures[key] = nil } } }
}
