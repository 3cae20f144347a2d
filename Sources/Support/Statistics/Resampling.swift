/// Draws rows with replacement. Each resample has a stream of its own, made from the seed and its number, so that the draws do not depend on
/// the order or the number of threads. SplitMix64 (Steele, Lea & Flood 2014): one addition a step, so that draws overlap in the processor.
struct ResampleDraws {
    private var state: UInt64

    init(seed: UInt64, resample: Int) {
        var mixed = ResampleDraws(state: seed)
        let first = mixed.next()
        var own = ResampleDraws(state: first ^ (UInt64(truncatingIfNeeded: resample) &* 0xD134_2543_DE82_EF95))
        state = own.next()
    }

    private init(state: UInt64) { self.state = state }

    @inline(__always)
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    /// Draws `count` rows with replacement and counts how often each was drawn. Two indexes come from each 64 random bits (Lemire's
    /// multiplication; its bias is below count / 2^32).
    mutating func count(into counts: UnsafeMutableBufferPointer<UInt16>) {
        counts.update(repeating: 0)
        let bound = UInt64(counts.count)
        for _ in 0..<counts.count / 2 {
            let bits = next()
            counts[Int(((bits >> 32) &* bound) >> 32)] &+= 1
            counts[Int(((bits & 0xFFFF_FFFF) &* bound) >> 32)] &+= 1
        }
        if counts.count % 2 == 1 { counts[Int(((next() >> 32) &* bound) >> 32)] &+= 1 }
    }
}
