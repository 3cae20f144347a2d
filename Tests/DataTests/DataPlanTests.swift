import Data
import DataTestSupport
import Quality
import Settings
import Support
import Testing

@Suite("The data section of the settings")
struct DataPlanTests {
    private func plan(_ yaml: String) throws -> DataPlan { try DataPlan(SettingsNode(yaml: yaml, file: "martlet.yaml")) }

    @Test("A complete section is read as it is written")
    func complete() throws {
        let plan = try plan(
            """
            source: {train: "adult-train.csv", test: adult-test.csv, header: columns.txt, missing: ["?"], delimiter: ",", decimal: "."}
            columns: {fnlwgt: {use: false, why: survey weight}, sex: {use: false, sensitive: true}}
            clean:
              - {trim: all}
              - {strip_suffix: {income: "."}}
              - {clip: {age: [17, null]}}
              - {impute: {age: median, work: {constant: none}}}
              - {map: {country: {NO: Norway}}}
            table_rules: [{deduplicate: all}, {filter: "age > 17"}]
            expect:
              - expect_column_values_to_be_between: {column: age, min_value: 16, max_value: 100, mostly: 0.99, severity: warning}
            split: {validation: 0.2, how: stratified, seed: 9}
            policy: {owner: owner@example.org, licence: CC-BY-4.0, keep: 3y, labelling: in-house}
            """)
        #expect(plan.source.train == ["adult-train.csv"] && plan.source.test == ["adult-test.csv"])
        #expect(plan.source.header == .file("columns.txt") && plan.source.missing == ["?"])
        #expect(plan.column("fnlwgt")?.why == "survey weight" && plan.column("sex")?.sensitive == true)
        #expect(
            plan.rules == [
                .trim(.all), .stripSuffix(column: "income", suffix: "."), .clip(column: "age", minimum: 17, maximum: nil),
                .impute(column: "age", with: .median), .impute(column: "work", with: .constant("none")),
                .map(column: "country", values: [Replacement("NO", "Norway")]),
            ])
        #expect(plan.tableRules == [.deduplicate(by: nil), .filter("age > 17")])
        #expect(plan.expectations.first?.severity == .warning && plan.expectations.first?.mostly == 0.99)
        #expect(plan.split == SplitPlan(validation: 0.2, test: 0, method: .stratified, seed: 9))
        #expect(plan.places["clean[3]"]?.line == 7)
    }

    @Test(
        "A mistake is named with its line and what was meant",
        arguments: [
            ("source: {trian: a.csv}", 1, "Did you mean “train”?"),
            ("source: {train: a.csv}\nclean:\n  - {trimm: all}", 3, "Did you mean “trim”?"),
            ("source: {train: a.csv}\nclean:\n  - {cast: {age: nunber}}", 3, "Did you mean “number”?"),
            ("source: {train: a.csv}\nclean:\n  - {clip: {age: [5, 1]}}", 3, "min is larger than max"),
            ("source: {train: a.csv}\nexpect:\n  - expect_column_values_to_not_be_nul: {column: a}", 3, "expect_column_values_to_not_be_null"),
            ("source: {train: a.csv}\nexpect:\n  - expect_column_values_to_be_in_set: {column: a}", 3, "needs “value_set”"),
            ("source: {train: a.csv}\nexpect:\n  - expect_column_min_to_be_between: {column: a, mostly: 0.9}", 3, "no setting “mostly”"),
            ("source: {train: a.csv}\nsplit: {how: time}", 2, "needs “by”"),
            ("source: {train: a.csv}\nsplit: {how: stratifed}", 2, "Did you mean “stratified”?"),
            ("source: {train: a.csv}\nsplit: {validation: 0.6, test: 0.6}", 2, "leave some for training"),
            ("source: {train: a.csv, delimiter: ',,'}", 1, "one character"),
            ("source: {train: a.csv}\ncolumns:\n  a: {weight: true}\n  b: {weight: true}", 4, "Two columns are marked as weight"),
            ("columns: {}", 1, "needs “source”"),
        ])
    func mistakes(yaml: String, line: Int, words: String) throws {
        let error = try #require(Surroundings.error { _ = try plan(yaml) })
        #expect(error.code == .invalidInput)
        #expect(error.place?.file == "martlet.yaml" && error.place?.line == line && error.place?.column != nil)
        #expect(error.message.contains(words), "\(error)")
    }

    @Test("A line that moves does not change the plan")
    func places() throws {
        let text = "source: {train: a.csv}\nclean:\n  - {trim: all}"
        #expect(try plan(text) == plan("# a comment\n" + text))
    }
}
