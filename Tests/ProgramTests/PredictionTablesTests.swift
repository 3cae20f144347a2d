import Foundation
import Support
import TestSupport
import Testing

private let module = Program.engines + "/duckdb"

@Suite("The prediction log as Parquet", .enabled(if: Program.isComplete, "\(Program.absence)"), .inTurns) struct PredictionTablesTests {
    /// What DuckDB's own Python module reads.
    private func read(_ sql: String, in folder: TemporaryFolder) async throws -> [JSONValue] {
        let script = """
            import duckdb, json, sys
            found = duckdb.sql(sys.argv[1])
            print(json.dumps([dict(zip(found.columns, row)) for row in found.fetchall()], default=str))
            """
        let outcome = try await Child.run(
            "/usr/bin/env", ["python3", "-c", script, sql], in: folder.path, environment: Program.environment(["PYTHONPATH": module]))
        guard outcome.status == 0 else { throw ChildFailure(description: outcome.errors) }
        return try outcome.json.elements
    }

    private let all = "SELECT * FROM '.martlet/predictions/*/*.parquet' ORDER BY id"

    @Test("DuckDB reads what was answered, beside the log and by days; an erased person is in neither file of the log") func read() async throws {
        let folder = try await Loans.trained()
        let server = try await LiveServer(folder)
        let url = "http://127.0.0.1:\(server.port)"
        var ids: [String] = []
        for person in 0..<30 { ids += try await server.infer(incomes: [20.5 + Double(person)], key: "person-\(person)") }
        let told = try await Program.run(["predictions", "export", "--json", "--url", url], in: folder.path)
        #expect(try told.json["rows"].int == 30, "\(told.output)\(told.errors)")
        let rows = try await read(all, in: folder)
        #expect(rows.compactMap { $0["id"].text } == ids.sorted())
        for row in rows {
            let logged = try await folder.martlet("show", "prediction:\(row["id"].text ?? "")", "--json").json["prediction"]
            #expect(row["probability"].double == logged["scores"].elements.first?.double && row["label"] == logged["label"])
            #expect(row["key"] == logged["key"] && row["latency_us"] == logged["latency_us"] && row["version"].int == 1)
            for input in ["income", "age", "city", "grade"] { #expect(row[input].text == logged["inputs"][input].text, "\(input)") }
            #expect(row["income"].double == logged["inputs"]["income"].double)
        }
        for words in [["--to", "days", "--url", url], ["--from", "7d"]] {
            let refused = try await Program.run(["predictions", "export"] + words, in: folder.path)
            #expect(refused.status != 0, "\(words): \(refused.output)")
        }

        let erased = try await Program.run(
            ["data", "erase", "--subject", "person-3", "--because", "asked for it", "--yes", "--json", "--url", url], in: folder.path)
        #expect(try erased.json["predictions"].int == 1, "\(erased.output)\(erased.errors)")
        let there = try FileManager.default.contentsOfDirectory(atPath: folder.path(".martlet/predictions/loans"))
        for name in there {
            let bytes = try Data(contentsOf: URL(fileURLWithPath: folder.path(".martlet/predictions/loans/\(name)")))
            #expect(bytes.range(of: Data("person-3".utf8)) == nil)
            if name.hasSuffix(".predictions") { #expect(bytes.range(of: Data("person-4".utf8)) != nil) }
        }
        #expect(!there.contains { $0.hasSuffix(".parquet") }, "The copy of a segment that changes goes first.")
        #expect(await server.interrupt().status == 0)
        #expect(try await folder.martlet("predictions", "export").output.hasPrefix("29 predictions in 1 file: "))
        #expect(try await read(all, in: folder).contains { $0["key"].text == "person-3" } == false)

        let days = try await folder.martlet("predictions", "export", "--from", "2d", "--to", "days", "--json")
        #expect(try days.json["rows"].int == 29, "\(days.output)\(days.errors)")
        let counted = try await read("SELECT day, count(*) AS n FROM 'days/*/*.parquet' GROUP BY day", in: folder)
        #expect(counted.reduce(0) { $0 + ($1["n"].int ?? 0) } == 29)
        let again = try await folder.martlet("predictions", "export", "--to", "days")
        #expect(again.status == 1 && again.errors.contains("is not empty"), "\(again.errors)")
        #expect(try await folder.martlet("audit", "log", "--kind", "predictions.exported").output.contains("endpoint:loans"))
    }
}
