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

    @Test("A schema is proposed for a file and judged without a project, and drift is measured against another file") func schemas() async throws {
        let folder = try TemporaryFolder(["orders.csv": Self.rows, "later.csv": Self.rows.replacing("new", with: "odd") + "4,7.5,odd,\n"])
        #expect(try await folder.martlet("data", "propose", "orders.csv", "--schema", "schema.pbtxt").output == "4 columns in schema.pbtxt.\n")
        let own = try await folder.martlet("data", "validate", "orders.csv", "--schema", "schema.pbtxt")
        #expect(own.status == 0 && own.output == "The schema holds.\n", "\(own.output)\(own.errors)")
        let compared = "name: \"kind\"\n  drift_comparator { infinity_norm { threshold: 0.1 } }\n  type"
        try folder.replace("name: \"kind\"\n  type", with: compared, in: "schema.pbtxt")
        let arguments = ["data", "validate", "later.csv", "--schema", "schema.pbtxt", "--previous", "orders.csv", "--anomalies", "found.pbtxt"]
        let later = try await Program.run(arguments + ["--json"], in: folder.path)
        let found = try later.json
        #expect(later.status == 1 && found["anomaly_info"].members.map(\.key) == ["kind", "mail", "price"], "\(later.output)\(later.errors)")
        #expect(found["anomaly_info"]["price"]["reason"].elements.map { $0["type"] } == ["UNEXPECTED_DATA_TYPE"])
        #expect(found["anomaly_info"]["kind"]["reason"].elements.map { $0["type"] } == ["COMPARATOR_L_INFTY_HIGH"])
        #expect(found["drift_skew_info"].elements[0]["drift_measurements"].elements[0]["threshold"] == 0.1)
        #expect(try folder.read("found.pbtxt").contains("type: COMPARATOR_L_INFTY_HIGH"))
        try folder.write("suite.json", Self.suite)
        let both = try await folder.martlet("data", "validate", "orders.csv", "--suite", "suite.json", "--schema", "schema.pbtxt", "--json").json
        #expect(both["success"] == false && both["anomalies"]["anomaly_name_format"] == "SERIALIZED_PATH")
        try folder.write("martlet.yaml", "martlet: 1\nproject: tracked\n")
        #expect(try await folder.martlet("data", "validate", "orders.csv", "--schema", "schema.pbtxt").status == 0)
    }

    @Test("A schema gates a run, rows that do not meet an expectation are kept by number, and what is erased is not among them") func kept()
        async throws
    {
        let folder = try await Loans.trained()
        #expect(try await folder.martlet("data", "propose", "--schema", "schema.pbtxt").status == 0)
        let expected =
            "  schema: {file: schema.pbtxt, severity: warning}\n  expect: [{expect_column_values_to_be_between: {column: income, max_value: 80, severity: warning}}]\n"
        try folder.replace("  split:", with: expected + "  split:")
        let run = try await folder.martlet("run")
        #expect(run.status == 0, "\(run.output)\(run.errors)")
        let rejects = try await folder.martlet("data", "rejects", "--json").json
        let count = try #require(rejects["rejected"].int)
        #expect(count > 20 && rejects["shown"].elements.count == 20)
        #expect(
            rejects["shown"].elements.allSatisfy {
                ($0["income"].double ?? 0) > 80 && $0["martlet_reason"] == "income: expect_column_values_to_be_between"
            })
        let person = try #require(rejects["shown"].elements[3]["id"].text)
        let others = Loans.rows(600).filter { !$0.hasPrefix("\(person),") }
        try folder.write("loans.csv", ([Loans.header] + others).joined(separator: "\n") + "\n")
        let erased = try await folder.martlet("data", "erase", "--subject", person, "--because", "asked", "--yes")
        #expect(erased.status == 0, "\(erased.output)\(erased.errors)")
        let left = try await folder.martlet("data", "rejects", "--json", "--limit", "1000").json
        #expect(left["rejected"].int == count - 1 && !left["shown"].elements.contains { $0["id"].text == person })
        #expect(left["shown"].elements.first == rejects["shown"].elements.first, "Everybody else is there as before.")
        try folder.write("schema.pbtxt", "feature { name: 'nobody' type: INT presence { min_count: 1 } }")
        try folder.replace(", severity: warning}\n  expect", with: "}\n  expect")
        let stopped = try await folder.martlet("run")
        #expect(stopped.status == 1 && stopped.errors.contains("The schema does not hold: SCHEMA_"), "\(stopped.errors)")
    }

    @Test("Rows without a target are counted in the table before, too, and what a version's test part is stays as it was made")
    func counted() async throws {
        let table = { (rows: Range<Int>) in "x,y\n" + rows.map { "\($0 % 37),\($0 % 4 == 3 ? "" : $0 % 4 == 0 ? "a" : "b")\n" }.joined() }
        let settings = """
            martlet: 1
            project: counted
            charter:
              problem: {type: binary, target: y, positive: a}
            data:
              source: {train: rows.csv, test: later.csv}
              schema: {file: schema.pbtxt}
              expect: [{expect_column_values_to_be_between: {column: x, max_value: 30, severity: warning}}]
              split: {validation: 0.2, seed: 1}
            pipeline:
              - {id: baseline, uses: train/majority}
            """
        let schema = """
            feature { name: 'x' type: INT } feature { name: 'y' type: BYTES }
            dataset_constraints { num_examples_version_comparator { min_fraction_threshold: 0.95 max_fraction_threshold: 1.05 } }
            """
        let folder = try TemporaryFolder([
            "martlet.yaml": settings, "schema.pbtxt": schema, "rows.csv": table(0..<400), "later.csv": table(400..<480),
        ])
        let first = try await folder.martlet("run", "data")
        #expect(first.status == 0, "\(first.errors)")
        let unmet = try await folder.martlet("data", "rejects", "--json").json["rejected"].int ?? 0
        #expect(unmet > 20)
        try folder.replace("seed: 1", with: "seed: 2")
        let second = try await folder.martlet("run", "data")
        #expect(second.status == 0, "As many rows as before are no anomaly: \(second.errors)")
        // The test file is named no more; the version was made with one all the same.
        try folder.replace(", test: later.csv", with: "")
        #expect(try await folder.martlet("data", "rejects", "--json").json["rejected"].int == unmet)
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
