internal import Digests
package import Support
internal import Synchronization

/// A sign-in that was begun: what is sent along, and what its answer is held against.
package struct LoginAttempt<Purpose: Sendable>: Sendable {
    package var provider: String
    /// What the provider gives back, so that the answer finds this attempt.
    package var state: String
    /// What the ID token must hold.
    package var nonce: String
    /// The secret of PKCE (RFC 7636), of which the provider is told the hash at first.
    package var verifier: String
    /// The secret in the cookie of the browser that began.
    package var browser: String
    package var begun: Timestamp
    /// What it is for.
    package var purpose: Purpose
}

/// The sign-ins that wait for their answer: limited in number and age, each for the browser that began it, and for one use.
package final class LoginsInFlight<Purpose: Sendable>: Sendable {
    private struct Entry {
        var attempt: LoginAttempt<Purpose>
        var address: String
        var order: Int
    }

    private struct Entries {
        var byState: [Digest: Entry] = [:]
        var count = 0
    }

    private let clock: any WallClock
    private let secret: @Sendable () -> String
    private let capacity: Int
    private let share: Int
    private let entries = Mutex(Entries())

    /// - Parameters:
    ///   - secret: makes a random text that nobody guesses.
    ///   - capacity: how many wait at a time; the oldest make room.
    ///   - share: how many of them may have been begun from one address.
    package init(clock: any WallClock, capacity: Int = 2000, share: Int = 100, secret: @escaping @Sendable () -> String) {
        self.clock = clock
        self.capacity = max(1, capacity)
        self.share = max(1, share)
        self.secret = secret
    }

    /// Begins an attempt.
    /// - Parameter address: where it is begun from.
    package func begin(_ provider: String, from address: String, for purpose: Purpose) -> LoginAttempt<Purpose> {
        let attempt = LoginAttempt(
            provider: provider, state: secret(), nonce: secret(), verifier: secret(), browser: secret(), begun: clock.now(), purpose: purpose)
        let horizon = attempt.begun.advanced(bySeconds: -LoginCookie.lifetime)
        entries.withLock { entries in
            entries.byState = entries.byState.filter { $0.value.attempt.begun > horizon }
            LoginsInFlight.makeRoom(in: &entries, for: share) { $0.address == address }
            LoginsInFlight.makeRoom(in: &entries, for: capacity) { _ in true }
            entries.count += 1
            entries.byState[Digest(of: attempt.state)] = Entry(attempt: attempt, address: address, order: entries.count)
        }
        return attempt
    }

    /// Forgets the oldest of some entries, so that one more fits.
    private static func makeRoom(in entries: inout Entries, for limit: Int, _ isMeant: (Entry) -> Bool) {
        let meant = entries.byState.filter { isMeant($0.value) }.sorted { $0.value.order < $1.value.order }
        for (key, _) in meant.prefix(max(0, meant.count - limit + 1)) { entries.byState[key] = nil }
    }

    /// The attempt that an answer belongs to, which thereby is used up. One from another browser does not use it up.
    /// - Parameter browser: what the browser's cookie holds.
    /// - Throws: `unauthenticated` where there is none: an unknown or used one, one that is too old, or one of another browser.
    package func take(_ state: String?, provider: String, browser: String?) throws(MartletError) -> LoginAttempt<Purpose> {
        let key = Digest(of: state ?? "")
        let horizon = clock.now().advanced(bySeconds: -LoginCookie.lifetime)
        guard let attempt = entries.withLock({ $0.byState[key]?.attempt }), attempt.begun > horizon, attempt.provider == provider else {
            throw MartletError(
                .unauthenticated,
                "This sign-in is not known: it was used already, it took longer than 10 minutes, or the server was started anew. Sign in again.")
        }
        guard let browser, constantTimeEquals(browser, attempt.browser) else {
            throw MartletError(
                .unauthenticated,
                "This sign-in was begun in another browser, under another name of this server, or its cookie was refused. Sign in again in one browser."
            )
        }
        guard entries.withLock({ $0.byState.removeValue(forKey: key) }) != nil else {
            throw MartletError(.unauthenticated, "This sign-in was used already. Sign in again.")
        }
        return attempt
    }

    /// How many wait now.
    package var count: Int { entries.withLock { $0.byState.count } }
}

/// The cookie that ties a sign-in to the browser which began it.
package enum LoginCookie {
    package static let name = "martlet_login"
    /// How long a sign-in may take, in seconds.
    package static let lifetime = 600.0
}
