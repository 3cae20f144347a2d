import Foundation
import Support
import TestSupport
import Testing

@Suite("Events of OpenLineage", .enabled(if: Program.isComplete, "\(Program.absence)"), .inTurns) struct OpenLineageTests {
    /// A project whose expectations hold but for one, whose column of ages tells of a person, and whose commit comes from somewhere.
    private func project(_ settings: String) throws -> TemporaryFolder {
        let text = Loans.settings()
            .replacing("why: \"tells rows apart\"}}", with: "why: \"tells rows apart\"}, age: {pii: birth_date}}")
            .replacing(
                "\npipeline:",
                with: """

                      clean:
                        - trim: city
                      expect:
                        - expect_column_values_to_not_be_null: {column: income}
                        - expect_column_values_to_be_between: {column: income, max_value: 50, severity: warning}
                    pipeline:
                    """)
        return try TemporaryFolder(["loans.csv": Loans.table(), "martlet.yaml": text + settings])
    }

    private func told(_ folder: TemporaryFolder, _ file: String = "lineage.jsonl") async throws -> [JSONValue] {
        try await PythonClient.run("lineage_reader.py", port: 0, folder: folder, more: [file]).elements
    }

    @Test(
        "A run tells of each step what OpenLineage's own client reads: jobs, runs, columns, versions, verdicts, and no value of a personal column",
        .enabled(if: PythonClient.has("openlineage"), "\(PythonClient.absence)"))
    func told() async throws {
        let folder = try project("openlineage: {file: lineage.jsonl, namespace: bank}\n")
        let run = try await folder.martlet("run", "--quiet")
        #expect(run.status == 0, "\(run.output)\(run.errors)")
        let events = try await told(folder)
        let names = events.map { "\($0.elements[0].text ?? "") \($0.elements[1].text ?? "")" }
        let steps = ["data", "baseline", "trees", "compare", "gate"].flatMap { ["START loans.\($0)", "COMPLETE loans.\($0)"] }
        #expect(names == ["START loans"] + steps + ["COMPLETE loans"])
        let data = try #require(events.first { $0.elements[0] == "COMPLETE" && $0.elements[1] == "loans.data" }).elements
        #expect(data[2] == ["parent", "processing_engine", "test"] && data[4].elements.map { $0.elements[1] } == [.string(folder.path("loans.csv"))])
        #expect(data[4].elements[0].elements[0] == "file" && data[4].elements[0].elements[2] == ["dataSource", "schema", "version"])
        let output = data[5].elements[0].elements
        #expect(output[0] == "bank" && output[1] == "dataset:loans" && output[3] == ["outputStatistics"], "\(output)")
        #expect(output[2] == ["columnLineage", "dataQualityMetrics", "dataSource", "lifecycleStateChange", "schema", "version"], "\(output)")
        let trees = try #require(events.first { $0.elements[0] == "COMPLETE" && $0.elements[1] == "loans.trees" }).elements
        #expect(
            trees[4].elements[0].elements[3] == ["dataQualityAssertions", "inputStatistics"]
                && trees[5].elements[0].elements[1] == "candidate:loans.trees")
        let gate = try #require(events.first { $0.elements[0] == "COMPLETE" && $0.elements[1] == "loans.gate" }).elements
        #expect(gate[5].elements[0].elements[1] == "model:loans")
        let text = try folder.read("lineage.jsonl")
        let metrics = try JSONValue(parsing: String(text.split(separator: "\n")[2]))["outputs"].elements[0]["facets"]["dataQualityMetrics"][
            "columnMetrics"]
        #expect(metrics["income"]["min"].double != nil && metrics["age"]["min"].isNull && metrics["age"]["count"].int == 600, "\(metrics.compact)")
        #expect(try await folder.martlet("run").output.contains("Nothing changed"))
        #expect(try folder.read("lineage.jsonl") == text, "What did nothing tells nothing.")
    }

    @Test(
        "What an earlier run did is told later as it was told at once; a failed step and one that was killed are told as such",
        .enabled(if: PythonClient.has("openlineage"), "\(PythonClient.absence)"))
    func exported() async throws {
        let folder = try project("openlineage: {file: lineage.jsonl}\n")
        #expect(try await folder.martlet("run", "--quiet").status == 0)
        #expect(try await folder.martlet("lineage", "export", "exported.jsonl").status == 0)
        #expect(try await told(folder, "exported.jsonl") == told(folder))
        try folder.replace("severity: warning", with: "severity: critical")
        #expect(try await folder.martlet("run", "--quiet").status == 1)
        let failed = try await told(folder).suffix(2)
        #expect(
            failed.map { $0.elements[0] } == ["FAIL", "FAIL"] && failed.first?.elements[2].elements.contains("errorMessage") == true, "\(failed)")
        try folder.replace("uses: train/majority", with: "run: \"echo begun >&2; while [ -d .martlet ]; do sleep 0.05; done\"")
        try folder.replace("severity: critical", with: "severity: info")
        let child = try folder.start("run")
        while try !folder.has(".martlet/logs/baseline.log") || folder.read(".martlet/logs/baseline.log").isEmpty {
            try await Task.sleep(for: .milliseconds(1))
        }
        child.signal(SIGKILL)
        _ = await child.end()
        try folder.replace("while [ -d .martlet ]; do sleep 0.05; done", with: "exit 7")
        #expect(try await folder.martlet("run", "--quiet").status == 1)
        let names = try await told(folder).map { "\($0.elements[0].text ?? "") \($0.elements[1].text ?? "")" }
        #expect(names.contains("ABORT loans.baseline") && names.contains("ABORT loans"), "\(names)")
    }

    @Test("A receiver that is away, refuses or hangs costs a run nothing: events wait in their order, are told later, and what is lost is counted")
    func away() async throws {
        let folder = try project("")
        let port = try OneRequestServer.freePort()
        let environment = ["OPENLINEAGE_URL": "http://127.0.0.1:\(port)", "OPENLINEAGE_API_KEY": "key", "OPENLINEAGE_NAMESPACE": "prod"]
        let run = try await folder.martlet("run", "--quiet", environment: environment)
        #expect(run.status == 0 && run.errors.contains("told later"), "\(run.errors)")
        let waiting = try await folder.martlet("lineage", "status", "--json", environment: environment).json
        #expect(waiting["targets"].elements[0]["waiting"].int == 12 && waiting["targets"].elements[0]["sent"].int == 0, "\(waiting.compact)")
        let disabled = try await folder.martlet(
            "run", "--force", "--quiet", environment: environment.merging(["OPENLINEAGE_DISABLED": "true"]) { $1 })
        #expect(disabled.status == 0 && !disabled.errors.contains("OpenLineage"))
        #expect(try await folder.martlet("lineage", "status", "--json").json["targets"].elements[0]["waiting"].int == 12)
    }

    @Test(
        "OpenLineage's own client tells a server of its jobs by the usual variables, packed or not; why goes on to who wrote the sources",
        .enabled(if: PythonClient.has("openlineage"), "\(PythonClient.absence)"))
    func heard() async throws {
        let folder = try await Loans.trained()
        let server = try await LiveServer(folder)
        let ids = try await PythonClient.run("lineage_client.py", port: Int(server.port), folder: folder)
        let why = try await folder.martlet("why", "model:loans@champion", "--json").json
        let jobs = why["links"].elements.filter { $0["kind"] == "job" }.map { link in
            JSONValue.object(link["facts"].elements.map { .init($0["name"].text ?? "", $0["value"]) })
        }
        let names = jobs.compactMap { $0["job"].text }
        #expect(
            names.contains("airflow/nightly.export") && names.contains { $0 == "airflow/nightly.load" || $0 == "dbt/model.loans" }, "\(why.compact)")
        #expect(try await folder.martlet("show", "dataset:loans@v1", "--json").json["written_by"].elements.map { $0["job"] } == ["nightly.export"])
        let page = try await server.request("GET", "/datasets/loans@v1")
        #expect(page.status == 200 && page.body.contains("airflow/nightly.export"), "\(page.status)")
        #expect(!names.contains("airflow/nightly.broken") && !names.contains("airflow/nightly.later"))
        #expect(jobs.contains { $0["run"] == ids["export"] && $0["part of"] == "airflow/nightly" }, "\(jobs)")
        let known = try await folder.martlet("lineage", "jobs", "--json").json.elements
        #expect(known.count == 5 && known.first { $0["job"] == "nightly.broken" }?["state"] == "FAIL", "\(known)")
        #expect(try await folder.martlet("lineage", "status", "--json").json["heard"].int == 8, "The one that was told twice is one.")
    }

    @Test("What is no event is refused with a sentence and leaves nothing behind; of a batch those that are right are kept")
    func refused() async throws {
        let folder = try await Loans.trained()
        let server = try await LiveServer(folder)
        let event = """
            {"eventTime": "2026-01-01T00:00:00Z", "producer": "urn:x", "schemaURL": "urn:y", "eventType": "COMPLETE",
             "run": {"runId": "01941f29-7c00-7aaa-8000-000000000001"}, "job": {"namespace": "n", "name": "j"}, "outputs": [{"namespace": "n", "name": "d"}]}
            """
        for (old, new) in [
            ("2026-01-01T00", "yesterday"), ("01941f29-7c00", "x"), ("COMPLETE", "DONE"),
            ("\"namespace\": \"n\", \"name\": \"j\"", "\"name\": \"j\""),
            ("\"name\": \"d\"", "\"name\": \"\\u0000\""), ("[{", "{"), ("\"producer\": \"urn:x\", ", ""),
            ("\"name\": \"d\"", "\"name\": \"d\", \"facets\": []"),
        ] {
            let answer = try await server.request("POST", "/api/v1/lineage", body: event.replacing(old, with: new, maxReplacements: 1))
            #expect((400..<500).contains(answer.status) && answer.body.contains("message"), "\(new): \(answer)")
        }
        let deep = String(repeating: "[", count: 100_000)
        #expect(try await server.request("POST", "/api/v1/lineage", body: deep).status < 500)
        let large = "\"" + String(repeating: "x", count: 3 << 20) + "\""
        #expect(try await server.request("POST", "/api/v1/lineage", body: large).status == 413)
        #expect(try await folder.martlet("lineage", "status", "--json").json["heard"].int == 0)
        let batch = try await server.request("POST", "/api/v1/lineage/batch", body: "[\(event), {}, \(event.replacing("\"j\"", with: "\"k\""))]")
        let told = try JSONValue(parsing: batch.body)
        #expect(batch.status == 200 && told["status"] == "partial_success" && told["summary"]["successful"].int == 2, "\(batch)")
        #expect(told["failed_events"].elements.first?["index"].int == 1)
        #expect(try await folder.martlet("lineage", "status", "--json").json["heard"].int == 2)
        try folder.write("events.jsonl", event.replacing("\n", with: " ") + "\n\n{\"a\": 1}\n")
        let wrong = try await folder.martlet("lineage", "import", "events.jsonl")
        #expect(wrong.status == 1 && wrong.errors.contains("line 3"), "\(wrong.errors)")
    }

    @Test("Batches that are being received are held within the same bound as posted rows: those beyond are told when to try again")
    func held() async throws {
        let folder = try await Loans.trained()
        let server = try await LiveServer(folder)
        let part = Array(repeating: UInt8(ascii: " "), count: 15 << 20)
        let head = "POST /api/v1/lineage/batch HTTP/1.1\r\nHost: localhost\r\nContent-Length: \(part.count + 2)\r\n\r\n"
        // Each holds 15 MB, as its end does not come.
        var open = try (0..<8).map { _ in try Wire.OpenConnection(port: Int(server.port)) }
        for connection in open { #expect(connection.send(Array(head.utf8) + part) == head.utf8.count + part.count) }
        var turnedAway = ""
        for _ in 0..<2000 where !turnedAway.contains("503") {
            turnedAway = try await Wire.exchange(Array((head + "[]").utf8) + part, port: Int(server.port), until: "}").text
        }
        #expect(turnedAway.contains("503") && turnedAway.lowercased().contains("retry-after: 1"), "\(turnedAway.prefix(400))")
        open.removeAll()
        var kept = 0
        for _ in 0..<2000 where kept != 200 { kept = try await server.request("POST", "/api/v1/lineage/batch", body: "[]").status }
        #expect(kept == 200)
        #expect(try await folder.martlet("lineage", "status", "--json").json["heard"].int == 0)
    }

    @Test(
        "Only who may bring rows may tell of jobs", .enabled(if: PythonClient.has("openlineage"), "\(PythonClient.absence)"))
    func guarded() async throws {
        let folder = try await Loans.trained()
        #expect(try await folder.martlet("user", "add", "ann", "--role", "owner").status == 0)
        let token = try await folder.martlet("token", "add", "airflow", "--for", "ann", "--quiet").output.trimmingCharacters(
            in: .whitespacesAndNewlines)
        let server = try await LiveServer(folder)
        #expect(try await server.request("POST", "/api/v1/lineage", body: "{}").status == 401)
        #expect(try await server.request("POST", "/api/v1/lineage", body: "{}", token: token).status != 401)
        _ = try await PythonClient.run("lineage_client.py", port: Int(server.port), folder: folder, more: [token])
        #expect(try await folder.martlet("lineage", "status", "--json").json["heard"].int == 8)
    }
}
