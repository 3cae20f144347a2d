/// The lines of a text whose values have a separator between, quotes around what holds one, and quotes doubled within (RFC 4180). Read as they
/// are asked for, so that the beginning of a long text costs no more than itself.
package struct DelimitedLines: Sequence, IteratorProtocol, Sendable {
    private let separator: Unicode.Scalar
    private var rest: Substring.UnicodeScalarView
    /// Whether the text has ended within quotes.
    package private(set) var endsWithinQuotes = false

    package init(_ text: String, by separator: Unicode.Scalar = ",") {
        self.separator = separator
        rest = text[...].unicodeScalars
    }

    /// Whether something has not been read yet.
    package var hasMore: Bool { !rest.isEmpty }

    /// The values of the next line; nil at the end.
    package mutating func next() -> [String]? {
        guard hasMore else { return nil }
        var (line, value, isQuoted) = ([String](), String.UnicodeScalarView(), false)
        while let scalar = rest.popFirst() {
            switch scalar {
            case "\"" where isQuoted && rest.first == "\"":
                value.append(scalar)
                rest.removeFirst()
            case "\"": isQuoted.toggle()
            case separator where !isQuoted:
                line.append(String(value))
                value = .init()
            case "\r" where !isQuoted && rest.first == "\n": continue
            case "\n" where !isQuoted: return line + [String(value)]
            default: value.append(scalar)
            }
        }
        endsWithinQuotes = isQuoted
        return line + [String(value)]
    }
}
