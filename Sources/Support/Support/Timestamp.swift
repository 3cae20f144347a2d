/// A moment in UTC, in microseconds since 1970.
package struct Timestamp: Sendable, Hashable, Comparable {
    package var microseconds: Int64

    package init(microseconds: Int64) { self.microseconds = microseconds }

    /// A moment from seconds since 1970. Beyond what can be held it is the first or the last moment; NaN is 1970.
    package init(seconds: Double) { microseconds = Timestamp.microseconds(in: seconds) }

    package var seconds: Double { Double(microseconds) / 1_000_000 }

    package static func < (a: Timestamp, b: Timestamp) -> Bool { a.microseconds < b.microseconds }

    /// This moment moved by a number of seconds, at most to the first or the last that can be held.
    package func advanced(bySeconds seconds: Double) -> Timestamp {
        let (sum, overflow) = microseconds.addingReportingOverflow(Timestamp.microseconds(in: seconds))
        return Timestamp(microseconds: overflow ? (seconds < 0 ? .min : .max) : sum)
    }

    private static func microseconds(in seconds: Double) -> Int64 {
        let value = (seconds * 1_000_000).rounded()
        if value.isNaN { return 0 }
        return Int64(exactly: value) ?? (value < 0 ? .min : .max)
    }
}

// MARK: - Text: RFC 3339

extension Timestamp: CustomStringConvertible, Codable {
    /// `2026-11-23T21:36:00.123456Z`; without a fraction where it is zero.
    package var description: String {
        let (days, rest) = microseconds.quotientAndFloorRemainder(dividingBy: 86_400_000_000)
        let date = CivilDate(daysSince1970: Int(days))
        let second = rest / 1_000_000
        let fraction = rest % 1_000_000
        let clock = "\(pad(second / 3600, 2)):\(pad(second / 60 % 60, 2)):\(pad(second % 60, 2))"
        return "\(date)T\(clock)\(fraction == 0 ? "" : ".\(pad(fraction, 6))")Z"
    }

    /// The date part, `2026-11-23`.
    package var date: String { String(description.prefix(10)) }

    /// Reads a date (`2026-11-23`) or a date and time, with `T` or a space, optional fraction, `Z` or an offset. Without a zone it is UTC.
    package init?(_ text: String) {
        let parts = text.split(maxSplits: 1, omittingEmptySubsequences: false, whereSeparator: { "Tt ".contains($0) })
        guard let first = parts.first, let date = CivilDate(first) else { return nil }
        var micros = Int64(date.daysSince1970) * 86_400_000_000
        if parts.count == 2 {
            guard let time = Timestamp.microsecondsOfDay(parts[1]) else { return nil }
            micros += time
        }
        self.init(microseconds: micros)
    }

    private static func microsecondsOfDay(_ text: Substring) -> Int64? {
        var clock = text
        var offset: Int64 = 0
        if clock.hasSuffix("Z") || clock.hasSuffix("z") {
            clock = clock.dropLast()
        } else if let sign = clock.lastIndex(where: { $0 == "+" || $0 == "-" }) {
            guard let seconds = zoneSeconds(clock[clock.index(after: sign)...]) else { return nil }
            offset = clock[sign] == "-" ? -seconds : seconds
            clock = clock[..<sign]
        }
        let fields = clock.split(separator: ":", omittingEmptySubsequences: false)
        guard fields.count == 2 || fields.count == 3, let hour = number(fields[0], digits: 2), let minute = number(fields[1], digits: 2),
            let second = fields.count == 3 ? microsecondsOfMinute(fields[2]) : 0
        else { return nil }
        let time = (hour * 3600 + minute * 60) * 1_000_000 + second
        guard minute < 60, time <= 86_400_000_000 else { return nil }
        return time - offset * 1_000_000
    }

    /// `SS` or `SS.fraction`; 60 is a leap second.
    private static func microsecondsOfMinute(_ text: Substring) -> Int64? {
        let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard let whole = number(parts[0], digits: 2), whole <= 60 else { return nil }
        guard parts.count == 2 else { return whole * 1_000_000 }
        guard !parts[1].isEmpty, parts[1].utf8.allSatisfy({ (0x30...0x39).contains($0) }), let fraction = Double("0.\(parts[1])") else { return nil }
        return whole * 1_000_000 + Int64((fraction * 1_000_000).rounded())
    }

    /// `hh:mm`, `hhmm` or `hh`.
    private static func zoneSeconds(_ text: Substring) -> Int64? {
        let digits = text.count == 5 && text.dropFirst(2).first == ":" ? text.prefix(2) + text.suffix(2) : text
        guard let hour = number(digits.prefix(2), digits: 2), let minute = digits.count == 2 ? 0 : number(digits.dropFirst(2), digits: 2),
            hour < 24, minute < 60
        else { return nil }
        return hour * 3600 + minute * 60
    }

    package init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard let value = Timestamp(text) else { throw MartletError(.invalidInput, "“\(text)” is not a time; write 2026-11-23T21:36:00Z.") }
        self = value
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

/// A day of the proleptic Gregorian calendar. Algorithms: H. Hinnant, “chrono-Compatible Low-Level Date Algorithms”.
package struct CivilDate: Sendable, Hashable, CustomStringConvertible {
    package var year: Int
    package var month: Int
    package var day: Int

    package init(daysSince1970: Int) {
        let shifted = daysSince1970 + 719_468
        let (era, dayOfEra) = Int64(shifted).quotientAndFloorRemainder(dividingBy: 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        day = Int(dayOfYear - (153 * monthFromMarch + 2) / 5 + 1)
        month = Int(monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9)
        year = Int(yearOfEra + era * 400) + (month <= 2 ? 1 : 0)
    }

    /// Reads `2026-11-23`; nil where the text is not a real day.
    package init?(_ text: some StringProtocol) {
        let fields = text.split(separator: "-", omittingEmptySubsequences: false)
        guard fields.count == 3, let y = number(fields[0], digits: 4), let m = number(fields[1], digits: 2), let d = number(fields[2], digits: 2),
            (1...12).contains(m), (1...31).contains(d)
        else { return nil }
        (year, month, day) = (Int(y), Int(m), Int(d))
        guard CivilDate(daysSince1970: daysSince1970) == self else { return nil }
    }

    package var daysSince1970: Int {
        let shiftedYear = Int64(month <= 2 ? year - 1 : year)
        let (era, yearOfEra) = shiftedYear.quotientAndFloorRemainder(dividingBy: 400)
        let monthFromMarch = Int64(month > 2 ? month - 3 : month + 9)
        let dayOfYear = (153 * monthFromMarch + 2) / 5 + Int64(day) - 1
        return Int(era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468)
    }

    package var description: String { "\(pad(Int64(year), 4))-\(pad(Int64(month), 2))-\(pad(Int64(day), 2))" }
}

extension Int64 {
    /// Division that rounds towards minus infinity, so that the remainder is never negative.
    func quotientAndFloorRemainder(dividingBy divisor: Int64) -> (quotient: Int64, remainder: Int64) {
        let (q, r) = quotientAndRemainder(dividingBy: divisor)
        return r < 0 ? (q - 1, r + divisor) : (q, r)
    }
}

/// Exactly so many digits as a number; Swift's own reader would take a sign too.
private func number(_ text: some StringProtocol, digits: Int) -> Int64? {
    guard text.utf8.count == digits, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
    return Int64(text)
}

private func pad(_ value: Int64, _ width: Int) -> String {
    let text = String(value.magnitude)
    return (value < 0 ? "-" : "") + String(repeating: "0", count: max(0, width - text.count)) + text
}
