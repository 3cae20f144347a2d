internal import Support

/// Bends, cuts, doubles and mixes inputs.
package struct Mutator {
    private var random: RandomSource
    private let tokens: [[UInt8]]

    /// What readers stumble over whatever they read: bounds of numbers, brackets, ends of lines, bytes that are no UTF-8.
    private static let common: [[UInt8]] =
        [
            "0", "-1", "1e999", "-0", "127", "128", "255", "256", "65536", "2147483647", "2147483648", "4294967296", "9223372036854775807",
            "9223372036854775808", "-9223372036854775808", "18446744073709551616", "1e308", "0.1e-400", "NaN", "Infinity", "null", "true", "", "\"",
            "\\", "\\u0000", "\\ud800", "\\u-001", "{", "}", "[", "]", "(", ")", "<", ">", "&", ";", ":", ",", ".", "..", "../", "/", "%", "%00",
            "%2e",
            "\n", "\r\n", "\r", "\t", " ", "\0", "\u{7F}", "\u{FEFF}", "\u{202E}", "\u{1F600}", "é", "'", "=", "#", "*", "|", "~", "!", "@", "$",
        ].map { Array($0.utf8) } + [
            [0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0x80], [0xFF, 0xFE], [0, 0, 0, 0], [0x7F, 0xFF, 0xFF, 0xFF],
        ]

    /// - Parameter tokens: words that mean something to the reader.
    package init(seed: UInt64, tokens: [[UInt8]] = []) {
        random = RandomSource(seed: seed)
        self.tokens = tokens
    }

    /// One of the inputs, after one to six changes; now and then as it is.
    package mutating func mutated(_ corpus: [[UInt8]]) -> [UInt8] {
        var bytes = corpus[random.below(corpus.count)]
        guard random.below(50) > 0 else { return bytes }
        for _ in 0...random.below(6) { change(&bytes, corpus) }
        return Array(bytes.prefix(1 << 18))
    }

    private mutating func change(_ bytes: inout [UInt8], _ corpus: [[UInt8]]) {
        let at = random.below(bytes.count + 1)
        switch random.below(12) {
        case 0 where at < bytes.count: bytes[at] ^= 1 << UInt8(random.below(8))
        case 1 where at < bytes.count: bytes[at] = UInt8(random.below(256))
        case 2: bytes.removeSubrange(at...)
        case 3: bytes.removeSubrange(span(bytes))
        case 4:
            let piece = Array(bytes[span(bytes)])
            bytes.insert(contentsOf: piece, at: at)
        case 5:
            let other = corpus[random.below(corpus.count)]
            bytes.replaceSubrange(span(bytes), with: other[span(other)])
        case 6: bytes.insert(contentsOf: token(), at: at)
        case 7: bytes.replaceSubrange(span(bytes), with: token())
        case 8:
            let nested = [[UInt8]](repeating: token(), count: 1 << random.below(12)).flatMap { $0 }
            bytes.insert(contentsOf: nested, at: at)
        case 9: replaceNumber(&bytes)
        case 10: bytes.insert(UInt8(random.below(256)), at: at)
        case 11 where at < bytes.count: bytes.swapAt(at, random.below(bytes.count))
        default: break
        }
    }

    private mutating func token() -> [UInt8] {
        let count = tokens.count + Mutator.common.count
        let number = random.below(random.below(2) == 0 && !tokens.isEmpty ? tokens.count : count)
        return number < tokens.count ? tokens[number] : Mutator.common[number - tokens.count]
    }

    /// Some neighbouring bytes, mostly few.
    private mutating func span(_ bytes: [UInt8]) -> Range<Int> {
        guard !bytes.isEmpty else { return 0..<0 }
        let start = random.below(bytes.count)
        return start..<min(bytes.count, start + 1 + random.below(1 << random.below(8)))
    }

    /// Puts a number that is a bound of something in the place of one that stands there.
    private mutating func replaceNumber(_ bytes: inout [UInt8]) {
        let digits = bytes.indices.filter { (0x30...0x39).contains(bytes[$0]) }
        guard !digits.isEmpty else { return }
        let start = digits[random.below(digits.count)]
        let end = bytes[start...].firstIndex { !(0x30...0x39).contains($0) } ?? bytes.count
        bytes.replaceSubrange(start..<end, with: Mutator.common[random.below(20)])
    }
}
