import DataTestSupport
import DuckDB
import Exploration
import Foundation
import Quality
import Support
import Tables
import TestSupport
import Testing

@Suite(
    "Schemas are judged as TensorFlow Data Validation judges them",
    .enabled(if: Surroundings.hasDuckDB, "DuckDB is not installed; run “make setup”."),
    .enabled(if: PythonClient.hasDataValidation, "\(PythonClient.absence)"))
struct DataValidationTests {
    /// Both sides' anomalies, by case.
    private struct Answers {
        var cases: [JSONValue]
        var inferred: JSONValue
        var proposed: JSONValue
    }

    /// A table, and its statistics as we write them in a file of that name.
    private static func table(_ name: String, _ select: String, _ engine: DuckDB, _ folder: TemporaryFolder) throws -> JudgedTable {
        try engine.execute("CREATE TABLE \(name) AS \(select)")
        let columns = try engine.query("SELECT * FROM \(name) LIMIT 0").columns.map { TypedColumn($0.name, $0.kind) }
        let profile = try Profile.make(relation: name, columns: columns.map { ($0.name, $0.kind) }, engine: engine)
        var values: [String: [ValueCount]] = [:]
        for column in columns where column.kind == .text {
            values[column.name] = try JudgedTable.valueCounts(column.name, of: name, limit: StatisticsMessage.mostValues, engine: engine)
        }
        try Data(StatisticsMessage([(name, profile.json)], values: values).bytes).write(to: URL(filePath: folder.path("\(name).pb")))
        return try JudgedTable(name, relation: name, columns: columns, engine: engine)
    }

    private static func answers() async throws -> Answers {
        let folder = try TemporaryFolder()
        let engine = try Surroundings.engine()
        let table = try table("judged", SchemaCases.table.replacing("\n", with: " "), engine, folder)
        let other = try Self.table("other", SchemaCases.other, engine, folder)
        var requests: [JSONValue] = []
        for (i, test) in SchemaCases.list.enumerated() {
            let schema = try TableSchema(Array(test.schema.utf8), file: "schema.pbtxt")
            let control = test.isCompared ? other : nil
            let report = try SchemaValidator(schema, environment: test.environment, previous: control, serving: control, previousVersion: control)
                .anomalies(of: table)
            try Data(report.bytes).write(to: URL(filePath: folder.path("\(i).pb")))
            try Data(report.text.utf8).write(to: URL(filePath: folder.path("\(i).pbtxt")))
            try Data(report.json.pretty.utf8).write(to: URL(filePath: folder.path("\(i).json")))
            let compared: JSONValue = test.isCompared ? "other.pb" : nil
            requests.append([
                "schema": .string(test.schema), "statistics": "judged.pb", "environment": JSONValue(test.environment), "previous": compared,
                "serving": compared, "ours": .string("\(i)"),
            ])
        }
        let proposed = try SchemaProposer(table).schema()
        try Data(proposed.text.utf8).write(to: URL(filePath: folder.path("proposed.pbtxt")))
        try Data(proposed.bytes).write(to: URL(filePath: folder.path("proposed.pb")))
        try Data(JSONValue.array(requests).compact.utf8).write(to: URL(filePath: folder.path("cases.json")))
        _ = try await PythonClient.runDataValidation("tfdv.py", folder: folder)
        for (i, test) in SchemaCases.list.enumerated() {
            let bytes = Array(try Data(contentsOf: URL(filePath: folder.path("\(i).schema.pb"))))
            guard !bytes.isEmpty else { continue }
            let (read, written) = (try TableSchema(bytes, file: "schema.pb"), try TableSchema(Array(test.schema.utf8), file: "schema.pbtxt"))
            #expect(
                read.features == written.features && read.domains == written.domains && read.environments == written.environments, "\(test.schema)")
        }
        let answers = try JSONValue(parsing: Array(Data(contentsOf: URL(filePath: folder.path("answers.json")))))
        return Answers(cases: answers["cases"].elements, inferred: answers["inferred"], proposed: answers["proposed"])
    }

    @Test("The same anomalies and distances, in bytes, as text and as JSON; and the same schema is inferred")
    func everything() async throws {
        let answers = try await Self.answers()
        var seen: Set<String> = []
        for (test, answer) in zip(SchemaCases.list, answers.cases) {
            let (theirs, ours) = (answer["theirs"], answer["ours"])
            #expect(Self.differences(theirs["columns"], ours["columns"]) == [], "\(test)")
            #expect(theirs["dataset"] == ours["dataset"] && theirs["missing"] == ours["missing"], "\(test)")
            for kind in ["drift", "skew"] { Self.compareDistances(theirs[kind], ours[kind], "\(test)") }
            seen.formUnion((ours["columns"].members.flatMap(\.value.elements) + ours["dataset"].elements).compactMap(\.text))
        }
        #expect(answers.cases.count > 100)
        // Of these one side cannot say anything here; tests of their own do.
        let elsewhere: Set<AnomalyType> = [.several, .hasInfinity, .comparedFewExamples]
        let expected = Set(AnomalyType.allCases).subtracting(elsewhere).map(\.rawValue)
        #expect(Set(expected).subtracting(seen) == [], "every anomaly is met")
        #expect(answers.inferred == answers.proposed)
    }

    /// The columns with different anomalies, with both sides.
    private static func differences(_ theirs: JSONValue, _ ours: JSONValue) -> [String] {
        let names = Set(theirs.members.map(\.key) + ours.members.map(\.key))
        return names.sorted().filter { theirs[$0] != ours[$0] }.map { "\($0): \(theirs[$0].compact) and here \(ours[$0].compact)" }
    }

    private static func compareDistances(_ theirs: JSONValue, _ ours: JSONValue, _ title: String) {
        #expect(Set(theirs.members.map(\.key)) == Set(ours.members.map(\.key)), "\(title)")
        for column in theirs.members {
            let own = ours[column.key]
            #expect(Set(column.value.members.map(\.key)) == Set(own.members.map(\.key)), "\(column.key) \(title)")
            for measure in column.value.members {
                let (a, b) = (measure.value.double ?? .nan, own[measure.key].double ?? .nan)
                #expect(abs(a - b) < 1e-9, "\(column.key) \(measure.key): \(a) and here \(b) of \(title)")
            }
        }
    }
}
