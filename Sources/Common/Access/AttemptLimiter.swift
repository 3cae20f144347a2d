package import Support
internal import Synchronization

/// Slows down whoever guesses: after some failures, further attempts are refused for a while that doubles.
///
/// Failures count for a name from an address, which a few are enough for; for a name from anywhere and for an address with any name, where many
/// are, so that one person's mistakes lock out nobody else. They are forgotten a quarter of an hour after the last.
package final class AttemptLimiter: Sendable {
    /// What is counted.
    package struct Attempt: Sendable {
        package var name: String
        package var address: String

        package init(name: String, address: String) {
            self.name = name
            self.address = address
        }

        /// What it is counted by, each with the failures that are free.
        fileprivate var keys: [(key: String, free: Int)] {
            [("pair:\(address) \(name)", 5), ("name:\(name)", 50), ("address:\(address)", 50)]
        }
    }

    private struct Failures {
        var count = 0
        var last: Timestamp
        var until = Timestamp(microseconds: 0)
    }

    /// The longest wait, and how long failures are remembered, in seconds.
    private static let longest = 900.0
    /// The most keys that are remembered; beyond it those that are forgotten anyway are removed, and no new ones are taken up.
    private static let capacity = 30_000

    private let clock: any WallClock
    private let failures = Mutex<[String: Failures]>([:])

    package init(clock: any WallClock) { self.clock = clock }

    /// - Throws: `tooManyAttempts` with the seconds to wait.
    package func admit(_ attempt: Attempt) throws(MartletError) {
        let now = clock.now()
        let wait = failures.withLock { failures in
            attempt.keys.compactMap { failures[$0.key]?.until.seconds }.max().map { $0 - now.seconds } ?? 0
        }
        guard wait > 0 else { return }
        let seconds = Int(wait.rounded(.up))
        throw MartletError(.tooManyAttempts, "Too many failed attempts. Try again in \(seconds) seconds.", retryAfter: seconds)
    }

    /// Counts a failure.
    package func failed(_ attempt: Attempt) {
        let now = clock.now()
        failures.withLock { failures in
            if failures.count > AttemptLimiter.capacity { failures = failures.filter { AttemptLimiter.isRemembered($0.value, at: now) } }
            for (key, free) in attempt.keys where failures.count <= AttemptLimiter.capacity || failures[key] != nil {
                var entry = failures[key].flatMap { AttemptLimiter.isRemembered($0, at: now) ? $0 : nil } ?? Failures(last: now)
                entry.count += 1
                entry.last = now
                if entry.count > free {
                    let wait = Double(sign: .plus, exponent: min(entry.count - free, 20), significand: 1)
                    entry.until = now.advanced(bySeconds: min(AttemptLimiter.longest, wait))
                }
                failures[key] = entry
            }
        }
    }

    private static func isRemembered(_ failures: Failures, at now: Timestamp) -> Bool {
        now < failures.until || now.seconds - failures.last.seconds < longest
    }

    /// Forgets the failures of a name from an address after a success. What guesses at other names have counted stays.
    package func succeeded(_ attempt: Attempt) {
        failures.withLock { failures in failures[attempt.keys[0].key] = nil }
    }
}
