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

    /// A text expression without white space at its ends.
    static func trimmed(_ expression: String) -> String {
        "trim(\(expression), \(text(String(String.UnicodeScalarView(whiteSpace)))))"
    }
}
