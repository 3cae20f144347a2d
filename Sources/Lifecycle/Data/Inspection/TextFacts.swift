import DuckDB
import Exploration
import Support

/// What the values of a text column look like, in rows of a sample.
struct TextFacts {
    /// Values that are there, empty texts included.
    var rows = 0
    /// Values with white space at an end.
    var spaced = 0
    /// Numbers with or without a fraction after a point.
    var numbers = 0
    /// Numbers with a fraction after a point.
    var pointFractions = 0
    /// Numbers with a comma among their digits.
    var commaNumbers = 0
    /// Numbers with a comma that three digits follow, which may separate thousands.
    var commaThousands = 0
    /// Whole numbers that begin with a zero, as codes do.
    var leadingZeros = 0
    /// Dates as ISO 8601 writes them, with or without a time.
    var times = 0
    /// Dates written day first or with slashes.
    var otherDates = 0
    /// Texts of two capital letters, as codes of countries are.
    var capitalPairs = 0
    /// Whether every number is whole.
    var areWhole = false
    /// Texts that often mean “missing”, as they are written, and how many rows hold each.
    var markers: [ValueCount] = []

    var markerRows: Int { markers.reduce(0) { $0 + $1.count } }
    /// Values that are there and are no markers.
    var others: Int { rows - markerRows }

    /// Texts that mean a missing value in nearly every file, in small letters.
    static let sureMarkers = ["", "?", "na", "n/a", "#n/a", "nan", "null", "\\n", "."]
    /// Texts that mean it among numbers, but may be values among texts, in small letters.
    static let doubtfulMarkers = ["none", "nil", "-", "--", "..", "missing", "nd", "n.a.", "k.a.", "#value!", "#null!", "*", "x"]

    private static let fraction = #"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?"#
    private static let dateFormats = "['%d.%m.%Y', '%d/%m/%Y', '%m/%d/%Y', '%d.%m.%Y %H:%M', '%d.%m.%Y %H:%M:%S', '%d/%m/%Y %H:%M', '%m/%d/%Y %H:%M']"

    /// The facts about text columns, in their order.
    static func find(_ columns: ArraySlice<ColumnReading>, in relation: String, engine: DuckDB) throws(MartletError) -> [TextFacts] {
        var facts = Array(repeating: TextFacts(), count: columns.count)
        let long = "(\(longForm(columns.map { "CAST(\($0.sql) AS VARCHAR)" }, of: relation)))"
        let counts = "SELECT i, v, n, \(ColumnReading.trimmed("v")) AS t FROM (\(ValueCounts.counting(long)))"
        try ScratchTable.with(counts, in: engine) { (table) throws(MartletError) in
            try readShapes(of: table, engine, &facts)
            try readMarkers(of: table, engine, &facts)
        }
        return facts
    }

    private static func readShapes(of table: String, _ engine: DuckDB, _ facts: inout [TextFacts]) throws(MartletError) {
        let shapes = [
            "v <> t", matches(fraction), "\(matches(fraction)) AND contains(t, '.')", matches(#"[+-]?\d+,\d+"#), matches(#"[+-]?\d+,\d{3}"#),
            matches(#"[+-]?0\d+"#), "NOT \(matches(fraction)) AND TRY_CAST(t AS TIMESTAMP) IS NOT NULL",
            "try_strptime(t, \(dateFormats)) IS NOT NULL", matches("[A-Z]{2}"), matches(#"[+-]?\d+"#),
        ]
        let figures = shapes.map { "sum(n) FILTER (WHERE \($0))" }.joined(separator: ", ")
        let answer = try Answer(engine, "SELECT i, sum(n), \(figures) FROM \(table) GROUP BY i")
        for row in 0..<answer.rowCount where facts.indices.contains(answer.count(row, 0)) {
            let count = { answer.count(row, $0) }
            facts[count(0)] = TextFacts(
                rows: count(1), spaced: count(2), numbers: count(3), pointFractions: count(4), commaNumbers: count(5), commaThousands: count(6),
                leadingZeros: count(7), times: count(8), otherDates: count(9), capitalPairs: count(10), areWhole: count(11) == count(3))
        }
    }

    private static func readMarkers(of table: String, _ engine: DuckDB, _ facts: inout [TextFacts]) throws(MartletError) {
        let known = (sureMarkers + doubtfulMarkers).map { DuckDB.quote(literal: $0) }.joined(separator: ", ")
        let sql = "SELECT i, t, sum(n) AS n FROM \(table) WHERE lower(t) IN (\(known)) GROUP BY i, t ORDER BY i, n DESC, t"
        let answer = try Answer(engine, sql)
        for row in 0..<answer.rowCount where facts.indices.contains(answer.count(row, 0)) {
            facts[answer.count(row, 0)].markers.append(ValueCount(answer.text(row, 1), answer.count(row, 2)))
        }
    }

    private static func matches(_ pattern: String) -> String { "regexp_full_match(t, '\(pattern)')" }
}
