/// Small pieces of SQL text.
package enum SQL {
    /// A name in double quotes.
    package static func name(_ name: String) -> String { DuckDB.quote(identifier: name) }

    /// A text in single quotes.
    package static func text(_ text: String) -> String { DuckDB.quote(literal: text) }

    /// A list of texts in round brackets, for `IN`.
    package static func texts(_ texts: [String]) -> String { "(\(texts.map(text).joined(separator: ", ")))" }

    /// A double, bit for bit: the shortest text that reads back as the same value.
    package static func number(_ value: Double) -> String { "CAST('\(value)' AS DOUBLE)" }

    /// Every character that Unicode calls white space, and the byte order mark. Trimming means these, in SQL and in Swift.
    package static let whiteSpace: [Unicode.Scalar] =
        (0x09...0x0D).compactMap(Unicode.Scalar.init) + [" ", "\u{85}", "\u{A0}", "\u{1680}"] + (0x2000...0x200A).compactMap(Unicode.Scalar.init)
        + ["\u{2028}", "\u{2029}", "\u{202F}", "\u{205F}", "\u{3000}", "\u{FEFF}"]

    /// A text expression without white space at its ends. The engine trims a set of characters slowly (it makes the set anew for every value), and
    /// few texts need it: most begin and end with a printable character of ASCII, many of the others once their spaces are gone.
    package static func trimmed(_ expression: String) -> String {
        let (spaceless, characters) = ("trim(\(expression))", text(String(String.UnicodeScalarView(whiteSpace))))
        return "(CASE WHEN \(hasPlainEnds(expression)) THEN \(expression) WHEN \(hasPlainEnds(spaceless)) THEN \(spaceless) "
            + "ELSE trim(\(expression), \(characters)) END)"
    }

    /// Whether a text expression, without white space at its ends, is one of some texts; false for NULL. Only what begins with white space or with
    /// one of the texts is looked at closely.
    package static func isTrimmed(_ expression: String, among texts: [String]) -> String {
        let starts = texts.filter { !$0.isEmpty }.map { "starts_with(\(expression), \(text($0)))" }
        let candidates = (["NOT (\(isPlain(expression)))"] + starts).joined(separator: " OR ")
        return "(CASE WHEN \(candidates) THEN \(trimmed(expression)) IN \(SQL.texts(texts)) ELSE false END)"
    }

    private static func hasPlainEnds(_ expression: String) -> String { "\(isPlain(expression)) AND \(isPlain("(\(expression))[-1]"))" }

    /// Whether the first character of a text is a printable one of ASCII, which no white space is. Texts compare by their bytes in UTF-8.
    private static func isPlain(_ expression: String) -> String { "\(expression) >= '!' AND \(expression) < '\u{80}'" }
}
