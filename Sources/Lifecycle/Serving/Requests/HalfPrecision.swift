/// Half-precision numbers (IEEE 754 binary16), which not every processor has.
enum HalfPrecision {
    static func number(_ bits: UInt16) -> Double {
        let sign = bits >> 15 == 0 ? 1.0 : -1.0
        let exponent = Int(bits >> 10 & 0x1F)
        let fraction = Double(bits & 0x3FF)
        switch exponent {
        case 0: return sign * fraction * 0x1p-24
        case 31: return fraction == 0 ? sign * .infinity : .nan
        default: return sign * Double(sign: .plus, exponent: exponent - 15, significand: 1 + fraction * 0x1p-10)
        }
    }

    /// The nearest, to even where two are as near; infinite from 65,520 upwards.
    static func bits(_ number: Double) -> UInt16 {
        let sign: UInt16 = number.sign == .minus ? 0x8000 : 0
        guard !number.isNaN else { return 0x7E00 }
        let magnitude = number.magnitude
        guard magnitude < 65_520 else { return sign | 0x7C00 }
        guard magnitude >= 0x1p-14 else { return sign | UInt16((magnitude * 0x1p24).rounded(.toNearestOrEven)) }
        let exponent = Int(magnitude.exponent)
        let fraction = UInt16(((magnitude * Double(sign: .plus, exponent: -exponent, significand: 1) - 1) * 1024).rounded(.toNearestOrEven))
        return sign | UInt16(exponent + 15) << 10 + fraction
    }
}
