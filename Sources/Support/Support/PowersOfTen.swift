/// The double nearest to a whole number times a power of ten.
enum PowersOfTen {
    /// How far the powers reach on both sides of one: 5^27 is the last that fits 64 bits.
    private static let reach = 27

    /// 128 bits of each power of five, the highest bit set: exact for positive powers, the next above for negative ones.
    private static let fives: [(high: UInt64, low: UInt64)] = (-reach...reach).map(five)

    private static func five(_ power: Int) -> (high: UInt64, low: UInt64) {
        let value = (0..<abs(power)).reduce(UInt64(1)) { value, _ in value * 5 }
        guard power < 0 else { return (value << UInt64(value.leadingZeroBitCount), 0) }
        // 2^(bits + 127) / value, in two steps of long division by 64 bits.
        let bits = 64 - (value - 1).leadingZeroBitCount
        let top: UInt64 = 1 << UInt64(bits - 1)
        let (high, rest) = value.dividingFullWidth((top, 0))
        let low = value.dividingFullWidth((rest, 0)).quotient
        let (next, carries) = low.addingReportingOverflow(1)
        return (carries ? high + 1 : high, next)
    }

    /// - Returns: nil where the power is out of reach or the result is not certain.
    static func nearest(_ mantissa: UInt64, _ power: Int) -> Double? {
        guard mantissa > 0 else { return 0 }
        guard abs(power) <= reach else { return nil }
        let five = fives[power + reach]
        let zeros = mantissa.leadingZeroBitCount
        let shifted = mantissa << UInt64(zeros)
        var (high, low) = shifted.multipliedFullWidth(by: five.high)
        if high & 0x1FF == 0x1FF {
            let (sum, carries) = low.addingReportingOverflow(shifted.multipliedFullWidth(by: five.low).high)
            low = sum
            if carries { high += 1 }
        }
        let upper = Int(high >> 63)
        var bits = high >> UInt64(upper + 9)
        // The exponent of two: log2(10) × power by whole numbers, as far as the powers reach.
        var exponent = ((217_706 * power) >> 16) + 63 + upper - zeros + 1023
        let isHalfway = low <= 1 && (-4...23).contains(power) && bits & 3 == 1 && bits << UInt64(upper + 9) == high
        if isHalfway { bits &= ~1 }
        bits += bits & 1
        bits >>= 1
        if bits >= 1 << 53 {
            bits = 1 << 52
            exponent += 1
        }
        return Double(bitPattern: UInt64(exponent) << 52 | bits & ~(1 << 52))
    }
}
