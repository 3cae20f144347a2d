import DataTestSupport
import DuckDB
import Quality
import Support
import Tables
import TestSupport
import Testing

@Suite("Rejected rows and wide tables", .enabled(if: Surroundings.hasDuckDB, "DuckDB is not installed; run “make setup”."))
struct RejectedRowsTests {
    @Test("Every row that was not expected is kept once, with all its reasons")
    func rejected() throws {
        let engine = try Surroundings.engine()
        let folder = try TemporaryFolder()
        let table = try Table([
            Column("age", kind: .integer, numbers: [10, 200, .nan, 30, 30]), Column("name", strings: ["ann", "b0b", nil, "cyd", "cyd"]),
        ])
        try engine.append(table, as: "t")
        let expectations = [
            Expectation(.valuesToBeBetween, ["column": "age", "max_value": 120]), Expectation(.valuesToNotBeNull, ["column": "name"]),
            Expectation(.valuesToNotMatchRegex, ["column": "name", "regex": "(?<=b)[0-9]"]),
            Expectation(.valuesToBeUnique, ["column": "name"], severity: .warning),
            Expectation(.valuesToBeIncreasing, ["column": "age", "strictly": true], severity: .info),
        ]
        let file = folder.path("rejects.parquet")
        let validation = Validation(engine: engine, relation: "t", columns: table.columns.map { TypedColumn($0.name, $0.kind) })
        let report = try validation.validate(expectations, rejects: RejectedRows(path: file))
        #expect(report.rejectedRows == 4 && report.results.allSatisfy { !$0.success && $0.exception == nil })
        let kept = try engine.query("SELECT * FROM read_parquet('\(file)') ORDER BY martlet_row")
        #expect(kept.names == ["age", "name", "martlet_row", "martlet_reason"])
        #expect(kept["martlet_row"]?.numbers == [1, 2, 3, 4])
        #expect(kept["martlet_reason"]?.category(0) == "age: expect_column_values_to_be_between; name: expect_column_values_to_not_match_regex")
        #expect(kept["martlet_reason"]?.category(3) == "name: expect_column_values_to_be_unique")
        let clean = try validation.validate(
            [Expectation(.valuesToBeBetween, ["column": "age", "max_value": 300])], rejects: RejectedRows(path: file))
        #expect(clean.rejectedRows == 0)
    }

    @Test("Five thousand columns are checked, and what one expectation breaks is its own")
    func wide() throws {
        let engine = try Surroundings.engine()
        let columns = (0..<5000).map { Column("c\($0)", kind: .integer, numbers: [1, 2, Double($0)]) }
        let table = try Table(columns)
        try engine.append(table, as: "wide")
        var expectations = columns.map { Expectation(.valuesToNotBeNull, ["column": .string($0.name)]) }
        expectations += columns.prefix(300).map { Expectation(.uniqueCountToBeBetween, ["column": .string($0.name), "min_value": 3]) }
        expectations.append(Expectation(.unexpectedRows, ["unexpected_rows_query": "SELECT CAST('x' || c1 AS INTEGER) FROM {batch}"]))
        let report = try Validation(engine: engine, relation: "wide", columns: table.columns.map { TypedColumn($0.name, $0.kind) }).validate(
            expectations)
        #expect(report.results.prefix(5000).allSatisfy { $0.success })
        #expect(report.results.dropFirst(5000).prefix(300).count { !$0.success } == 2)
        #expect(report.results.last?.exception != nil)
    }
}
