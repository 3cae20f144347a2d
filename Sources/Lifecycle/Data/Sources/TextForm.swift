import DuckDB
package import Tables

/// How values are written in a text file, and therefore what they mean.
package enum TextForm: String, Sendable, Equatable, Codable, CaseIterable {
    case text
    /// `true` and `false` in any case.
    case boolean
    /// Whole numbers of at most 15 digits without leading zeros; longer or padded ones are identifiers, and text.
    case integer
    case number
    /// Numbers with a comma before the fraction and points between thousands.
    case decimalComma
    /// `2026-11-23`, `2026-11-23 21:36:00.5`, with `T` or `Z`.
    case isoTime
    /// The same with an offset in some rows, `+02:00`.
    case isoTimeWithZone
    /// `2026/11/23`.
    case yearMonthDay
    /// `23.11.2026`.
    case dayMonthYearPoints
    /// `23/11/2026`.
    case dayMonthYear
    /// `11/23/2026`.
    case monthDayYear

    /// What values of this form mean.
    package var kind: ColumnKind {
        switch self {
        case .text: .text
        case .boolean: .boolean
        case .integer: .integer
        case .number, .decimalComma: .number
        default: .timestamp
        }
    }
}

extension TextForm {
    private static let clock = #"([T ][0-2]?[0-9]:[0-5][0-9](:[0-5][0-9](\.[0-9]{1,9})?)?"#

    /// The regular expression that a whole value matches, white space aside.
    var pattern: String {
        switch self {
        case .text: #"(?s).*"#
        case .boolean: #"\s*(?i:true|false)\s*"#
        case .integer: #"\s*[+-]?(0|[1-9][0-9]{0,14})\s*"#
        case .number:
            #"\s*[+-]?((0|[1-9][0-9]{0,14})(\.[0-9]*)?|[1-9][0-9]*\.[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,4})?\s*|\s*[+-]?(?i:inf|infinity)\s*"#
        case .decimalComma: #"\s*[+-]?([1-9][0-9]{0,2}(\.[0-9]{3})+|0|[1-9][0-9]{0,14})(,[0-9]*)?([eE][+-]?[0-9]{1,4})?\s*"#
        case .isoTime: #"\s*[0-9]{4}-[01][0-9]-[0-3][0-9]"# + TextForm.clock + #"Z?)?\s*"#
        case .isoTimeWithZone: #"\s*[0-9]{4}-[01][0-9]-[0-3][0-9]"# + TextForm.clock + #"(Z|[+-][0-9]{2}(:?[0-9]{2})?)?)?\s*"#
        case .yearMonthDay: #"\s*[0-9]{4}/[01]?[0-9]/[0-3]?[0-9]"# + TextForm.clock + #")?\s*"#
        case .dayMonthYearPoints: #"\s*[0-3]?[0-9]\.[01]?[0-9]\.[0-9]{4}"# + TextForm.clock + #")?\s*"#
        case .dayMonthYear: #"\s*[0-3]?[0-9]/[01]?[0-9]/[0-9]{4}"# + TextForm.clock + #")?\s*"#
        case .monthDayYear: #"\s*[01]?[0-9]/[0-3]?[0-9]/[0-9]{4}"# + TextForm.clock + #")?\s*"#
        }
    }

    /// The value of a text expression of this form, in SQL.
    /// - Parameter strict: whether a value of another form is an error rather than NULL.
    func value(_ text: String, strict: Bool = true) -> String {
        let cast = strict ? "CAST" : "TRY_CAST"
        let parse = strict ? "strptime" : "try_strptime"
        return switch self {
        case .text: text
        case .boolean: "\(cast)(trim(\(text)) AS BOOLEAN)"
        case .integer: "\(cast)(\(text) AS BIGINT)"
        case .number: "\(cast)(\(text) AS DOUBLE)"
        case .decimalComma: "\(cast)(replace(replace(\(text), '.', ''), ',', '.') AS DOUBLE)"
        case .isoTime: "\(cast)(trim(\(text)) AS TIMESTAMP)"
        case .isoTimeWithZone: "\(cast)(trim(\(text)) AS TIMESTAMPTZ) AT TIME ZONE 'UTC'"
        case .yearMonthDay: "\(parse)(trim(\(text)), \(TextForm.formats("%Y/%m/%d")))"
        case .dayMonthYearPoints: "\(parse)(trim(\(text)), \(TextForm.formats("%d.%m.%Y")))"
        case .dayMonthYear: "\(parse)(trim(\(text)), \(TextForm.formats("%d/%m/%Y")))"
        case .monthDayYear: "\(parse)(trim(\(text)), \(TextForm.formats("%m/%d/%Y")))"
        }
    }

