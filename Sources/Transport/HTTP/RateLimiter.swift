internal import Access
internal import Support
internal import Synchronization

/// How often each caller may ask for predictions: a bucket of tokens for each, which fills at a rate up to a burst.
package final class RateLimiter: Sendable {
    private struct Bucket {
        var tokens: Double
        /// When it had them.
        var at: Double
    }

    /// The most callers that are told apart; further ones share a bucket until some have been silent long enough for theirs to be full.
    private static let capacity = 10_000
    private static let others = "others"

    private let rate: Double
    private let burst: Double
    private let now: @Sendable () -> Double
    private let state = Mutex((buckets: [String: Bucket](), refused: 0))

    /// - Parameters:
    ///   - rate: requests in a second.
    ///   - burst: requests at once after a pause; at least 1.
    ///   - now: seconds on a clock that does not go back.
    package init(rate: Double, burst: Double, now: @escaping @Sendable () -> Double = monotonicSeconds) {
        self.rate = rate
        self.burst = max(1, burst)
        self.now = now
    }

    /// How many requests were refused.
    package var refused: Int { state.withLock { $0.refused } }

    /// Takes a token.
    /// - Returns: the seconds after which there will be one again; nil where there was one.
    package func wait(of key: String) -> Double? {
        let now = now()
        return state.withLock { state in
            let key = state.buckets[key] == nil ? place(key, in: &state.buckets, at: now) : key
            let wait = take(&state.buckets[key, default: Bucket(tokens: burst, at: now)], at: now)
            if wait != nil { state.refused += 1 }
            return wait
        }
    }

    /// Whether there is a token, which stays.
    func hasToken(_ key: String) -> Bool {
        let now = now()
        return state.withLock { state in
            guard let bucket = state.buckets[key] else { return state.buckets.count < RateLimiter.capacity }
            return bucket.tokens + max(0, now - bucket.at) * rate >= 1
        }
    }

    private func take(_ bucket: inout Bucket, at now: Double) -> Double? {
        bucket.tokens = min(burst, bucket.tokens + max(0, now - bucket.at) * rate)
        bucket.at = now
        guard bucket.tokens < 1 else {
            bucket.tokens -= 1
            return nil
        }
        return (1 - bucket.tokens) / rate
    }

    /// The bucket of a caller who has none.
    private func place(_ key: String, in buckets: inout [String: Bucket], at now: Double) -> String {
        guard buckets.count >= RateLimiter.capacity else { return key }
        // A bucket that is full again is like one that was never used. Looked for only where one shares the others' bucket, which is not often.
        buckets = buckets.filter { $0.value.tokens + (now - $0.value.at) * rate < burst }
        return buckets.count < RateLimiter.capacity ? key : RateLimiter.others
    }
}

extension RateLimiter {
    /// Refuses who asks too often.
    /// - Parameter address: where the request comes from, which tells callers apart where nobody is registered.
    /// - Returns: nil where the request may go on.
    func refusal(of caller: Caller, from address: String) -> MartletError? {
        guard let wait = wait(of: RateLimiter.key(caller, address)) else { return nil }
        let seconds = max(1, Int(min(86_400, wait.rounded(.up))))
        return MartletError(
            .tooManyAttempts,
            "You ask for predictions more often than serving.limit lets you. Try again in \(seconds) \(seconds == 1 ? "second" : "seconds"), or send more rows in a request.",
            retryAfter: seconds)
    }

    /// Whether a caller may ask now; the request is not counted.
    func lets(_ caller: Caller, from address: String) -> Bool { hasToken(RateLimiter.key(caller, address)) }

    private static func key(_ caller: Caller, _ address: String) -> String {
        switch caller.proof {
        case .loopback: "address:\(address)"
        case .token(let name): "token:\(caller.id)/\(name)"
        default: "principal:\(caller.id)"
        }
    }
}
