import DuckDB
import Support

/// A format of `strptime` as a test by the engine: what Python would read by it, in the C locale.
struct StrftimeForm {
    /// The whole text, for the engine.
    private let pattern: String
    /// The directives in the order of their groups.
    private let groups: [Character]

    private static let months = [
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
    ]
    private static let days = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]

    /// - Throws: `invalidInput` for a directive that `strptime` does not have.
    init(_ format: String) throws(MartletError) {
        var pattern = ""
        var groups: [Character] = []
        let long = format.replacing("%c", with: "%a %b %d %H:%M:%S %Y").replacing("%x", with: "%m/%d/%y").replacing("%X", with: "%H:%M:%S")
            .replacing("%D", with: "%m/%d/%y").replacing("%T", with: "%H:%M:%S").replacing("%R", with: "%H:%M").replacing("%F", with: "%Y-%m-%d")
        var characters = Array(long)[...]
        while let character = characters.popFirst() {
            if character == "%" {
                guard let directive = characters.popFirst() else { throw MartletError(.invalidInput, "the format “\(format)” ends with a “%”.") }
                if directive == "%" {
                    pattern += "%"
                    continue
                }
                guard let part = StrftimeForm.pattern(directive) else {
                    throw MartletError(.invalidInput, "the format “\(format)” has “%\(directive)”, by which no text is read.")
                }
                pattern += "(\(part))"
                groups.append(directive)
            } else if character.isWhitespace {
                if !pattern.hasSuffix("\\s+") { pattern += "\\s+" }
            } else {
                pattern +=
                    character.isLetter || character.isNumber
                    ? String(character) : "[\(character == "^" || character == "\\" || character == "]" ? "\\" : "")\(character)]"
            }
        }
        guard Set(groups).count == groups.count else { throw MartletError(.invalidInput, "the format “\(format)” has a directive twice.") }
        self.pattern = "(?i)\(pattern)"
        self.groups = groups
    }

    private static func pattern(_ directive: Character) -> String? {
        switch directive {
        case "d": "3[0-1]|[1-2]\\d|0[1-9]|[1-9]| [1-9]"
        case "f": "[0-9]{1,6}"
        case "H": "2[0-3]|[0-1]\\d|\\d| \\d"
        case "I": "1[0-2]|0[1-9]|[1-9]| [1-9]"
        case "j": "36[0-6]|3[0-5]\\d|[1-2]\\d\\d|0[1-9]\\d|00[1-9]|[1-9]\\d|0[1-9]|[1-9]"
        case "m": "1[0-2]|0[1-9]|[1-9]"
        case "M": "[0-5]\\d|\\d"
        case "S": "6[0-1]|[0-5]\\d|\\d"
        case "U", "W": "5[0-3]|[0-4]\\d|\\d"
        case "w": "[0-6]"
        case "u": "[1-7]"
        case "y": "\\d\\d"
        case "Y": "\\d\\d\\d\\d"
        case "z": "[+-]\\d\\d:?[0-5]\\d(?::?[0-5]\\d(?:\\.\\d{1,6})?)?|Z"
        case "Z": "utc|gmt"
        case "p": "am|pm"
        case "A": days.joined(separator: "|")
        case "a": days.map { String($0.prefix(3)) }.joined(separator: "|")
        case "B": months.joined(separator: "|")
        case "b": months.map { String($0.prefix(3)) }.joined(separator: "|")
        default: nil
        }
    }

    /// What a text meets that Python reads by the format: its form, and that there is such a day.
    func condition(on name: String) -> String {
        let form = "regexp_full_match(\(name), \(SQL.text(pattern)))"
        func group(_ directive: Character) -> String? {
            groups.firstIndex(of: directive).map { "trim(regexp_extract(\(name), \(SQL.text("^(?:\(pattern))$")), \($0 + 1)))" }
        }
        guard let day = group("d"), let month = group("m") ?? group("b") ?? group("B") else { return group("S").map { leap(form, $0) } ?? form }
        let short = group("y").map { "(CASE WHEN CAST(\($0) AS INTEGER) < 69 THEN '20' ELSE '19' END || \($0))" }
        let year = group("Y") ?? short ?? "'1900'"
        let isWord = groups.contains("b") || groups.contains("B")
        let format = isWord ? "%Y-%b-%d" : "%Y-%m-%d"
        let monthText = isWord ? "\(month)[1:3]" : month
        let exists = "CASE WHEN \(form) THEN try_strptime(\(year) || '-' || \(monthText) || '-' || \(day), '\(format)') IS NOT NULL ELSE false END"
        return group("S").map { leap(exists, $0) } ?? exists
    }

    /// Seconds of 60 and 61 have the form and are no time.
    private func leap(_ test: String, _ seconds: String) -> String { "(\(test) AND \(seconds) NOT IN ('60', '61'))" }
}
