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
    /// Whether values have white space at an end, which means nothing.
    var hasSpaces = false
    /// Whether a comma separates the fraction.
    var hasDecimalComma = false

    init(_ name: String, kind: ColumnKind) {
        self.name = name
        readKind = kind
        self.kind = kind
    }

    var sql: String { DuckDB.quote(identifier: name) }

    /// White space as SQL: the characters that are cut off both ends of a text. One literal, because thousands of columns repeat it.
    private static let spaces = DuckDB.quote(literal: " \t\n\u{B}\u{C}\r\u{A0}\u{202F}\u{3000}")

    /// A text without the white space around it.
    static func trimmed(_ text: String) -> String { "trim(\(text), \(spaces))" }

    /// The value as SQL, NULL where it is missing: text trimmed, numbers as numbers, times as times.
    var value: String {
        guard readKind == .text else { return readKind == .number ? "CASE WHEN NOT isnan(CAST(\(sql) AS DOUBLE)) THEN \(sql) END" : sql }
        let text = hasSpaces ? Self.trimmed("CAST(\(sql) AS VARCHAR)") : "CAST(\(sql) AS VARCHAR)"
        let missing = markers.map { DuckDB.quote(literal: $0) }.joined(separator: ", ")
        let present = markers.isEmpty ? "nullif(\(text), '')" : "CASE WHEN \(text) NOT IN ('', \(missing)) THEN \(text) END"
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

    /// A SELECT of values `v` and how many rows `n` hold each, NULL among them. Values are counted before they are understood, which is less work;
    /// one that is written in two ways comes twice.
    func counting(in relation: String) -> String {
        let rows = DuckDB.quote(identifier: "rows of \(name)")
        return "SELECT \(plainValue) AS v, \(rows) AS n FROM (SELECT \(sql), count(*) AS \(rows) FROM \(relation) GROUP BY \(sql))"
    }

    /// The value as it was read, in a type that two files share.
    var readValue: String {
        switch readKind {
        case .text: "CAST(\(sql) AS VARCHAR)"
        case .integer, .number: "CAST(\(sql) AS DOUBLE)"
        case .boolean, .timestamp: sql
        }
    }
}
