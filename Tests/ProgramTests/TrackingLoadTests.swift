import Foundation
import Support
import TestSupport
import Testing

@Suite("A tracking server under load", .enabled(if: Program.isComplete, "\(Program.absence)"), .inTurns) struct TrackingLoadTests {
    /// The size of the large file, in MB: `MARTLET_ARTIFACT`, or 200. `make soak` sets it to 2,048.
    private static let megabytes = ProcessInfo.processInfo.environment["MARTLET_ARTIFACT"].flatMap { Int($0) } ?? 200

    @Test(
        "takes batches of eight processes at once, a thousand files and a large one from MLflow's client, and gives all of it back within bounded memory",
        .enabled(if: PythonClient.has("mlflow"), "\(PythonClient.absence)"))
    func client() async throws {
        let folder = try Loans.project()
        let server = try await LiveServer(folder)
        let before = try server.peakMemory()
        let told = try await PythonClient.run("tracking_load.py", port: Int(server.port), folder: folder, more: ["\(Self.megabytes)"])
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
        let folder = try Loans.project()
        let server = try await LiveServer(folder, openFiles: 256)
        _ = try await server.request("GET", "/health")
        let before = try server.peakMemory()
        // In a process of its own: what starts programs in this one goes wrong where thousands of files are open.
        let holder = try Child(
            "/usr/bin/env", ["python3", "-c", Self.holder, "\(server.port)"], in: folder.path, environment: Program.environment())
        guard await holder.printed("held\n") != nil else {
            throw ChildFailure(description: "The connections were not opened: \(await holder.end().errors)")
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
        holder.signal(SIGKILL)
        _ = await holder.end()
        #expect(try await server.request("GET", "/health").status == 200)
        _ = await server.interrupt()
    }

    /// Opens ten thousand connections, or as many as the system lets a process have, and keeps them.
    private static let holder = """
        import resource, signal, socket, sys
        most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        most = 65536 if most == resource.RLIM_INFINITY else most
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
        beginnings = [
            b"", b"POST /api/2.0/mlflow/runs/log-batch HTTP/1.1\\r\\nHost: loc", b"GET /health HTTP/1.1\\r\\nHost: localhost\\r\\n\\r\\n",
            b"PUT /api/2.0/mlflow-artifacts/artifacts/0/x/artifacts/a HTTP/1.1\\r\\nHost: localhost\\r\\nContent-Length: 500\\r\\n\\r\\nabc",
        ]
        held = []
        for number in range(min(10000, most - 1000)):
            connection = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
            connection.sendall(beginnings[number % (4 if number < 400 else 3)])
            held.append(connection)
        print("held", flush=True)
        signal.pause()
        """
}
