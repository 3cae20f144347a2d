import HTTP
import Support
import Synchronization
import Testing

@Suite("A limit for each caller")
struct RateLimiterTests {
    /// Seconds that a test moves.
    private final class Clock: Sendable {
        private let seconds = Mutex(1000.0)
        var now: Double { seconds.withLock { $0 } }
        func advance(_ by: Double) { seconds.withLock { $0 += by } }
    }

    private let clock = Clock()

    private func limiter(rate: Double, burst: Double) -> RateLimiter { RateLimiter(rate: rate, burst: burst, now: { [clock] in clock.now }) }

    @Test("lets a burst through, then as many as the rate says, and tells how long to wait") func bucket() throws {
        let limiter = limiter(rate: 2, burst: 3)
        #expect((0..<3).allSatisfy { _ in limiter.wait(of: "a") == nil })
        #expect(limiter.wait(of: "a") == 0.5)
        clock.advance(0.25)
        #expect(limiter.wait(of: "a") == 0.25, "Being refused costs nothing.")
        clock.advance(0.25)
        #expect(limiter.wait(of: "a") == nil && limiter.wait(of: "a") == 0.5)
        clock.advance(1000)
        #expect((0..<3).allSatisfy { _ in limiter.wait(of: "a") == nil } && limiter.wait(of: "a") != nil, "A pause saves no more than a burst.")
        #expect(limiter.refused == 4)
    }

    @Test("is each caller's own") func separate() {
        let limiter = limiter(rate: 1, burst: 1)
        #expect(limiter.wait(of: "a") == nil && limiter.wait(of: "b") == nil && limiter.wait(of: "a") != nil && limiter.wait(of: "b") != nil)
    }

    @Test("holds where callers are without number: the rest share one, until others have been silent") func bounded() {
        let limiter = limiter(rate: 1, burst: 1)
        for caller in 0..<10_000 { _ = limiter.wait(of: "caller \(caller)") }
        #expect(limiter.wait(of: "one more") == nil)
        #expect(limiter.wait(of: "and another") != nil, "Both have the same bucket.")
        clock.advance(2)
        #expect(limiter.wait(of: "one more") == nil && limiter.wait(of: "and another") == nil)
    }
}
