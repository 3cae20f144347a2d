package import Support

/// How numbers and times are written on the pages. None of these traps on NaN, infinities or very large values.
package enum Figure {
    /// A number with a fixed count of decimals, at most 6; `–` where it is not a number.
    package static func fixed(_ value: Double, _ decimals: Int) -> String {
        guard value.isFinite else { return value.isNaN ? "–" : value < 0 ? "−∞" : "∞" }
        let power = [1, 10, 100, 1000, 10_000, 100_000, 1_000_000][min(max(decimals, 0), 6)]
        let scaled = (abs(value) * Double(power)).rounded()
        guard scaled < 1e15, let whole = Int(exactly: scaled) else { return scientific(value) }
        let sign = value < 0 && whole > 0 ? "−" : ""
        guard power > 1 else { return sign + grouped(whole) }
        let fraction = String(whole % power)
        let zeros = String(repeating: "0", count: max(0, String(power).count - 1 - fraction.count))
        return "\(sign)\(grouped(whole / power)).\(zeros)\(fraction)"
    }

    /// A metric to about four significant digits.
    package static func metric(_ value: Double) -> String {
        let size = abs(value)
        if size == 0 { return "0" }
        if size < 0.0001 || size >= 1e9 { return scientific(value) }
        if value == value.rounded(), size >= 10 { return fixed(value, 0) }
        return fixed(value, size >= 1000 ? 0 : size >= 100 ? 1 : size >= 10 ? 2 : size >= 1 ? 3 : 4)
    }

    /// A metric without zeros at its end, for bounds and axes.
    package static func short(_ value: Double) -> String {
        let text = metric(value)
        guard text.contains("."), !text.contains("e") else { return text }
        let significant = text.reversed().drop { $0 == "0" }
        return String((significant.first == "." ? significant.dropFirst() : significant).reversed())
    }

    package static func metric(_ value: Double?) -> String { value.map(metric) ?? "–" }

    /// A share as a percentage.
    package static func percent(_ share: Double) -> String {
        let hundredths = share * 100
        return fixed(hundredths, abs(hundredths) >= 10 || hundredths == 0 ? 0 : abs(hundredths) >= 1 ? 1 : 2) + " %"
    }

    /// A count with commas between thousands.
    package static func count(_ value: Int) -> String { value < 0 ? "−" + grouped(value == .min ? .max : -value) : grouped(value) }

    /// `1 row`, `2 rows`.
    package static func count(_ value: Int, _ singular: String, _ plural: String? = nil) -> String {
        "\(count(value)) \(value == 1 ? singular : plural ?? singular + "s")"
    }

    /// A size in bytes, in units of 1,000.
    package static func bytes(_ size: Int) -> String {
        if size < 1000 { return "\(size) B" }
        var (value, unit) = (Double(size) / 1000, 0)
        let units = ["kB", "MB", "GB", "TB"]
        while value >= 999.5, unit < units.count - 1 { (value, unit) = (value / 1000, unit + 1) }
        return "\(fixed(value, value < 10 ? 1 : 0)) \(units[unit])"
    }

    /// A length of time.
    package static func duration(_ seconds: Double) -> String {
        guard seconds.isFinite, seconds >= 0 else { return "–" }
        if seconds < 0.9995 { return "\(fixed(seconds * 1000, 0)) ms" }
        if seconds < 99.95 { return "\(fixed(seconds, 1)) s" }
        if seconds < 5940 { return "\(fixed(seconds / 60, 0)) min" }
        return seconds < 172_800 ? "\(fixed(seconds / 3600, 1)) h" : "\(fixed(seconds / 86_400, 0)) d"
    }

    /// Milliseconds, which may be fractions of one.
    package static func milliseconds(_ value: Double?) -> String {
        guard let value, value.isFinite else { return "–" }
        return fixed(value, value < 10 ? 2 : value < 100 ? 1 : 0) + " ms"
    }

    /// A time to the minute, in UTC.
    package static func minute(_ time: Timestamp) -> String { time.description.prefix(16).split(separator: "T").joined(separator: " ") }

    /// A time to the second, in UTC.
    package static func second(_ time: Timestamp) -> String { time.description.prefix(19).split(separator: "T").joined(separator: " ") + " UTC" }

    /// A coordinate of a drawing: at most two decimals, no trailing zeros, 0 for what is not a number.
    package static func coordinate(_ value: Double) -> String {
        guard value.isFinite, abs(value) < 1e9 else { return "0" }
        let hundredths = Int((value * 100).rounded())
        return hundredths % 100 == 0 ? String(hundredths / 100) : "\(Double(hundredths) / 100)"
    }

    private static func scientific(_ value: Double) -> String {
        guard value.isFinite else { return fixed(value, 0) }
        var mantissa = abs(value)
        var exponent = 0
        while mantissa >= 10 { (mantissa, exponent) = (mantissa / 10, exponent + 1) }
        while mantissa < 1, exponent > -400 { (mantissa, exponent) = (mantissa * 10, exponent - 1) }
        return "\(value < 0 ? "−" : "")\(fixed(mantissa, 2))e\(exponent)"
    }

    private static func grouped(_ value: Int) -> String {
        let digits = Array(String(value))
        var out = ""
        for (i, digit) in digits.enumerated() {
            if i > 0, (digits.count - i) % 3 == 0 { out.append(",") }
            out.append(digit)
        }
        return out
    }
}

/// A `time` element, to the minute.
package func moment(_ time: Timestamp) -> HTML { "<time datetime=\"\(time.description)\">\(Figure.minute(time))</time>" }
