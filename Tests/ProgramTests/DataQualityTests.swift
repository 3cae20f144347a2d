import Foundation
import Support
import TestSupport
import Testing

@Suite("Data quality at the terminal", .enabled(if: Program.isComplete, "\(Program.absence)"), .inTurns) struct DataQualityTests {
    private static let rows = "id,price,kind,mail\n1,10,new,a@b.org\n2,-5,old,c@d.org\n3,20,odd,e@f.org\n"
    private static let suite = """
        {"name": "orders", "expectations": [
          {"type": "expect_column_values_to_be_between", "kwargs": {"column": "price", "min_value": 0}, "severity": "critical", "meta": {}},
          {"type": "expect_column_values_to_be_in_set", "kwargs": {"column": "kind", "value_set": ["new", "old"]}, "severity": "warning", "meta": {}}],
         "meta": {}}
        """

    @Test("A file is checked without a project, its bad rows are kept, and a suite is proposed for it") func files() async throws {
        let folder = try TemporaryFolder(["orders.csv": Self.rows, "suite.json": Self.suite])
        let checked = try await folder.martlet("data", "validate", "orders.csv", "--suite", "suite.json", "--rejects", "bad.parquet")
        #expect(checked.status == 1 && checked.output.hasPrefix("0 of 2 expectations hold on 3 rows."), "\(checked.output)\(checked.errors)")
        #expect(checked.errors.contains("2 rows are rejected: bad.parquet."))
        let json = try await folder.martlet("data", "validate", "orders.csv", "--suite", "suite.json", "--json").json
        #expect(json["success"] == false && json["results"].elements[0]["result"]["partial_unexpected_list"] == [-5])
        let shown = try await folder.martlet("data", "rejects", "orders.csv", "--suite", "suite.json", "--json").json
        #expect(shown["rejected"] == 2 && shown["shown"].elements.map { $0["id"] } == [2, 3])
        #expect(shown["shown"].elements[0]["martlet_reason"] == "price: expect_column_values_to_be_between")
        let proposed = try await folder.martlet("data", "propose", "orders.csv")
        #expect(proposed.output.contains("mail: {pii: email}") && proposed.output.contains("expect_table_columns_to_match_set"), "\(proposed.errors)")
        try folder.write("proposed.json", try await folder.martlet("data", "propose", "orders.csv", "--json").output)
        let own = try await folder.martlet("data", "validate", "orders.csv", "--suite", "proposed.json")
        #expect(own.status == 0, "\(own.output)\(own.errors)")
    }

    @Test("A project's suite file gates its run, and its dataset is checked again") func project() async throws {
        let folder = try await Loans.trained()
        let rejected = try await folder.martlet("data", "rejects")
        #expect(rejected.status == 0 && rejected.output.hasPrefix("0 rows do not meet an expectation."), "\(rejected.output)\(rejected.errors)")
        let proposal = try await folder.martlet("data", "propose", "--json")
        try folder.write("suite.json", proposal.output)
        #expect(try await folder.martlet("data", "validate", "--suite", "suite.json").status == 0, "\(proposal.errors)")
        try folder.replace("  split:", with: "  expect: suite.json\n  split:")
        let checked = try await folder.martlet("data", "validate", "--json").json
        #expect(checked["success"] == true && checked["results"].elements.count > 3)
        try folder.write("suite.json", #"{"expectations": [{"type": "expect_table_row_count_to_equal", "kwargs": {"value": 1}}]}"#)
        let run = try await folder.martlet("run")
        #expect(run.status == 1 && run.errors.contains("A critical expectation does not hold"), "\(run.errors)")
        try folder.remove("suite.json")
        let missing = try await folder.martlet("data", "validate")
        #expect(missing.status == 1 && missing.errors.contains("There is no file suite.json."), "\(missing.errors)")
    }
}
