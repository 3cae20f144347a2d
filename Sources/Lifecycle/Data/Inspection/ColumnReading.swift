import DuckDB
import Support
import Tables

/// How the values of a column are to be understood: as they are typed, or as what the text of them says.
struct ColumnReading {
    let name: String
    /// The kind as the source was read.
    let readKind: ColumnKind
    /// The kind that the values have.
    var kind: ColumnKind
    /// Texts that mean a missing value, as they are written, without spaces around them.
    var markers: [String] = []
    /// Whether a comma separates the fraction.
    var hasDecimalComma = false

    init(_ name: String, kind: ColumnKind) {
        self.name = name
        readKind = kind
        self.kind = kind
    }

    var sql: String { DuckDB.quote(identifier: name) }

    /// White space as SQL: the characters that are cut off both ends of a text.
    private static let spaces = "' ' || chr(9) || chr(10) || chr(11) || chr(12) || chr(13) || chr(160) || chr(8239) || chr(12288)"

    /// A text without the white space around it.
    static func trimmed(_ text: String) -> String { "trim(\(text), \(spaces))" }

    /// The value as SQL, NULL where it is missing: text trimmed, numbers as numbers, times as times.
    var value: String {
        guard readKind == .text else { return readKind == .number ? "CASE WHEN NOT isnan(CAST(\(sql) AS DOUBLE)) THEN \(sql) END" : sql }
        let text = Self.trimmed("CAST(\(sql) AS VARCHAR)")
        let missing = ([""] + markers).map { DuckDB.quote(literal: $0) }.joined(separator: ", ")
        let present = "CASE WHEN \(text) NOT IN (\(missing)) THEN \(text) END"
        switch kind {
        case .text: return present
        case .timestamp: return "TRY_CAST(\(present) AS TIMESTAMP)"
        default: return "TRY_CAST(\(hasDecimalComma ? "replace(\(present), ',', '.')" : present) AS DOUBLE)"
        }
    }

    /// The value as a number or text that the engine's answers carry unchanged; times as seconds.
    var plainValue: String {
        switch kind {
        case .text: "CAST(\(value) AS VARCHAR)"
        case .timestamp: "epoch(\(value))"
        case .boolean: "CAST(CAST(\(value) AS BOOLEAN) AS DOUBLE)"
        case .integer, .number: "CAST(\(value) AS DOUBLE)"
        }
    }
}
