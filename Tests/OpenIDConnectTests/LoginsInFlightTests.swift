import OpenIDConnect
import Support
import Synchronization
import TestSupport
import Testing

/// Texts that count up.
private final class Counter: Sendable {
    private let count = Mutex(0)
    @Sendable func next() -> String {
        count.withLock {
            $0 += 1
            return "secret \($0)"
        }
    }
}

@Suite("A sign-in under way")
struct LoginsInFlightTests {
    private let clock = ManualClock(Mint.now)

    private func flights(capacity: Int = 2000, share: Int = 100) -> LoginsInFlight<String> {
        LoginsInFlight(clock: clock, capacity: capacity, share: share, secret: Counter().next)
    }

    @Test("is found by its state in its own browser, at its own provider, once")
    func once() throws {
        let flights = flights()
        let attempt = flights.begin("company", from: "a", for: "home")
        #expect(Set([attempt.state, attempt.nonce, attempt.verifier, attempt.browser]).count == 4)
        #expect(errorText { try flights.take("guess", provider: "company", browser: attempt.browser) }.contains("not known"))
        #expect(errorText { try flights.take(nil, provider: "company", browser: attempt.browser) }.contains("not known"))
        #expect(errorText { try flights.take(attempt.state, provider: "other", browser: attempt.browser) }.contains("not known"))
        #expect(errorText { try flights.take(attempt.state, provider: "company", browser: nil) }.contains("another browser"))
        #expect(errorText { try flights.take(attempt.state, provider: "company", browser: "foreign") }.contains("another browser"))
        let taken = try flights.take(attempt.state, provider: "company", browser: attempt.browser)
        #expect(taken.purpose == "home" && taken.nonce == attempt.nonce)
        #expect(errorText { try flights.take(attempt.state, provider: "company", browser: attempt.browser) }.contains("used already"))
    }

    @Test("is over after ten minutes") func age() throws {
        let flights = flights()
        let attempt = flights.begin("company", from: "a", for: "")
        clock.advance(bySeconds: 600)
        #expect(errorText { try flights.take(attempt.state, provider: "company", browser: attempt.browser) }.contains("10 minutes"))
        _ = flights.begin("company", from: "a", for: "")
        #expect(flights.count == 1)
    }

    @Test("The oldest make room: of one address first, then of all") func room() throws {
        let flights = flights(capacity: 5, share: 3)
        let other = flights.begin("company", from: "other", for: "")
        let flood = (0..<50).map { _ in flights.begin("company", from: "flood", for: "") }
        #expect(flights.count == 4)
        #expect(errorText { try flights.take(flood[46].state, provider: "company", browser: flood[46].browser) }.contains("not known"))
        #expect(try flights.take(flood[47].state, provider: "company", browser: flood[47].browser).state == flood[47].state)
        #expect(try flights.take(other.state, provider: "company", browser: other.browser).state == other.state)
        for address in ["a", "b", "c", "d", "e", "f"] { _ = flights.begin("company", from: address, for: "") }
        #expect(flights.count == 5)
    }
}
