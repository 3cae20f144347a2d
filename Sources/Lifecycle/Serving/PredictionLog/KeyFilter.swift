/// A Bloom filter (B. Bloom, 1970) over the caller's keys of one block: says “surely not here” without reading the block.
///
/// Ten bits or more a key and six probes: about one block in a hundred is read in vain. Probes by double hashing
/// (Kirsch & Mitzenmacher, 2006) of FNV-1a.
struct KeyFilter {
    private(set) var bits: [UInt8]

    /// An empty filter with room for `keys` distinct keys.
    init(keys: Int) {
        var size = 64
        while size < keys * 10 { size *= 2 }
        bits = [UInt8](repeating: 0, count: size / 8)
    }

    /// A filter read from a block; its size is a power of two, at least eight bytes.
    init?(bits: [UInt8]) {
        guard bits.count >= 8, bits.count & (bits.count - 1) == 0 else { return nil }
        self.bits = bits
    }

    mutating func insert(_ key: String) {
        for position in positions(of: key) { bits[position >> 3] |= 1 << UInt8(position & 7) }
    }

    /// False where the key is surely absent.
    func mayContain(_ key: String) -> Bool {
        positions(of: key).allSatisfy { bits[$0 >> 3] >> UInt8($0 & 7) & 1 == 1 }
    }

    private func positions(of key: String) -> [Int] {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in key.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        let first = mixed(hash)
        let step = mixed(first) | 1
        let mask = UInt64(bits.count) * 8 - 1
        return (0..<6).map { Int((first &+ $0 &* step) & mask) }
    }
}

/// The last step of SplitMix64: spreads every bit of a word over all of them.
func mixed(_ word: UInt64) -> UInt64 {
    var z = word
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
}
