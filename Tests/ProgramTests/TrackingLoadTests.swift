import Foundation
import Support
import TestSupport
import Testing

@Suite("A tracking server under load", .enabled(if: Program.isComplete, "\(Program.absence)"), .inTurns) struct TrackingLoadTests {
    private static let packages = Program.root + "/.setup/python"
    private static let hasClient = FileManager.default.fileExists(atPath: packages + "/mlflow")
    /// The size of the large file, in MB: `MARTLET_ARTIFACT`, or 200. `make soak` sets it to 2,048.
    private static let megabytes = ProcessInfo.processInfo.environment["MARTLET_ARTIFACT"].flatMap { Int($0) } ?? 200

    @Test(
        "takes batches of eight processes at once, a thousand files and a large one from MLflow's client, and gives all of it back within bounded memory",
        .enabled(if: hasClient, "mlflow is not in .setup/python; run Scripts/setup --tests"))
    func client() async throws {
        let folder = try Loans.project()
        let server = try await LiveServer(folder)
        let before = try server.peakMemory()
        let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "References/tracking_load.py").path(percentEncoded: false)
        let environment = Program.environment([
            "PYTHONPATH": Self.packages, "HOME": folder.path, "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "1", "MLFLOW_DISABLE_TELEMETRY": "true",
        ])
        let arguments = ["python3", script, "http://127.0.0.1:\(server.port)", folder.path, "\(Self.megabytes)"]
        let client = try await Child.run("/usr/bin/env", arguments, in: folder.path, environment: environment)
        #expect(client.status == 0, "\(client.errors)")
        let told = try JSONValue(parsing: String(client.output.split(separator: "\n").last ?? ""))
        #expect(told["writers"] == .array(Array(repeating: [10_000, 9999.0, 20, "FINISHED"], count: 8)), "\(told["writers"].compact)")
        #expect(told["shared"] == [10_000, 10_000, 10_000, 10_000, 10_000, 10_000, 10_000, 10_000, 8])
        #expect(told["files"] == [1000, true])
        #expect(told["large"] == [JSONValue(Self.megabytes << 20), true])
        let grown = try server.peakMemory() - before
        #expect(grown < 300, "\(grown) MB")
        #expect(await server.interrupt().status == 0)
        #expect(try folder.files(under: ".martlet/objects/tmp").isEmpty)
    }

    @Test("answers others while ten thousand connections are open that say little or nothing, within bounded memory") func connections() async throws
    {
        let room = Self.raiseFileLimit()
        let count = min(10_000, room - 1000)
        try #require(count >= 500, "This process may open \(room) files only.")
        let folder = try Loans.project()
        let server = try await LiveServer(folder, openFiles: 256)
        _ = try await server.request("GET", "/health")
        let before = try server.peakMemory()
        let beginnings = [
            "", "POST /api/2.0/mlflow/runs/log-batch HTTP/1.1\r\nHost: loc", "GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n",
            "PUT /api/2.0/mlflow-artifacts/artifacts/0/x/artifacts/a HTTP/1.1\r\nHost: localhost\r\nContent-Length: 500\r\n\r\nabc",
        ]
        var held: [Wire.OpenConnection] = []
        for number in 0..<count {
            let connection = try Wire.OpenConnection(port: Int(server.port))
            connection.send(Array(beginnings[number % (number < 400 ? 4 : 3)].utf8))
            held.append(connection)
        }
        let run = try await server.request("POST", "/api/2.0/mlflow/runs/create", body: #"{"experiment_id":"0"}"#)
        #expect(run.status == 200, "\(run.body)")
        let id = try #require(try JSONValue(parsing: run.body)["run"]["info"]["run_id"].text)
        for step in 0..<50 {
            let point = #"{"run_id":"\#(id)","key":"m","value":1,"timestamp":\#(step),"step":\#(step)}"#
            #expect(try await server.request("POST", "/api/2.0/mlflow/runs/log-metric", body: point).status == 200)
            let file = "/api/2.0/mlflow-artifacts/artifacts/0/\(id)/artifacts/\(step)"
            #expect(try await server.request("PUT", file, body: "\(step)").status == 200)
            #expect(try await server.request("GET", file).body == "\(step)")
        }
        let grown = try server.peakMemory() - before
        #expect(grown < 400, "\(grown) MB")
        held = []
        #expect(try await server.request("GET", "/health").status == 200)
        _ = await server.interrupt()
    }

    /// Raises the number of files that this process, and what it starts, may open to what the system allows.
    private static func raiseFileLimit() -> Int {
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        limit.rlim_cur = min(limit.rlim_max, 65_536)
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        return Int(limit.rlim_cur)
    }
}
