import DuckDB

/// Small pieces of SQL text.
enum SQL {
    /// A name in double quotes.
    static func name(_ name: String) -> String { DuckDB.quote(identifier: name) }

    /// A text in single quotes.
    static func text(_ text: String) -> String { DuckDB.quote(literal: text) }

    /// A list of texts in round brackets, for `IN`.
    static func texts(_ texts: [String]) -> String { "(\(texts.map(text).joined(separator: ", ")))" }

    /// A double, bit for bit: the shortest text that reads back as the same value.
    static func number(_ value: Double) -> String { "CAST('\(value)' AS DOUBLE)" }

    /// Every character that Unicode calls white space, and the byte order mark. Trimming means these, in SQL and in Swift.
    static let whiteSpace: [Unicode.Scalar] =
        (0x09...0x0D).compactMap(Unicode.Scalar.init) + [" ", "\u{85}", "\u{A0}", "\u{1680}"] + (0x2000...0x200A).compactMap(Unicode.Scalar.init)
        + ["\u{2028}", "\u{2029}", "\u{202F}", "\u{205F}", "\u{3000}", "\u{FEFF}"]

    /// A text expression without white space at its ends. The engine trims a set of characters slowly, and few texts need it: only those are
    /// trimmed that begin or end with anything but a printable character of ASCII.
    static func trimmed(_ expression: String) -> String {
        "(CASE WHEN \(mayBeSpace(expression)) OR \(mayBeSpace("(\(expression))[-1]")) THEN \(trimming(expression)) ELSE \(expression) END)"
    }

    /// Whether a text expression, without white space at its ends, is one of some texts; false for NULL. Only what begins with white space or with
    /// one of the texts is looked at closely.
    static func isTrimmed(_ expression: String, among texts: [String]) -> String {
        let starts = texts.filter { !$0.isEmpty }.map { "starts_with(\(expression), \(text($0)))" }
        let candidates = ([mayBeSpace(expression)] + starts).joined(separator: " OR ")
        return "(CASE WHEN \(candidates) THEN \(trimming(expression)) IN \(SQL.texts(texts)) ELSE false END)"
    }

    private static func trimming(_ expression: String) -> String {
        "trim(\(expression), \(text(String(String.UnicodeScalarView(whiteSpace)))))"
    }

    /// Whether a text is empty or its first character is not a printable one of ASCII. Texts compare by their bytes in UTF-8.
    private static func mayBeSpace(_ expression: String) -> String { "\(expression) < '!' OR \(expression) >= '\u{80}'" }
}
