import Foundation
import Support
import TestSupport
import Testing

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

@Suite("Killed while runs log", .enabled(if: Program.isComplete, "\(Program.absence)"), .inTurns) struct TrackingCrashTests {
    @Test("under load from eight writers, a server has kept every write that it answered, and no half of an artifact") func writers() async throws {
        let folder = try await Loans.trained()
        var random = RandomSource(seed: 41)
        var acknowledged: [String: [Int]] = [:]
        var files: [String: Int] = [:]
        for _ in 0..<CrashTests.kills {
            let server = try await LiveServer(folder)
            let milliseconds = 50 + random.below(400)
            let written = await withTaskGroup(of: Written.self) { group in
                for writer in 0..<8 { group.addTask { await Self.write(to: server.port, as: writer) } }
                group.addTask {
                    try? await Task.sleep(for: .milliseconds(milliseconds))
                    server.child.signal(SIGKILL)
                    return Written()
                }
                return await group.reduce(into: []) { $0.append($1) }
            }
            #expect(await server.child.end().status == -SIGKILL)
            for part in written {
                if let run = part.run { acknowledged[run] = part.steps }
                files.merge(part.files) { $1 }
            }
        }
        #expect(acknowledged.values.contains { !$0.isEmpty }, "Nothing was written before the kills.")
        let server = try await LiveServer(folder)
        for (run, steps) in acknowledged {
            let history = try await Self.ask(server.port, "GET", "/api/2.0/mlflow/metrics/get-history?run_id=\(run)&metric_key=m")
            let kept = Set(try JSONValue(parsing: Array(history.body))["metrics"].elements.compactMap { $0["step"].int })
            #expect(kept.isSuperset(of: steps), "\(run) has lost \(Set(steps).subtracting(kept))")
        }
        for (path, size) in files {
            let file = try await Self.ask(server.port, "GET", "/api/2.0/mlflow-artifacts/artifacts/\(path)")
            #expect(file.status == 200 && file.body.count == size && file.body.allSatisfy { $0 == 7 })
        }
        try await Self.requireWholeFiles(server.port)
        #expect(await server.interrupt().status == 0)
        #expect(try await folder.martlet("audit", "verify").status == 0)
        #expect(try await folder.martlet("backup", "create", folder.path("backups"), "--quiet").status == 0)
        let whole = try await folder.martlet("backup", "verify", folder.path("backups"))
        #expect(whole.status == 0, "The database, or an object, is damaged: \(whole.errors)")
    }

    /// Every file that is listed is whole, whether anybody was told that it is kept or not.
    private static func requireWholeFiles(_ port: UInt16) async throws {
        var folders = ["0"]
        var count = 0
        while let folder = folders.popLast() {
            let listed = try await ask(port, "GET", "/api/2.0/mlflow-artifacts/artifacts?path=\(folder)")
            for entry in try JSONValue(parsing: Array(listed.body))["files"].elements {
                let path = "\(folder)/\(entry["path"].text ?? "")"
                guard entry["is_dir"].flag != true else {
                    folders.append(path)
                    continue
                }
                let file = try await ask(port, "GET", "/api/2.0/mlflow-artifacts/artifacts/\(path)")
                #expect(file.status == 200 && file.body.count == entry["file_size"].int && file.body.allSatisfy { $0 == 7 }, "\(path)")
                #expect(file.body.count % 10_000 == 0 && !file.body.isEmpty, "\(path) has \(file.body.count) bytes.")
                count += 1
            }
        }
        #expect(count > 0, "There is no file.")
    }

    /// What one writer was told is kept.
    private struct Written: Sendable {
        var run: String?
        var steps: [Int] = []
        var files: [String: Int] = [:]
    }

    /// Writes points and files to a run of its own until the server is gone.
    private static func write(to port: UInt16, as writer: Int) async -> Written {
        var written = Written()
        do {
            let begun = try await ask(port, "POST", "/api/2.0/mlflow/runs/create", Array(#"{"experiment_id":"0"}"#.utf8))
            guard let run = try JSONValue(parsing: Array(begun.body))["run"]["info"]["run_id"].text else { return written }
            written.run = run
            for step in 0..<100_000 {
                let point = #"{"run_id":"\#(run)","key":"m","value":\#(step),"timestamp":\#(step),"step":\#(step)}"#
                guard try await ask(port, "POST", "/api/2.0/mlflow/runs/log-metric", Array(point.utf8)).status == 200 else { return written }
                written.steps.append(step)
                guard step % 20 == writer else { continue }
                let path = "0/\(run)/artifacts/\(step)"
                let bytes = [UInt8](repeating: 7, count: 10_000 * (writer + 1))
                guard try await ask(port, "PUT", "/api/2.0/mlflow-artifacts/artifacts/\(path)", bytes).status == 200 else { return written }
                written.files[path] = bytes.count
            }
        } catch {}  // The server was killed.
        return written
    }

    private static func ask(_ port: UInt16, _ method: String, _ path: String, _ body: [UInt8]? = nil) async throws -> (status: Int, body: Data) {
        guard let url = URL(string: "http://127.0.0.1:\(port)\(path)") else { throw MartletError(.defect, path) }
        var request = URLRequest(url: url)
        request.httpMethod = method
        request.httpBody = body.map { Data($0) }
        request.setValue("application/json", forHTTPHeaderField: "Content-Type")
        let (data, response) = try await URLSession.shared.data(for: request)
        return ((response as? HTTPURLResponse)?.statusCode ?? 0, data)
    }
}
