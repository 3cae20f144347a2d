import DataTestSupport
import DuckDB
import Quality
import Settings
import Support
import Tables
import Testing

@Suite("Row conditions", .enabled(if: Surroundings.hasDuckDB, "DuckDB is not installed; run “make setup”."))
struct ConditionTests {
    private static let table: [Column] = [
        Column("a b", kind: .integer, numbers: [1, 2, 3, .nan]), Column("s", strings: ["x", "y'z", "\"", nil]),
        Column("at", kind: .timestamp, numbers: [0, 86_400, 172_800, .nan]),
    ]

    @Test(
        "choose rows in the spelling of Great Expectations, of pandas and of SQL",
        arguments: [
            ("col(\"a b\") > 1", "great_expectations", 2), ("col('a b')>=1", "great_expectations__experimental__", 3),
            ("col(\"s\").notNull()", "great_expectations", 3), ("col(\"at\") > date(\"1970-01-01\")", "great_expectations", 2),
            ("`a b` != 1", "pandas", 3), ("`a b` not in [1, 2]", "pandas", 2), ("~s.isnull() & (`a b` < 3 | s == '\"')", "pandas", 3),
            ("s == \"y'z\"", "pandas", 1), ("s == 'y\\'z'", "pandas", 1), ("1 < `a b` <= 3", "pandas", 2), ("-`a b` * 2 + 1 < -2", "pandas", 2),
            ("not (`a b` == 1)", "pandas", 3), ("s in []", "pandas", 0), ("\"a b\" = 1 OR s IS NULL", "sql", 2),
        ])
    func chosen(_ condition: String, _ parser: String, _ rows: Int) throws {
        let arguments: JSONValue = ["value": JSONValue(rows), "row_condition": .string(condition), "condition_parser": .string(parser)]
        let report = try ConditionTests.validate([Expectation(.rowCountEqual, arguments)])
        #expect(report.results[0].success && report.results[0].exception == nil, "\(report.results[0].sentence)")
    }

    @Test(
        "that are not understood fail alone, with the reason",
        arguments: ["col(a) > 1", "col(\"a b\") >", "1 ? 2", "a b > 1", "exec('x')", "x.y()", "'a"])
    func refused(_ condition: String) throws {
        let arguments: JSONValue = ["column": "s", "row_condition": .string(condition), "condition_parser": "pandas"]
        let report = try ConditionTests.validate([Expectation(.valuesToBeNull, arguments), Expectation(.valuesToBeNull, ["column": "s"])])
        #expect(report.results[0].exception?.contains("row_condition") == true && report.results[1].exception == nil)
        #expect(report.results[1].unexpectedCount == 3)
    }

    private static func validate(_ expectations: [Quality.Expectation]) throws -> ValidationReport {
        let engine = try Surroundings.engine()
        let table = try Table(table)
        try engine.append(table, as: "t")
        return try Validation(engine: engine, relation: "t", columns: table.columns.map { TypedColumn($0.name, $0.kind) }).validate(expectations)
    }
}
