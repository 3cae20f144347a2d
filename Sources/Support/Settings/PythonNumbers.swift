/// Doubles as Python writes them, which DVC's files and command lines show.
package enum PythonNumbers {
    /// What `repr` gives: the shortest text that reads back as the same number, with `.0` behind a whole one and an exponent from 1e16 and below 1e-4.
    package static func text(_ value: Double) -> String {
        guard value.isFinite else { return value.isNaN ? "nan" : value < 0 ? "-inf" : "inf" }
        guard value != 0 else { return value.sign == .minus ? "-0.0" : "0.0" }
        let sign = value < 0 ? "-" : ""
        let (digits, exponent) = shortest(abs(value))
        guard exponent >= -4, exponent < 16 else {
            let size = abs(exponent) < 10 ? "0\(abs(exponent))" : "\(abs(exponent))"
            let mantissa = digits.count == 1 ? digits : "\(digits.prefix(1)).\(digits.dropFirst())"
            return "\(sign)\(mantissa)e\(exponent < 0 ? "-" : "+")\(size)"
        }
        if exponent < 0 { return "\(sign)0.\(String(repeating: "0", count: -exponent - 1))\(digits)" }
        guard digits.count > exponent + 1 else {
            return "\(sign)\(digits)\(String(repeating: "0", count: exponent + 1 - digits.count)).0"
        }
        return "\(sign)\(digits.prefix(exponent + 1)).\(digits.dropFirst(exponent + 1))"
    }

    /// The shortest digits that stand for a positive number, and the power of ten of the first.
    private static func shortest(_ value: Double) -> (digits: String, exponent: Int) {
        let parts = "\(value)".split(separator: "e")
        let power = parts.count > 1 ? Int(parts[1]) ?? 0 : 0
        let sides = parts[0].split(separator: ".", omittingEmptySubsequences: false)
        let whole = sides[0]
        let all = whole + (sides.count > 1 ? sides[1] : "")
        let zeros = all.prefix { $0 == "0" }.count
        var digits = String(all.dropFirst(zeros))
        while digits.count > 1, digits.hasSuffix("0") { digits.removeLast() }
        return (digits, power + whole.count - 1 - zeros)
    }
}
