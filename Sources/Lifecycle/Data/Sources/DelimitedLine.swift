import DuckDB

/// Takes one line of delimited text apart, for headers and for guessing how a file is written.
struct DelimitedLine {
    let delimiter: Character
    /// nil where nothing is quoted.
    let quote: Character?

    /// The fields, without quotes and without white space at their ends.
    func fields(_ line: some StringProtocol) -> [String] {
        var fields: [String] = []
        var field = ""
        var isQuoted = false
        for character in line where character != "\u{FEFF}" && character != "\r" && character != "\r\n" {
            if character == quote, isQuoted || field.allSatisfy(\.isWhitespace) {
                isQuoted.toggle()
            } else if character == quote, !isQuoted {
                isQuoted = true
                field.append(character)
            } else if character == delimiter, !isQuoted {
                fields.append(DelimitedLine.trimmed(field))
                field = ""
            } else {
                field.append(character)
            }
        }
        fields.append(DelimitedLine.trimmed(field))
        return fields
    }

    /// How many fields most lines have, and the share of the lines that have so many.
    func usualCount(_ lines: [String]) -> (fields: Int, share: Double) {
        var counts: [Int: Int] = [:]
        for line in lines { counts[fields(line).count, default: 0] += 1 }
        guard let best = counts.max(by: { ($0.value, $0.key) < ($1.value, $1.key) }) else { return (0, 0) }
        return (best.key, Double(best.value) / Double(lines.count))
    }

    /// A text without the white space (Unicode's) at its ends.
    static func trimmed(_ text: String) -> String {
        let scalars = text.unicodeScalars
        guard let first = scalars.firstIndex(where: { !isSpace($0) }), let last = scalars.lastIndex(where: { !isSpace($0) }) else { return "" }
        if first == scalars.startIndex, scalars.index(after: last) == scalars.endIndex { return text }
        return String(scalars[first...last])
    }

    private static func isSpace(_ scalar: Unicode.Scalar) -> Bool { spaces.contains(scalar) }

    private static let spaces = Set(SQL.whiteSpace)
}
