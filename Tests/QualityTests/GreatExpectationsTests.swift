import DataTestSupport
import DuckDB
import Foundation
import Quality
import Support
import Tables
import TestSupport
import Testing

@Suite(
    "Expectations have the verdicts, counts and figures of Great Expectations",
    .enabled(if: Surroundings.hasDuckDB, "DuckDB is not installed; run “make setup”."),
    .enabled(if: PythonClient.hasExpectations, "\(PythonClient.absence)"))
struct GreatExpectationsTests {
    /// The answers of both sides to one case.
    struct Pair {
        var table: String
        var type: String
        var arguments: JSONValue
        /// Great Expectations' answer: `success`, `result`, `exception`, or `refused`.
        var theirs: JSONValue
        /// Ours; nil where we refuse to read it.
        var ours: ExpectationResult?

        var title: String { "\(table): \(type) \(arguments.compact)" }

        /// Whether they gave no verdict on the data.
        var theyFail: Bool { !theirs["refused"].isNull || !theirs["exception"].isNull }
    }

    /// Both sides' answers to all cases; the other side is one process.
    private static func pairs() async throws -> [Pair] {
        let folder = try TemporaryFolder()
        let engine = try Surroundings.engine()
        for (name, sql) in ComparedTables.all {
            try engine.execute("CREATE TABLE \(name) AS \(sql)")
            try engine.execute("COPY \(name) TO '\(folder.path)/\(name).parquet' (FORMAT parquet)")
        }
        var requests: [JSONValue] = []
        var pairs: [[Pair]] = []
        for (name, other) in ComparedTables.all.flatMap({ [($0.0, "pandas"), ($0.0, "sqlite")] }) {
            let cases = ComparedCases.all(engine: other, share: ComparedTables.share(name))
            let list = cases.map { JSONValue.object([.init("type", .string($0.0)), .init("kwargs", $0.1)]) }
            requests.append(["table": .string(name), "engine": .string(other), "expectations": .array(list)])
            pairs.append(try ours(name, cases, engine))
        }
        try Data(JSONValue.array(requests).compact.utf8).write(to: URL(filePath: folder.path + "/requests.json"))
        _ = try await PythonClient.runExpectations("expectations.py", folder: folder)
        let answers = try JSONValue(parsing: Array(Data(contentsOf: URL(filePath: folder.path + "/answers.json"))))
        for (i, answers) in answers.elements.enumerated() {
            for (k, answer) in answers.elements.enumerated() { pairs[i][k].theirs = answer }
        }
        return pairs.flatMap { $0 }
    }

    private static func ours(_ table: String, _ cases: [(String, JSONValue)], _ engine: DuckDB) throws -> [Pair] {
        let columns = try engine.query("SELECT * FROM \(table) LIMIT 0").columns.map { TypedColumn($0.name, $0.kind) }
        let read = cases.map { type, arguments -> Quality.Expectation? in
            let suite: JSONValue = ["expectations": [["type": .string(type), "kwargs": arguments]]]
            return try? ExpectationSuite(text: suite.pretty, file: "suite.json").expectations.first
        }
        let validation = Validation(
            engine: engine, relation: table, columns: columns, others: ["other": "(SELECT * FROM \(table) LIMIT 3)"])
        var results = try validation.validate(read.compactMap(\.self)).results[...]
        return zip(cases, read).map { given, expectation in
            Pair(table: table, type: given.0, arguments: given.1, theirs: nil, ours: expectation == nil ? nil : results.popFirst())
        }
    }

    @Test("On clean and dirty rows, without rows, with nothing but missing values, and on one row")
    func everything() async throws {
        let pairs = try await GreatExpectationsTests.pairs()
        #expect(pairs.count > 4000)
        var seen: Set<String> = []
        for pair in pairs {
            let faults = ComparedAnswers.faults(pair)
            if !faults.isEmpty, let difference = ComparedDifferences.all.first(where: { $0.applies(pair) }) {
                seen.insert(difference.name)
                continue
            }
            #expect(
                faults.isEmpty,
                "\(pair.title)\n  \(faults.joined(separator: "\n  "))\n  theirs: \(pair.theirs.compact)\n  ours: \(pair.ours?.json["result"].compact ?? "refused") \(pair.ours?.exception ?? "")"
            )
        }
        #expect(seen == Set(ComparedDifferences.all.map(\.name)), "every difference that is excused is met")
        let judged = Set(pairs.filter { !$0.theyFail }.map(\.type))
        #expect(judged == Set(ExpectationType.allCases.map(\.rawValue)), "every expectation is judged by both at least once")
    }
}
