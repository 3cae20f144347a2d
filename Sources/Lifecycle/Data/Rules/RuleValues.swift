import Support

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Numbers written as text, as the rule `cast` reads them: a sign, digits, a point, an exponent of at most four digits.
enum NumberText {
    /// The same as a regular expression.
    static let pattern = #"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,4})?"#

    /// The value of a trimmed text; nil where it is not a number.
    static func value(_ text: String) -> Double? {
        var rest = Array(text.utf8)[...]
        if let sign = rest.first, sign == 0x2B || sign == 0x2D { rest.removeFirst() }
        let whole = digits(&rest)
        var fraction = 0
        if rest.first == 0x2E {
            rest.removeFirst()
            fraction = digits(&rest)
        }
        guard whole + fraction > 0 else { return nil }
        if let mark = rest.first, mark == 0x45 || mark == 0x65 {
            rest.removeFirst()
            if let sign = rest.first, sign == 0x2B || sign == 0x2D { rest.removeFirst() }
            guard (1...4).contains(digits(&rest)) else { return nil }
        }
        return rest.isEmpty ? strtod(text, nil) : nil
    }

    private static func digits(_ rest: inout ArraySlice<UInt8>) -> Int {
        let count = rest.prefix { (0x30...0x39).contains($0) }.count
        rest.removeFirst(count)
        return count
    }

    /// A number as the text of a category: whole numbers without a fraction; nil for what is too large or too near to zero to be one.
    static func text(of value: Double) -> String? {
        guard value.isFinite, abs(value) < 1e15 else { return nil }
        if value == value.rounded(.towardZero) { return String(Int64(value)) }
        return abs(value) >= 1e-4 ? "\(value)" : nil
    }
}

/// Yes and no written as text, as the rule `cast` reads them.
enum BooleanText {
    static let yes = ["true", "t", "yes", "y", "1"]
    static let no = ["false", "f", "no", "n", "0"]
}

/// Moments written as text, as the rule `cast` reads them: ISO 8601 with optional time, fraction and offset; without an offset it is UTC.
enum TimeText {
    /// The same as a regular expression.
    static let pattern =
        #"[0-9]{4}-[01][0-9]-[0-3][0-9]([T ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\.[0-9]{1,6})?)?(Z|[+-](0[0-9]|1[0-4]):[0-5][0-9])?)?"#

    /// The latest number of seconds (about the year 8300) that becomes a moment.
    static let limit = 2e11

    /// Seconds since 1970 of a trimmed text; nil where it is not a moment.
    static func seconds(_ text: String) -> Double? {
        var rest = Array(text.utf8)[...]
        guard let year = number(&rest, 4), take(&rest, "-"), let month = number(&rest, 2), take(&rest, "-"), let day = number(&rest, 2),
            month <= 19, day <= 39, let date = CivilDate(String(text.prefix(10)))
        else { return nil }
        _ = year
        var micros = date.daysSince1970 * 86_400_000_000
        if !rest.isEmpty {
            guard take(&rest, "T") || take(&rest, " "), let clock = clock(&rest), let offset = offset(&rest), rest.isEmpty else { return nil }
            micros += clock - offset
        }
        return Double(micros) / 1e6
    }

    private static func clock(_ rest: inout ArraySlice<UInt8>) -> Int? {
        guard let hour = number(&rest, 2), hour < 24, take(&rest, ":"), let minute = number(&rest, 2), minute < 60 else { return nil }
        var micros = (hour * 3600 + minute * 60) * 1_000_000
        guard take(&rest, ":") else { return micros }
        guard let second = number(&rest, 2), second < 60 else { return nil }
        micros += second * 1_000_000
        guard take(&rest, ".") else { return micros }
        let digits = rest.prefix { (0x30...0x39).contains($0) }
        guard (1...6).contains(digits.count) else { return nil }
        rest.removeFirst(digits.count)
        let fraction = digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
        return micros + (digits.count..<6).reduce(fraction) { value, _ in value * 10 }
    }