    /// Whether a text expression looks like a value of this form, in SQL: a moment need not be a real day.
    func resembles(_ text: String) -> String { "regexp_full_match(\(text), \(SQL.text(pattern)))" }

    /// Whether a text expression is a value of this form, in SQL: for moments, a real day as well.
    func holds(_ text: String) -> String {
        let matches = resembles(text)
        guard kind == .timestamp else { return matches }
        // AND would parse every text as a time; CASE parses only what looks like one.
        return "(CASE WHEN \(matches) THEN \(value(text, strict: false)) IS NOT NULL ELSE false END)"
    }

    private static func formats(_ day: String) -> String {
        let clocks = ["", " %H:%M", " %H:%M:%S", " %H:%M:%S.%g", "T%H:%M", "T%H:%M:%S"]
        return "[\(clocks.map { SQL.text(day + $0) }.joined(separator: ", "))]"
    }
}

/// The forms that occur among the values of a column, as a set. Sets of two files unite.
package struct TextForms: OptionSet, Sendable, Equatable, Codable {
    package let rawValue: Int

    package init(rawValue: Int) { self.rawValue = rawValue }

    /// The forms in the order in which a value is tried; those with slashes, where day and month may be confused, have sets of their own.
    static let tried: [TextForm] = [.integer, .number, .decimalComma, .boolean, .isoTime, .isoTimeWithZone, .yearMonthDay, .dayMonthYearPoints]
    static let dayFirst = TextForms(rawValue: 1 << 10)
    static let monthFirst = TextForms(rawValue: 1 << 11)
    static let eitherSlash = TextForms(rawValue: 1 << 12)
    static let other = TextForms(rawValue: 1 << 13)

    static func only(_ form: TextForm) -> TextForms { TextForms(rawValue: 1 << (tried.firstIndex(of: form) ?? 13)) }

    /// The set of forms in a column: an aggregate over a text expression. Missing values add nothing.
    /// - Parameter comma: whether numbers have a comma before the fraction.
    static func aggregate(_ text: String, missing: String, comma: Bool) -> String {
        var cases = ["WHEN \(missing) THEN 0"]
        for form in tried where form != (comma ? .number : .decimalComma) {
            cases.append("WHEN \(form.holds(text)) THEN \(only(form).rawValue)")
        }
        let (day, month) = (TextForm.dayMonthYear.holds(text), TextForm.monthDayYear.holds(text))
        cases.append("WHEN contains(\(text), '/') AND \(day) THEN CASE WHEN \(month) THEN \(eitherSlash.rawValue) ELSE \(dayFirst.rawValue) END")
        cases.append("WHEN contains(\(text), '/') AND \(month) THEN \(monthFirst.rawValue)")
        return "coalesce(bit_or(CASE \(cases.joined(separator: " ")) ELSE \(other.rawValue) END), 0)"
    }

    /// The one form that every value has; text where there is none. A column without values is text.
    package var form: TextForm {
        if isEmpty { return .text }
        for form in TextForms.tried where self == .only(form) { return form }
        if isSubset(of: [.only(.integer), .only(.number)]) { return .number }
        if isSubset(of: [.only(.integer), .only(.decimalComma)]) { return .decimalComma }
        if isSubset(of: [.only(.isoTime), .only(.isoTimeWithZone)]) { return .isoTimeWithZone }
        if isSubset(of: [.dayFirst, .eitherSlash]) { return .dayMonthYear }
        return isSubset(of: [.monthFirst, .eitherSlash]) ? .monthDayYear : .text
    }

    /// Whether days and months cannot be told apart.
    package var isAmbiguous: Bool { self == .eitherSlash }
}
