import Foundation
import Support
import TestSupport
import Testing

@Suite("Searching predictions", .enabled(if: Program.isComplete, "\(Program.absence)"), .inTurns) struct PredictionSearchTests {
    /// What DuckDB's own Python module finds in the copies in Parquet.
    private func duckdb(_ filters: [String], in folder: TemporaryFolder) async throws -> [[String]] {
        let script = """
            import duckdb, json, sys
            sql = "SELECT id FROM read_parquet('.martlet/predictions/*/*.parquet', union_by_name = true) WHERE {} ORDER BY id DESC"
            print(json.dumps([[row[0] for row in duckdb.sql(sql.format(filter)).fetchall()] for filter in sys.argv[1:]]))
            """
        let outcome = try await Child.run(
            "/usr/bin/env", ["python3", "-c", script] + filters, in: folder.path,
            environment: Program.environment(["PYTHONPATH": Program.engines + "/duckdb"]))
        guard outcome.status == 0 else { throw ChildFailure(description: outcome.errors) }
        return try outcome.json.elements.map { $0.elements.compactMap(\.text) }
    }

    @Test("finds what DuckDB finds in the copies by the same words, through a server and in the folder, and one step on is why") func same()
        async throws
    {
        let folder = try await Loans.trained()
        let server = try await LiveServer(folder)
        for person in 0..<60 { _ = try await server.infer(incomes: [5 + Double(person) * 1.25, 90 - Double(person)], key: nil) }
        let keyed = try await server.infer(incomes: [33.25], key: "person-7")
        let url = ["--url", "http://127.0.0.1:\(server.port)"]
        let newest = try await Program.run(["predictions", "list", "--limit", "1", "--json"] + url, in: "/")
        #expect(try newest.json["predictions"].elements.compactMap { $0["id"].text } == keyed, "What was answered a moment ago is found: \(newest)")
        #expect(try await Program.run(["predictions", "export"] + url, in: "/").status == 0)
        let filters = [
            "income > 30", "income BETWEEN 20 AND 40 AND city = 'Bern'", "label = 'yes' OR probability < 0.2", "NOT (label = 'yes') AND income <= 60",
            "grade IN ('A', 'B') AND income <> 33.25", "city LIKE 'B%n' AND version = 1", "key IS NOT NULL", "key IS NULL AND latency_us >= 0",
            "city IS NULL", "model = 'loans' AND alias = 'champion' AND age = 40", "city = 'it''s'", "time > '2020-01-01' AND income < 7",
        ]
        let expected = try await duckdb(filters, in: folder)
        for (filter, ids) in zip(filters, expected) {
            let found = try await Program.run(["predictions", "list", "--limit", "1000", "--json", "--where", filter] + url, in: "/")
            #expect(try found.json["predictions"].elements.compactMap { $0["id"].text } == ids, "\(filter): \(found.errors)")
        }
        #expect(expected.contains { $0.count > 20 } && expected.contains { $0.count == 1 })
        let page = try await server.request("GET", "/endpoints/loans/predictions?where=income+%3D+33.25&since=1h")
        #expect(page.status == 200 && page.body.contains("href=\"/why/\(keyed[0])\"") && page.body.contains("value=\"income = 33.25\""))
        let data = try await server.request("GET", "/api/v1/endpoints/loans/predictions?key=person-7&version=v1&label=yes&slower=0us")
        #expect(try JSONValue(parsing: data.body)["rows"].elements.count < 2 && data.status == 200, "\(data.body)")
        #expect(await server.interrupt().status == 0)

        let text = try await folder.martlet("predictions", "list", "--key", "person-7", "--where", "income > 0")
        #expect(text.output.contains("prediction:\(keyed[0])") && text.output.contains("income=33.25"), "\(text.output)\(text.errors)")
        #expect(try await folder.martlet("why", "prediction:\(keyed[0])").status == 0)
        let first = try await folder.martlet("predictions", "list", "--limit", "100", "--json").json
        let rest = try await folder.martlet("predictions", "list", "--limit", "100", "--json", "--before", first["next"].text ?? "").json
        #expect(first["predictions"].elements.count == 100 && rest["predictions"].elements.count == 21 && rest["next"].isNull)
        let told = try await folder.martlet("audit", "log", "--kind", "predictions.listed", "--json").output
        #expect(
            told.contains("endpoint:loans") && told.contains("income") && !told.contains("33.25"), "Values that were looked for are in no record.")
    }

    @Test("is for whoever may read predictions, reaches no file and no other table, and shows hostile values as text") func guarded() async throws {
        let folder = try await Loans.trained()
        func secret(_ role: String) async throws -> String {
            #expect(try await folder.martlet("user", "add", role, "--role", role).status == 0)
            return try await folder.martlet("token", "add", role, "--for", role, "--json").json["token"].text ?? ""
        }
        try folder.replace("pipeline:", with: "access: {roles: {till: [prediction.create, project.read]}}\npipeline:", in: "martlet.yaml")
        let (owner, till) = (try await secret("owner"), try await secret("till"))
        let server = try await LiveServer(folder)
        let hostile = "<b>\u{1B}[31m'; DROP TABLE x; --"
        #expect(try await server.infer(incomes: [30], key: hostile, token: owner).count == 1)
        func ask(_ words: [String], _ token: String) async throws -> Outcome {
            let there = ["MARTLET_URL": "http://127.0.0.1:\(server.port)", "MARTLET_TOKEN": token]
            return try await Program.run(["predictions", "list"] + words, in: "/", environment: there)
        }
        let refused = try await ask([], till)
        #expect(refused.status == 1 && refused.errors.contains("prediction.read"), "\(refused)")
        for path in ["/endpoints/loans/predictions", "/api/v1/endpoints/loans/predictions"] {
            #expect(try await server.request("GET", path, token: till).status == 403)
        }
        for filter in [
            "income > (SELECT 1)", "1 = 1; COPY x TO '/tmp/x'", "city = read_text('/etc/passwd')", "endpoint = 'x'", "predictions.id = 'x'",
        ] {
            let wrong = try await ask(["--where", filter], owner)
            #expect(wrong.status == 2 && !wrong.errors.contains("root:"), "\(filter): \(wrong)")
        }
        let list = try await ask(["--key", hostile], owner)
        #expect(list.output.contains("<b>") && !list.output.unicodeScalars.contains("\u{1B}"), "\(list)")
        let page = try await server.request("GET", "/endpoints/loans/predictions?key=%3Cb%3E%1B", token: owner)
        #expect(page.status == 200 && !page.body.contains("<b>") && !page.body.contains("\u{1B}"))
        let all = try await server.request("GET", "/endpoints/loans/predictions", token: owner)
        #expect(all.body.contains("&lt;b&gt;") && !all.body.contains("<b>") && !all.body.contains("\u{1B}"))
        let wrong = try await server.request("GET", "/endpoints/loans/predictions?where=income+%3E&outlier=2", token: owner)
        #expect(wrong.status == 400 && wrong.body.contains("is no outlier score") && wrong.body.contains("value=\"income &gt;\""))
        #expect(await server.interrupt().status == 0)
    }
}
