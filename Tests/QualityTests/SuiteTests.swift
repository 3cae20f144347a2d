import Quality
import Support
import Testing

@Suite("Suite files of Great Expectations")
struct SuiteTests {
    private static let suite = """
        {
          "name": "orders",
          "id": null,
          "expectations": [
            {
              "type": "expect_column_values_to_be_between",
              "kwargs": {"column": "price", "min_value": 0.5, "max_value": null, "mostly": 0.99, "row_condition": "col(\\"kind\\") == \\"sold\\"",
                         "condition_parser": "great_expectations"},
              "meta": {"notes": {"format": "markdown", "content": ["never *free*"]}},
              "severity": "warning"
            },
            {"type": "expect_table_row_count_to_be_between", "kwargs": {"min_value": 1}, "meta": {}, "severity": "critical"}
          ],
          "meta": {"great_expectations_version": "1.24.1"}
        }
        """

    @Test("are read with severity, notes and conditions, and written as they were")
    func readAndWritten() throws {
        let suite = try ExpectationSuite(text: SuiteTests.suite, file: "orders.json")
        #expect(suite.name == "orders" && suite.expectations.map(\.type) == [.valuesToBeBetween, .rowCountBetween])
        #expect(suite.expectations[0].severity == .warning && suite.expectations[1].severity == .critical)
        #expect(suite.expectations[0].arguments["max_value"].isNull && suite.expectations[0].mostly == 0.99)
        #expect(suite.expectations[0].meta["notes"]["format"] == "markdown")
        #expect(try ExpectationSuite(text: suite.json.pretty, file: "again.json") == suite)
    }

    @Test("of versions before 1 are read too")
    func older() throws {
        let text = """
            {"expectation_suite_name": "old", "data_asset_type": null, "expectations": [
              {"expectation_type": "expect_column_values_to_not_be_null", "kwargs": {"column": "id", "result_format": "BASIC"}, "meta": {}}], "meta": {}}
            """
        let suite = try ExpectationSuite(text: text, file: "old.json")
        #expect(suite.name == "old" && suite.expectations == [Expectation(.valuesToNotBeNull, ["column": "id"])])
    }

    @Test(
        "that are wrong name the line and what to do",
        arguments: [
            ("{}", "no “expectations”"), ("{\"expectations\": [{\"kwargs\": {}}]}", "needs its “type”"),
            ("{\"expectations\": [{\"type\": \"expect_column_values_to_be_nul\"}]}", "Did you mean “expect_column_values_to_be_null”?"),
            ("{\"expectations\": [{\"type\": \"expect_column_to_exist\", \"kwargs\": {}}]}", "needs “column”"),
            (
                "{\"expectations\": [{\"type\": \"expect_column_to_exist\", \"kwargs\": {\"column\": {\"$PARAMETER\": \"c\"}}}]}",
                "parameter of the suite"
            ),
            (
                "{\"expectations\": [{\"type\": \"expect_column_values_to_be_null\", \"kwargs\": {\"column\": \"a\", \"row_condition\": \"col(\\\"a\\\") >\"}}]}",
                "ends where a value is needed"
            ),
            (
                "{\"expectations\": [\n{\"type\": \"expect_column_values_to_be_between\",\n \"kwargs\": {\"column\": \"a\", \"min_value\": 2, \"max_value\": 1}}]}",
                "suite.json:3"
            ),
            ("{\"expectations\": [", "suite.json"),
        ])
    func mistakes(_ text: String, _ words: String) {
        let error = #expect(throws: MartletError.self) { _ = try ExpectationSuite(text: text, file: "suite.json") }
        #expect(error.map { "\($0)".contains(words) } == true, "\(error.map { "\($0)" } ?? "")")
    }
}
