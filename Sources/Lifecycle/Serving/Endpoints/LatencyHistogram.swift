/// Durations in buckets of 1/16 of a power of two: a quantile is at most 6.25 % above the true one, whatever the load.
package struct LatencyHistogram: Sendable, Equatable {
    private var counts = [UInt32](repeating: 0, count: 16 + 32 * 16)
    package private(set) var count = 0
    /// In microseconds.
    package private(set) var sum = 0.0

    package init() {}

    package mutating func add(microseconds: Int) {
        let bucket = LatencyHistogram.bucket(UInt64(max(0, microseconds)))
        counts[bucket] &+= 1
        count += 1
        sum += Double(microseconds)
    }

    package mutating func add(_ other: LatencyHistogram) {
        for i in counts.indices { counts[i] &+= other.counts[i] }
        count += other.count
        sum += other.sum
    }

    /// The durations that came after an earlier state of the same histogram.
    func since(_ earlier: LatencyHistogram) -> LatencyHistogram {
        var later = LatencyHistogram()
        for i in counts.indices { later.counts[i] = counts[i] &- earlier.counts[i] }
        later.count = count - earlier.count
        later.sum = sum - earlier.sum
        return later
    }

    /// A copy with memory of its own, so that the next duration finds this one's unshared and need not copy it.
    func detached() -> LatencyHistogram {
        var copy = self
        copy.counts = Array(unsafeUninitializedCapacity: counts.count) { buffer, made in
            for i in counts.indices { buffer.initializeElement(at: i, to: counts[i]) }
            made = counts.count
        }
        return copy
    }

    /// The upper edge, in milliseconds, of the bucket that holds the quantile; nil without durations.
    package func quantile(_ share: Double) -> Double? {
        guard count > 0 else { return nil }
        let rank = max(1, Int((share * Double(count)).rounded(.up)))
        var seen = 0
        for (bucket, amount) in counts.enumerated() {
            seen += Int(amount)
            if seen >= rank { return Double(LatencyHistogram.upperEdge(bucket)) / 1000 }
        }
        return Double(LatencyHistogram.upperEdge(counts.count - 1)) / 1000
    }

    /// How many durations are no longer than so many microseconds, those of a bucket that reaches beyond left out.
    package func count(upTo microseconds: Double) -> Int {
        var seen = 0
        for (bucket, amount) in counts.enumerated() {
            guard Double(LatencyHistogram.upperEdge(bucket)) <= microseconds else { break }
            seen += Int(amount)
        }
        return seen
    }

    /// In milliseconds; nil without durations.
    package var mean: Double? { count > 0 ? sum / Double(count) / 1000 : nil }

    private static func bucket(_ value: UInt64) -> Int {
        guard value >= 16 else { return Int(value) }
        let exponent = min(35, 63 - value.leadingZeroBitCount)
        let step = exponent == 35 && value >> 36 > 0 ? 15 : Int(value >> UInt64(exponent - 4) & 15)
        return 16 + (exponent - 4) * 16 + step
    }

    /// The largest whole number of microseconds in a bucket.
    private static func upperEdge(_ bucket: Int) -> UInt64 {
        guard bucket >= 16 else { return UInt64(bucket) }
        let exponent = UInt64((bucket - 16) / 16 + 4)
        let step = UInt64((bucket - 16) % 16)
        return (1 << exponent) + (step + 1) << (exponent - 4) - 1
    }
}
