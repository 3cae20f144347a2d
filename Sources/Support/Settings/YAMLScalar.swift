package import Support

/// What a scalar without quotes stands for by YAML 1.2's rules as ruamel.yaml, and so DVC, reads them: `yes` and `12:30` are text, `012` is twelve,
/// `1_000` a thousand, `2020-01-01` a date.
package enum YAMLScalar {
    package enum Kind: Sendable, Equatable {
        case null, bool, integer, float, timestamp, text
        /// `<<` and `=`, which have a meaning of their own in mappings.
        case special
    }

    /// What a plain scalar is read as.
    package static func kind(_ text: String) -> Kind {
        guard let first = text.utf8.first else { return .null }
        switch first {
        case UInt8(ascii: "~"): return text == "~" ? .null : .text
        case UInt8(ascii: "n"), UInt8(ascii: "N"): return ["null", "Null", "NULL"].contains(text) ? .null : .text
        case UInt8(ascii: "t"), UInt8(ascii: "T"), UInt8(ascii: "f"), UInt8(ascii: "F"):
            return ["true", "True", "TRUE", "false", "False", "FALSE"].contains(text) ? .bool : .text
        case UInt8(ascii: "<"): return text == "<<" ? .special : .text
        case UInt8(ascii: "="): return text == "=" ? .special : .text
        case UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "."), 0x30...0x39: return number(Array(text.utf8))
        default: return .text
        }
    }

    /// The value of a plain scalar. Dates stay text; whole numbers that do not fit become the nearest double.
    package static func value(_ text: String) -> JSONValue {
        switch kind(text) {
        case .null: return .null
        case .bool: return .bool(text.lowercased() == "true")
        case .integer: return whole(text)
        case .float: return .number(double(text))
        case .timestamp, .text, .special: return .string(text)
        }
    }

    // MARK: Numbers

    private static func number(_ text: [UInt8]) -> Kind {
        if isFloat(text) { return .float }
        if isInteger(text) { return .integer }
        return isTimestamp(text) ? .timestamp : .text
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
    private static func isSpaced(_ byte: UInt8) -> Bool { isDigit(byte) || byte == UInt8(ascii: "_") }

    private static func unsigned(_ text: [UInt8]) -> ArraySlice<UInt8> {
        text.first == UInt8(ascii: "-") || text.first == UInt8(ascii: "+") ? text.dropFirst() : text[...]
    }

    private static func isFloat(_ text: [UInt8]) -> Bool {
        let rest = unsigned(text)
        let word = String(decoding: rest, as: UTF8.self)
        if [".inf", ".Inf", ".INF"].contains(word) { return true }
        if rest.count == text.count, [".nan", ".NaN", ".NAN"].contains(word) { return true }
        if rest.first == UInt8(ascii: ".") {
            let digits = rest.dropFirst().prefix(while: isSpaced)
            return !digits.isEmpty && isExponent(rest.dropFirst(1 + digits.count), mayLackSign: false)
        }
        guard let first = rest.first, isDigit(first) else { return false }
        let after = rest.drop(while: isSpaced)
        if after.first == UInt8(ascii: ".") { return isExponent(after.dropFirst().drop(while: isSpaced), mayLackSign: true) }
        return !after.isEmpty && isExponent(after, mayLackSign: true)
    }

    /// Whether this is nothing, or an exponent.
    private static func isExponent(_ text: ArraySlice<UInt8>, mayLackSign: Bool) -> Bool {
        guard let mark = text.first else { return true }
        guard mark == UInt8(ascii: "e") || mark == UInt8(ascii: "E") else { return false }
        var rest = text.dropFirst()
        let hasSign = rest.first == UInt8(ascii: "-") || rest.first == UInt8(ascii: "+")
        if hasSign { rest = rest.dropFirst() }
        return (hasSign || mayLackSign) && !rest.isEmpty && rest.allSatisfy(isDigit)
    }

    private static func isInteger(_ text: [UInt8]) -> Bool {
        let rest = unsigned(text)
        if !rest.isEmpty, rest.allSatisfy(isSpaced) { return true }
        let (head, digits) = (String(decoding: rest.prefix(2), as: UTF8.self), rest.dropFirst(2))
        guard !digits.isEmpty else { return false }
        switch head {
        case "0b": return digits.allSatisfy { $0 == 0x30 || $0 == 0x31 || $0 == UInt8(ascii: "_") }
        case "0o": return digits.allSatisfy { (0x30...0x37).contains($0) || $0 == UInt8(ascii: "_") }
        case "0x": return digits.allSatisfy { isSpaced($0) || (0x61...0x66).contains($0) || (0x41...0x46).contains($0) }
        default: return false
        }
    }

    private static func whole(_ text: String) -> JSONValue {
        let isNegative = text.hasPrefix("-")
        let digits = text.drop { "+-".contains($0) }.filter { $0 != "_" }
        let radix = ["0b": 2, "0o": 8, "0x": 16][digits.prefix(2)] ?? 10
        let figures = (isNegative ? "-" : "") + (radix == 10 ? digits[...] : digits.dropFirst(2))
        if let value = Int64(figures, radix: radix) { return .integer(value) }
        guard radix == 10, let value = Double(figures) else { return .string(text) }
        return .number(value)
    }

    private static func double(_ text: String) -> Double {
        let word = text.lowercased().filter { $0 != "_" }
        if word.hasSuffix(".inf") { return word.hasPrefix("-") ? -.infinity : .infinity }
        if word == ".nan" { return .nan }
        return Double(word) ?? Double("\(word)0") ?? .nan
    }

    // MARK: Dates

    private static func isTimestamp(_ text: [UInt8]) -> Bool {
        var scanner = Scanner(text: text)
        guard scanner.digits(4...4), scanner.skip("-"), scanner.digits(1...2), scanner.skip("-"), scanner.digits(1...2) else { return false }
        if scanner.isAtEnd { return text.count == 10 }
        guard scanner.skip("T") || scanner.skip("t") || scanner.blanks() else { return false }
        guard scanner.digits(1...2), scanner.skip(":"), scanner.digits(2...2), scanner.skip(":"), scanner.digits(2...2) else { return false }
        if scanner.skip(".") { _ = scanner.digits(0...Int.max) }
        let hadBlanks = scanner.blanks()
        if scanner.isAtEnd { return !hadBlanks }
        if scanner.skip("Z") { return scanner.isAtEnd }
        guard scanner.skip("-") || scanner.skip("+"), scanner.digits(1...2) else { return false }
        return scanner.isAtEnd || scanner.skip(":") && scanner.digits(2...2) && scanner.isAtEnd
    }

    private struct Scanner {
        let text: [UInt8]
        var place = 0

        init(text: [UInt8]) { self.text = text }

        var isAtEnd: Bool { place == text.count }

        mutating func skip(_ character: Character) -> Bool {
            guard place < text.count, text[place] == character.asciiValue else { return false }
            place += 1
            return true
        }

        mutating func digits(_ count: ClosedRange<Int>) -> Bool {
            let found = text[place...].prefix(count.upperBound).prefix(while: YAMLScalar.isDigit).count
            place += found
            return found >= count.lowerBound
        }

        mutating func blanks() -> Bool {
            let found = text[place...].prefix { $0 == 0x20 || $0 == 0x09 }.count
            place += found
            return found > 0
        }
    }
}
