/// An identifier with a type of its own, so that a run's cannot be passed for a prediction's.
package protocol Identifier: RawRepresentable, Sendable, Hashable, Codable, CustomStringConvertible where RawValue == String {
    init(rawValue: String)
}

extension Identifier {
    package var description: String { rawValue }

    package init(_ text: String) { self.init(rawValue: text) }

    package init(from decoder: any Decoder) throws {
        self.init(rawValue: try decoder.singleValueContainer().decode(String.self))
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(rawValue)
    }
}

/// Identifies one recorded execution of a pipeline or step.
package struct RunID: Identifier {
    package let rawValue: String
    package init(rawValue: String) { self.rawValue = rawValue }
}

/// 128 bits that sort by the time they were made: 48 bits of milliseconds, then randomness (the layout of UUID version 7, RFC 9562).
/// Written as 32 lower-case hexadecimal digits.
package struct TimeOrderedID: Sendable, Hashable, Comparable, CustomStringConvertible {
    package var high: UInt64
    package var low: UInt64

    package init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    package init(at time: Timestamp, random: inout some RandomNumberGenerator) {
        let milliseconds = UInt64(max(0, time.microseconds / 1000)) & 0xFFFF_FFFF_FFFF
        high = milliseconds << 16 | 0x7000 | random.next() & 0x0FFF
        low = random.next() & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000
    }

    /// Reads 32 hexadecimal digits, hyphens allowed; nil for anything else.
    package init?(_ text: some StringProtocol) {
        let digits = String(text.filter { $0 != "-" })
        // A sign is no digit, though the reader of numbers takes one.
        guard digits.utf8.count == 32, !digits.contains("+"), let high = UInt64(digits.prefix(16), radix: 16),
            let low = UInt64(digits.suffix(16), radix: 16)
        else { return nil }
        self.init(high: high, low: low)
    }

    /// The moment it was made, to the millisecond.
    package var time: Timestamp { Timestamp(microseconds: Int64(high >> 16) * 1000) }

    package static func < (a: TimeOrderedID, b: TimeOrderedID) -> Bool { (a.high, a.low) < (b.high, b.low) }

    package var description: String { hex(high) + hex(low) }

    private func hex(_ word: UInt64) -> String {
        let text = String(word, radix: 16)
        return String(repeating: "0", count: 16 - text.utf8.count) + text
    }
}
