import Tables

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Builds codes and a dictionary from DuckDB's strings, in order of first appearance: a hash table with open addressing over the engine's own
/// 16-byte form, so that a text that was seen before costs no allocation.
struct TextDictionary {
    private(set) var codes: [Int32] = []
    private var dictionary: [String] = []
    /// First and second word of each entry: for texts up to 12 bytes their whole form, else length with prefix, and the hash.
    private var keys: [(UInt64, UInt64)] = []
    /// Bytes of the long entries, and where each begins.
    private var bytes: [UInt8] = []
    private var starts: [Int] = []
    /// Codes by hash, -1 where free; the count is a power of two.
    private var slots = [Int32](repeating: -1, count: 64)

    mutating func reserve(_ rows: Int) { codes.reserveCapacity(rows) }

    mutating func appendMissing() { codes.append(-1) }

    /// Appends a text as it lies in a vector: `words` are its 16 bytes.
    mutating func append(_ words: (UInt64, UInt64)) {
        let length = Int(UInt32(truncatingIfNeeded: words.0))
        if length <= 12 {
            codes.append(shortCode(words, length))
        } else {
            guard let start = UnsafeRawPointer(bitPattern: UInt(words.1)) else { return appendMissing() }
            codes.append(longCode(words.0, UnsafeRawBufferPointer(start: start, count: length)))
        }
    }

    /// The codes with their dictionary.
    consuming func finish() -> TextValues { TextValues(codes: codes, dictionary: dictionary) }

    private mutating func shortCode(_ words: (UInt64, UInt64), _ length: Int) -> Int32 {
        var slot = Int(truncatingIfNeeded: Self.mix(words.0 ^ Self.mix(words.1))) & (slots.count - 1)
        while slots[slot] >= 0 {
            let key = keys[Int(slots[slot])]
            if key.0 == words.0, key.1 == words.1 { return slots[slot] }
            slot = (slot + 1) & (slots.count - 1)
        }
        let text = withUnsafeBytes(of: words) { String(decoding: UnsafeRawBufferPointer(rebasing: $0[4..<4 + length]), as: UTF8.self) }
        return insert(text, words, at: slot, start: -1)
    }

    private mutating func longCode(_ first: UInt64, _ text: UnsafeRawBufferPointer) -> Int32 {
        let hash = Self.hash(text)
        var slot = Int(truncatingIfNeeded: Self.mix(first ^ Self.mix(hash))) & (slots.count - 1)
        while slots[slot] >= 0 {
            let code = Int(slots[slot])
            if keys[code].0 == first, keys[code].1 == hash, isEqual(code, text) { return slots[slot] }
            slot = (slot + 1) & (slots.count - 1)
        }
        let start = bytes.count
        bytes.append(contentsOf: text)
        return insert(String(decoding: text, as: UTF8.self), (first, hash), at: slot, start: start)
    }

    private func isEqual(_ code: Int, _ text: UnsafeRawBufferPointer) -> Bool {
        let start = starts[code]
        guard start >= 0, start + text.count <= bytes.count, let other = text.baseAddress else { return false }
        return bytes.withUnsafeBytes { known in known.baseAddress.map { memcmp($0 + start, other, text.count) == 0 } ?? false }
    }

    private mutating func insert(_ text: String, _ key: (UInt64, UInt64), at slot: Int, start: Int) -> Int32 {
        let code = Int32(truncatingIfNeeded: dictionary.count)
        dictionary.append(text)
        keys.append(key)
        starts.append(start)
        slots[slot] = code
        if dictionary.count * 2 > slots.count { grow() }
        return code
    }

    private mutating func grow() {
        var larger = [Int32](repeating: -1, count: slots.count * 4)
        for (code, key) in keys.enumerated() {
            var slot = Int(truncatingIfNeeded: Self.mix(key.0 ^ Self.mix(key.1))) & (larger.count - 1)
            while larger[slot] >= 0 { slot = (slot + 1) & (larger.count - 1) }
            larger[slot] = Int32(truncatingIfNeeded: code)
        }
        slots = larger
    }

    /// Spreads a word's bits (the finaliser of MurmurHash3).
    @inline(__always)
    private static func mix(_ word: UInt64) -> UInt64 {
        var word = word
        word = (word ^ (word >> 33)) &* 0xFF51_AFD7_ED55_8CCD
        word = (word ^ (word >> 33)) &* 0xC4CE_B9FE_1A85_EC53
        return word ^ (word >> 33)
    }

    private static func hash(_ text: UnsafeRawBufferPointer) -> UInt64 {
        var hash = UInt64(text.count)
        var offset = 0
        while offset + 8 <= text.count {
            hash = mix(hash ^ text.loadUnaligned(fromByteOffset: offset, as: UInt64.self)) &+ 0x9E37_79B9_7F4A_7C15
            offset += 8
        }
        while offset < text.count {
            hash = (hash ^ UInt64(text[offset])) &* 0x100_0000_01B3
            offset += 1
        }
        return mix(hash)
    }
}
