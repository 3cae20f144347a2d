extension Unicode.Scalar {
    /// Whether it does something to a terminal or to the order of the text around it instead of being seen: control characters but the end of a
    /// line and the tabulator, line separators, and what overrides or isolates a direction of writing.
    package var isUnseenCommand: Bool {
        switch value {
        case 0x0A, 0x09: false
        case 0x00...0x1F, 0x7F...0x9F, 0x2028...0x202E, 0x2066...0x2069: true
        default: false
        }
    }
}

extension String {
    /// The text on one line: what somebody wrote must not look like lines of ours. Any run of white space is one space.
    package var onOneLine: String { split(whereSeparator: \.isWhitespace).joined(separator: " ") }

    /// The text with every unseen command written out as `\u{1B}`, so that no text of somebody's can move a cursor, colour a line or turn
    /// words around. `audit log` shows what strangers sent.
    package var spelledOut: String {
        guard unicodeScalars.contains(where: \.isUnseenCommand) else { return self }
        var out = String.UnicodeScalarView()
        for scalar in unicodeScalars {
            if scalar.isUnseenCommand {
                out.append(contentsOf: "\\u{\(String(scalar.value, radix: 16, uppercase: true))}".unicodeScalars)
            } else {
                out.append(scalar)
            }
        }
        return String(out)
    }
}
