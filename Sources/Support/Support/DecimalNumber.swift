/// Reads a number of JSON (RFC 8259) from bytes, correctly rounded.
///
/// Numbers of up to 19 digits and powers of ten up to ±27, which most are, take two multiplications (Daniel Lemire, “Number parsing at a gigabyte
/// per second”, 2021); the rest goes the standard library's way.
package struct DecimalNumber {
    package enum Value: Equatable {
        case whole(Int64)
        case real(Double)
    }

    package var value: Value
    /// The place after its last byte.
    package var end: Int

    /// - Parameters:
    ///   - bytes: where it stands; more may follow.
    ///   - start: the place of its first byte.
    /// - Returns: nil where no number stands there. One that no double can hold is infinite.
    package init?(_ bytes: UnsafeBufferPointer<UInt8>, at start: Int) {
        var digits = Digits(bytes, at: start)
        guard digits.read() else { return nil }
        end = digits.at
        if digits.isWhole, let whole = digits.whole {
            value = .whole(whole)
        } else {
            value = .real(digits.quickly ?? DecimalNumber.slowly(bytes, start, digits.at))
        }
    }

    /// The number as the standard library reads it.
    private static func slowly(_ bytes: UnsafeBufferPointer<UInt8>, _ start: Int, _ end: Int) -> Double {
        Double(String(decoding: UnsafeBufferPointer(rebasing: bytes[start..<end]), as: UTF8.self)) ?? .infinity
    }
}

/// The digits of a number, as they are read.
private struct Digits {
    private let bytes: UnsafeBufferPointer<UInt8>
    private(set) var at: Int
    private var isNegative = false
    /// The digits without the point, as far as 19 reach.
    private var mantissa: UInt64 = 0
    /// How many digits there are after leading zeros.
    private var count = 0
    private var exponent = 0
    /// Whether it has neither a point nor an exponent.
    private(set) var isWhole = true

    init(_ bytes: UnsafeBufferPointer<UInt8>, at start: Int) {
        self.bytes = bytes
        at = start
    }

    /// - Returns: whether a number stands here by the grammar: digits on both sides of a point, no leading zero, no plus.
    mutating func read() -> Bool {
        if next == UInt8(ascii: "-") {
            isNegative = true
            at += 1
        }
        let startsWithZero = next == UInt8(ascii: "0")
        let whole = take()
        guard whole == 1 || whole > 1 && !startsWithZero else { return false }
        if next == UInt8(ascii: ".") {
            at += 1
            isWhole = false
            let fraction = take()
            guard fraction > 0 else { return false }
            exponent -= fraction
        }
        return next.map { $0 | 0x20 } == UInt8(ascii: "e") ? takeExponent() : true
    }

    private var next: UInt8? { at < bytes.count ? bytes[at] : nil }

    /// Takes digits into the mantissa.
    private mutating func take() -> Int {
        let start = at
        // Most of the time of a large request goes in here: what changes is kept out of memory.
        var (place, number, known) = (at, mantissa, count)
        while place < bytes.count, case let digit = bytes[place] &- 0x30, digit <= 9 {
            if known < 19 { number = number &* 10 &+ UInt64(digit) }
            if number > 0 { known += 1 }
            place += 1
        }
        (at, mantissa, count) = (place, number, known)
        return place - start
    }

    private mutating func takeExponent() -> Bool {
        at += 1
        isWhole = false
        let isBelow = next == UInt8(ascii: "-")
        if isBelow || next == UInt8(ascii: "+") { at += 1 }
        let start = at
        var power = 0
        while at < bytes.count, case let digit = bytes[at] &- 0x30, digit <= 9 {
            if power < 100_000 { power = power * 10 + Int(digit) }
            at += 1
        }
        exponent += isBelow ? -power : power
        return at > start
    }

    /// The number where it is whole and fits.
    var whole: Int64? {
        guard count <= 19 else { return nil }
        if isNegative { return mantissa <= 1 << 63 ? Int64(truncatingIfNeeded: 0 &- mantissa) : nil }
        return Int64(exactly: mantissa)
    }

    /// The nearest double, where the quick way finds it.
    var quickly: Double? {
        guard count <= 19, let magnitude = PowersOfTen.nearest(mantissa, exponent) else { return nil }
        return isNegative ? -magnitude : magnitude
    }
}
