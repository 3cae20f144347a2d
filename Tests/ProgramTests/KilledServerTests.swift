import Foundation
import Support
import TestSupport
import Testing

private let packages = Program.root + "/.setup/python"
private let hasClient = FileManager.default.fileExists(atPath: packages + "/tritonclient")

@Suite(
    "A server that is killed under load", .enabled(if: Program.isComplete, "\(Program.absence)"),
    .enabled(if: hasClient, "tritonclient is not in .setup/python; run make setup"), .inTurns)
struct KilledServerTests {
    /// Asks with the real client on four threads until the server is gone; then which predictions were answered, each with its time.
    private static let load = """
        import json, sys, threading, time, numpy as np, tritonclient.http as http
        answered, lock = [], threading.Lock()
        def ask():
            client = http.InferenceServerClient("127.0.0.1:" + sys.argv[1])
            def column(name, kind, value):
                tensor = http.InferInput(name, [1], kind)
                tensor.set_data_from_numpy(np.array([value], dtype=object if kind == "BYTES" else np.float64))
                return tensor
            inputs = [column("income", "FP64", 40.0), column("age", "FP64", 40.0), column("city", "BYTES", "Bern"), column("grade", "BYTES", "A")]
            wanted = [http.InferRequestedOutput("prediction_id")]
            while True:
                try: answer = client.infer("loans", inputs, outputs=wanted)
                except Exception: return
                with lock:
                    answered.append((answer.as_numpy("prediction_id")[0].decode(), time.monotonic()))
                    if len(answered) == 2000: print("under load", flush=True)
        threads = [threading.Thread(target=ask) for _ in range(4)]
        for thread in threads: thread.start()
        for thread in threads: thread.join()
        end = max(when for _, when in answered)
        print(json.dumps({"ids": [name for name, _ in answered], "last_second": sum(when > end - 1 for _, when in answered)}))
        """

    /// Kills the server, and says what the client had been answered and what a fresh start finds in the log.
    private func kill(_ settings: String) async throws -> (
        answered: Set<String>, lastSecond: Int, found: Set<String>, lost: Int, folder: TemporaryFolder
    ) {
        let folder = try await Loans.trained()
        try folder.replace("key: id}", with: "key: id, log: \(settings)}")
        let server = try await LiveServer(folder)
        _ = try await server.infer(incomes: [40])
        let client = try Child(
            "/usr/bin/env", ["python3", "-u", "-c", Self.load, "\(server.port)"], environment: Program.environment(["PYTHONPATH": packages]))
        guard await client.printed("under load\n") != nil else { throw ChildFailure(description: await client.end().errors) }
        server.child.signal(SIGKILL)
        _ = await server.child.end()
        let told = try JSONValue(parsing: String(await client.end().output.split(separator: "\n").last ?? ""))
        let next = try await LiveServer(folder)
        let endpoint = try #require(try await folder.martlet("endpoint", "list", "--json").json.elements.first)
        let metrics = try await next.request("GET", "/metrics").body
        #expect(metrics.contains("martlet_prediction_log_rows_total{endpoint=\"loans\",state=\"lost\"} \(endpoint["lost"].int ?? -1)\n"))
        _ = await next.interrupt()
        #expect(try await folder.martlet("predictions", "export").status == 0)
        let script =
            "import duckdb, json; print(json.dumps([row[0] for row in duckdb.sql(\"SELECT id FROM '.martlet/predictions/*/*.parquet'\").fetchall()]))"
        let read = try await Child.run(
            "/usr/bin/env", ["python3", "-c", script], in: folder.path, environment: Program.environment(["PYTHONPATH": Program.engines + "/duckdb"]))
        let found = Set(try read.json.elements.compactMap(\.text))
        #expect(found.count == endpoint["predictions"].int)
        return (
            Set(told["ids"].elements.compactMap(\.text)), told["last_second"].int ?? 0, found, endpoint["lost"].int ?? -1, folder
        )
    }

    @Test("loses at most what it answered in the last second, and says exactly how much") func asynchronous() async throws {
        let outcome = try await kill("async")
        let missing = outcome.answered.subtracting(outcome.found)
        #expect(outcome.answered.count >= 2000)
        #expect(missing.count <= outcome.lost, "\(missing.count) are missing and \(outcome.lost) counted as lost.")
        // Four requests may have been accepted and never answered.
        #expect(outcome.lost <= outcome.lastSecond + 4, "\(outcome.lost) of \(outcome.lastSecond)")
        #expect(outcome.lost - missing.count <= 4)
        if outcome.lost > 0 { #expect(try await outcome.folder.martlet("status").output.contains("\(outcome.lost) rows lost")) }
    }

    @Test("loses none with log: durable") func durable() async throws {
        let outcome = try await kill("durable")
        #expect(outcome.answered.count >= 2000 && outcome.answered.isSubset(of: outcome.found))
        #expect(outcome.lost >= 0 && outcome.lost <= 4, "What was not answered may be lost: \(outcome.lost)")
        #expect(try await outcome.folder.martlet("audit", "verify").status == 0)
    }
}
