import DataTestSupport
import DuckDB
import Quality
import Support
import Tables
import TestSupport
import Testing

@Suite("Schemas of TensorFlow Data Validation", .enabled(if: Surroundings.hasDuckDB, "DuckDB is not installed; run “make setup”."))
struct SchemaTests {
    private static func table(_ select: String, _ engine: DuckDB, _ name: String = "t") throws -> JudgedTable {
        try engine.execute("CREATE OR REPLACE TABLE \(name) AS \(select)")
        let columns = try engine.query("SELECT * FROM \(name) LIMIT 0").columns.map { TypedColumn($0.name, $0.kind) }
        return try JudgedTable(name, relation: name, columns: columns, engine: engine)
    }

    /// The names of the anomalies, with their columns.
    private static func anomalies(_ schema: String, _ select: String, previous: String? = nil) throws -> [String] {
        let engine = try Surroundings.engine()
        let before = try previous.map { try table($0, engine, "before") }
        let report = try SchemaValidator(TableSchema(Array(schema.utf8), file: "s"), previous: before, previousVersion: before)
            .anomalies(of: table(select, engine))
        return report.all.map { "\($0.column ?? "") \($0.reason.type.rawValue)" }
    }

    @Test("What a proposed schema is written from, it holds for, and it is read as it was written")
    func proposal() throws {
        let engine = try Surroundings.engine()
        let table = try Self.table(SchemaCases.table, engine)
        let proposed = try SchemaProposer(table).schema()
        let read = try TableSchema(Array(proposed.text.utf8), file: "schema.pbtxt")
        #expect(read.features == proposed.features && read.domains == proposed.domains)
        #expect(try TableSchema(proposed.bytes, file: "schema.pb").features == proposed.features)
        #expect(try SchemaValidator(read).anomalies(of: table).isEmpty)
    }

    @Test("Infinite numbers, rows compared with before, and no rows at all")
    func rest() throws {
        let infinite = "feature { name: 'x' type: FLOAT float_domain { disallow_inf: true } }"
        #expect(try Self.anomalies(infinite, "SELECT unnest([1.5, '-inf'::DOUBLE]) AS x") == ["x FLOAT_TYPE_HAS_INF"])
        let ratio = "feature { name: 'x' type: INT } dataset_constraints { num_examples_drift_comparator { min_fraction_threshold: 0.5 } }"
        #expect(try Self.anomalies(ratio, "SELECT 1 AS x", previous: "SELECT i AS x FROM range(0, 3) t(i)") == [" COMPARATOR_LOW_NUM_EXAMPLES"])
        let most = "feature { name: 'x' type: INT } dataset_constraints { max_examples_count: 2 }"
        #expect(try Self.anomalies(most, "SELECT i AS x FROM range(0, 3) t(i)") == [" DATASET_HIGH_NUM_EXAMPLES"])
        let engine = try Surroundings.engine()
        let empty = try SchemaValidator(TableSchema([], file: "s")).anomalies(of: Self.table("SELECT 1 AS x WHERE false", engine))
        #expect(empty.isDataMissing && !empty.isEmpty && empty.json["data_missing"] == true)
    }

    @Test("Times and truth values are texts where the schema says so, and whole numbers elsewhere; a list of different values needs no upper limit")
    func kinds() throws {
        let select = "SELECT DATE '2026-01-01' + i::INT AS day, i % 2 = 0 AS flag, 'v' || i AS many FROM range(0, 5) t(i)"
        let texts = "feature { name: 'day' type: BYTES } feature { name: 'flag' type: BYTES bool_domain { true_value: 'true' false_value: 'false' } }"
        let many = " feature { name: 'many' type: BYTES unique_constraints { min: 2 } }"
        #expect(try Self.anomalies(texts + many, select) == [])
        let numbers = "feature { name: 'day' type: INT int_domain { min: 1767225600 } } feature { name: 'flag' type: INT bool_domain {} }"
        #expect(try Self.anomalies(numbers + many, select) == [])
        #expect(try Self.anomalies("feature { name: 'day' type: FLOAT }" + many, select).contains("day UNEXPECTED_DATA_TYPE"))
    }

    @Test("Comments, lists, escapes and quotes of the text format are read; what is not judged is told")
    func format() throws {
        let text = """
            # A schema.
            feature: < name: "a\\x62" 'c' ; type: 2, int_domain { min: -0x10 } annotation { tag: "}" comment: '#' } >
            string_domain { name: 'd' value: ["\\303\\244", '\\'', "\\u00fc\\n"] }
            sparse_feature { name: "s" }
            """
        let schema = try TableSchema(Array(text.utf8), file: "schema.pbtxt")
        #expect(schema.features.map(\.name) == ["abc"] && schema.features[0].kind == .int && schema.features[0].domain == .ints(.init(-16, nil)))
        #expect(schema.domains == [.init(name: "d", values: ["ä", "'", "ü\n"])])
        #expect(schema.unread == ["annotation", "sparse_feature"])
        #expect(try TableSchema(Array(schema.text.utf8), file: "again").domains == schema.domains)
    }

    @Test(
        "An error names the line and the nearest name",
        arguments: [
            ("feature {\n  nam: 'x'\n}", 2, "Did you mean “name”?"), ("feature { name: 'x' type: IMT }", 1, "Did you mean “INT”?"),
            ("feature {\n name: 'x'", 2, "not closed"), ("feature { name: \"x }", 1, "not closed"), ("feature { presence: 3 }", 1, "needs “{”"),
            ("feature { name { } }", 1, "a value, not a message"), ("}", 1, "closes nothing"),
            ("feature { presence { min_count: 1.5 } }", 1, "cannot be"),
        ])
    func errors(text: String, line: Int, hint: String) {
        #expect {
            _ = try TableSchema(Array(text.utf8), file: "schema.pbtxt")
        } throws: { error in
            guard let error = error as? MartletError else { return false }
            return error.code == .invalidInput && error.place?.line == line && error.message.contains(hint)
        }
    }

    @Test("Names with a full stop, a bracket or a quote are keys as that tool writes them")
    func paths() throws {
        let found = try Self.anomalies("", "SELECT 1 AS \"a.b\", 1 AS \"it's\", 1 AS \"(c)\", 1 AS \"d(e)\", 1 AS plain")
        #expect(Set(found.map { $0.replacing(" SCHEMA_NEW_COLUMN", with: "") }) == ["'a.b'", "'it''s'", "(c)", "'d(e)'", "plain"])
    }
}