    private static func offset(_ rest: inout ArraySlice<UInt8>) -> Int? {
        if rest.isEmpty || take(&rest, "Z") { return 0 }
        let sign = take(&rest, "+") ? 1 : (take(&rest, "-") ? -1 : 0)
        guard sign != 0, let hour = number(&rest, 2), hour < 15, take(&rest, ":"), let minute = number(&rest, 2), minute < 60 else { return nil }
        return sign * (hour * 3600 + minute * 60) * 1_000_000
    }

    private static func number(_ rest: inout ArraySlice<UInt8>, _ count: Int) -> Int? {
        let digits = rest.prefix(count)
        guard digits.count == count, digits.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        rest.removeFirst(count)
        return digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
    }

    private static func take(_ rest: inout ArraySlice<UInt8>, _ character: Unicode.Scalar) -> Bool {
        guard rest.first == UInt8(ascii: character) else { return false }
        rest.removeFirst()
        return true
    }

    /// A part of the moment so many seconds after 1970; nil outside the calendar of four-digit years and its neighbourhood.
    static func part(_ part: DatePart, of seconds: Double) -> Double? {
        guard abs(seconds) < 9e12 else { return nil }
        let micros = Int((seconds * 1e6).rounded())
        let days = micros >= 0 ? micros / 86_400_000_000 : -((-micros + 86_399_999_999) / 86_400_000_000)
        let date = CivilDate(daysSince1970: days)
        switch part {
        case .year: return Double(date.year)
        case .month: return Double(date.month)
        case .day: return Double(date.day)
        case .weekday: return Double(((days + 3) % 7 + 7) % 7 + 1)
        case .hour: return Double((micros - days * 86_400_000_000) / 3_600_000_000)
        case .minute: return Double((micros - days * 86_400_000_000) / 60_000_000 % 60)
        case .quarter: return Double((date.month - 1) / 3 + 1)
        case .dayOfYear: return Double(dayOfYear(date))
        case .week:
            let weekday = ((days + 3) % 7 + 7) % 7 + 1
            return Double((dayOfYear(CivilDate(daysSince1970: days + 4 - weekday)) - 1) / 7 + 1)
        }
    }

    /// 1 for the first of January.
    private static func dayOfYear(_ date: CivilDate) -> Int {
        let isLeap = date.year % 4 == 0 && (date.year % 100 != 0 || date.year % 400 == 0)
        let before = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334]
        return before[date.month - 1] + (isLeap && date.month > 2 ? 1 : 0) + date.day
    }

    /// A moment as text, for years of four digits.
    static func text(of seconds: Double) -> String? {
        guard let year = part(.year, of: seconds), (1000...9999).contains(year) else { return nil }
        return Timestamp(seconds: seconds).description
    }
}

/// Rounding to decimal digits.
enum RoundingRule {
    /// Ten to the power of the digits' size.
    static func power(_ digits: Int) -> Double { (0..<min(300, abs(digits))).reduce(1) { value, _ in value * 10 } }

    /// Halves go away from zero.
    static func round(_ value: Double, digits: Int) -> Double {
        let power = power(digits)
        return digits >= 0 ? engineRound(value * power) / power : engineRound(value / power) * power
    }

    /// Rounds to a whole number as the engine does, which gives infinities back as they are.
    private static func engineRound(_ value: Double) -> Double { value.rounded(.toNearestOrAwayFromZero) }
}

/// A text that equals another only where all its bytes do; Swift's own equality takes composed and decomposed letters for the same, the engine's
/// does not.
struct ExactText: Hashable {
    let text: String

    init(_ text: String) { self.text = text }

    static func == (a: ExactText, b: ExactText) -> Bool { a.text.utf8.elementsEqual(b.text.utf8) }

    func hash(into hasher: inout Hasher) { for byte in text.utf8 { hasher.combine(byte) } }
}
