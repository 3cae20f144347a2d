import Quality
import Support
import TestSupport
import Testing

@Suite("Fuzzed suites")
struct FuzzTests {
    @Test("are read or refused")
    func suites() {
        let suite = """
            {"name": "s", "expectations": [
              {"type": "expect_column_values_to_be_in_set", "kwargs": {"column": "a", "value_set": [1, "b", null, true], "mostly": 0.9,
               "row_condition": "col(\\"x\\") > 5 and (y in [1, 2] or ~z.isnull())", "condition_parser": "pandas"}, "severity": "info", "meta": {}},
              {"type": "expect_column_values_to_match_strftime_format", "kwargs": {"column": "a", "strftime_format": "%Y-%m-%d"}},
              {"type": "expect_column_quantile_values_to_be_between", "kwargs": {"column": "a", "quantile_ranges": {"quantiles": [0.5], "value_ranges": [[1, null]]}}},
              {"type": "expect_column_kl_divergence_to_be_less_than", "kwargs": {"column": "a", "partition_object": {"bins": [1, 2, 3], "weights": [0.5, 0.5]}}},
              {"type": "expect_column_pair_values_to_be_in_set", "kwargs": {"column_A": "a", "column_B": "b", "value_pairs_set": [[1, 2]]}}], "meta": {}}
            """
        var fuzz = Fuzz(
            "suites", corpus: [suite], tokens: ["col(\\\"", "not in", "[[", "null", "1e999", "-0", "`", "~~", "$PARAMETER", "\\", ".notnull()"])
        let findings = fuzz.run { bytes in _ = try ExpectationSuite(text: String(decoding: bytes, as: UTF8.self), file: "suite.json") }
        #expect(findings.isEmpty, "\(findings.joined(separator: "\n"))")
    }

    @Test("Schemas, in text format and in bytes, are read or refused")
    func schemas() throws {
        let texts = SchemaCases.list.prefix(60).map { Array($0.schema.utf8) }
        var fuzz = Fuzz("schemas", corpus: texts, tokens: ["{", "}", "[", "<", "\\x", "\\U0010ffff", "'", "0x", "-inf", "#", "int_domain", ": "])
        var bytes = Fuzz("schema messages", corpus: try texts.prefix(20).map { try TableSchema($0, file: "s").bytes })
        let read: ([UInt8]) throws -> Void = { _ = try TableSchema($0, file: "schema").text }
        let findings = fuzz.run(share: 0.5, read) + bytes.run(share: 0.5, read)
        #expect(findings.isEmpty, "\(findings.joined(separator: "\n"))")
    }
}
