import Foundation
import Support
import TestSupport
import Testing

@Suite("What was deleted, removed for good", .enabled(if: Program.isComplete, "\(Program.absence)"), .inTurns) struct GarbageTests {
    /// Makes every stored object look as if it had been stored long ago.
    static func age(_ folder: TemporaryFolder) throws {
        for name in try folder.files(under: ".martlet/objects") {
            try? FileManager.default.setAttributes(
                [.modificationDate: Date(timeIntervalSince1970: 1_600_000_000)], ofItemAtPath: folder.path(".martlet/objects/\(name)"))
        }
    }

    /// A run with a file of its own, one that all such runs share, and points.
    private static func run(on server: LiveServer, _ name: String) async throws -> String {
        let begun = try await server.request("POST", "/api/2.0/mlflow/runs/create", body: #"{"experiment_id":"0","run_name":"\#(name)"}"#)
        let run = try #require(try JSONValue(parsing: begun.body)["run"]["info"]["run_id"].text)
        let points = (0..<50).map { #"{"key":"m","value":\#($0),"timestamp":\#($0),"step":\#($0)}"# }.joined(separator: ",")
        _ = try await server.request("POST", "/api/2.0/mlflow/runs/log-batch", body: #"{"run_id":"\#(run)","metrics":[\#(points)]}"#)
        for (file, text) in [("own.txt", "of \(name) alone"), ("shared.txt", "the same for all")] {
            _ = try await server.request("PUT", "/api/2.0/mlflow-artifacts/artifacts/0/\(run)/artifacts/\(file)", body: text)
        }
        return run
    }

    /// Removes what was deleted before this moment.
    static func collect(_ folder: TemporaryFolder, _ more: String...) async throws -> JSONValue {
        let when = more.contains("--older-than") ? [] : ["--older-than", "0.000001s"]
        let outcome = try await Program.run(["gc", "--json", "--yes"] + when + more, in: folder.path)
        #expect(outcome.status == 0, "\(outcome.errors)")
        return try outcome.json
    }

    private static func change(_ run: String, _ how: String, on server: LiveServer) async throws {
        let answer = try await server.request("POST", "/api/2.0/mlflow/runs/\(how)", body: #"{"run_id":"\#(run)"}"#)
        #expect(answer.status == 200, "\(answer.body)")
    }

    private static func file(_ run: String, _ name: String, on server: LiveServer) async throws -> Int {
        try await server.request("GET", "/api/2.0/mlflow-artifacts/artifacts/0/\(run)/artifacts/\(name)").status
    }

    @Test("goes beside a running server: the deleted run and its file, not what others share, not what was restored, nothing in a rehearsal")
    func runs() async throws {
        let folder = try await Loans.trained()
        let server = try await LiveServer(folder)
        let (gone, restored, live) = (
            try await Self.run(on: server, "gone"), try await Self.run(on: server, "restored"), try await Self.run(on: server, "live")
        )
        for run in [gone, restored] { try await Self.change(run, "delete", on: server) }
        try await Self.change(restored, "restore", on: server)
        try Self.age(folder)
        let before = try folder.files(under: ".martlet/objects")
        #expect(try await Self.collect(folder, "--older-than", "1h")["runs"].int == 0, "It was deleted a moment ago.")
        let rehearsal = try await Self.collect(folder, "--dry-run")
        #expect(rehearsal["runs"].int == 1 && rehearsal["files"].int == 1 && rehearsal["artifacts"].int == 2, "\(rehearsal)")
        #expect(try folder.files(under: ".martlet/objects") == before)
        try await Self.change(gone, "restore", on: server)
        try await Self.change(gone, "delete", on: server)
        let collected = try await Self.collect(folder)
        for key in ["runs", "points", "artifacts", "files", "bytes", "experiments"] { #expect(collected[key] == rehearsal[key], "\(key)") }
        #expect(try await server.request("GET", "/api/2.0/mlflow/runs/get?run_id=\(gone)").status == 404)
        #expect(try await Self.file(gone, "own.txt", on: server) == 404)
        for run in [restored, live] {
            #expect(try await server.request("GET", "/api/2.0/mlflow/runs/get?run_id=\(run)").status == 200)
            for name in ["own.txt", "shared.txt"] { #expect(try await Self.file(run, name, on: server) == 200) }
        }
        let missing = Set(before).subtracting(try folder.files(under: ".martlet/objects"))
        #expect(missing.count == 1)
        #expect(try await folder.martlet("audit", "verify").status == 0)
        #expect(try await folder.martlet("predict", "model:loans@champion", "loans.csv").status == 0)
        #expect(try await folder.martlet("run", "--json").json["unchanged"].flag == true)
        let again = try await folder.martlet("gc", "--older-than", "0.000001s", "--yes")
        #expect(again.output.hasPrefix("There is nothing to remove."), "\(again.output)")
        _ = await server.interrupt()
    }

    @Test("goes by and by: killed at random moments, the next one goes on, the database is whole and nothing that is live is missing")
    func killed() async throws {
        let folder = try await Loans.trained()
        let server = try await LiveServer(folder)
        let live = try await Self.run(on: server, "live")
        var random = RandomSource(seed: 5)
        var hits = 0
        for round in 0..<20 * CrashTests.kills where hits < CrashTests.kills {
            for number in 0..<20 { try await Self.change(try await Self.run(on: server, "\(round) \(number)"), "delete", on: server) }
            try Self.age(folder)
            let child = try folder.start("gc", "--older-than", "0.000001s", "--yes")
            child.stop(afterMilliseconds: random.below(120))
            hits += await child.end().status == -SIGKILL ? 1 : 0
            for name in ["own.txt", "shared.txt"] { #expect(try await Self.file(live, name, on: server) == 200) }
        }
        #expect(hits == CrashTests.kills, "The others ended before they were killed.")
        _ = try await Self.collect(folder)
        let after = try await Self.collect(folder)
        #expect(after["runs"].int == 0 && after["points"].int == 0 && after["files"].int == 0)
        #expect(try await Self.file(live, "own.txt", on: server) == 200)
        _ = await server.interrupt()
        #expect(try await folder.martlet("audit", "verify").status == 0)
        #expect(try await folder.martlet("backup", "create", folder.path("backups")).status == 0)
        let whole = try await folder.martlet("backup", "verify", folder.path("backups"))
        #expect(whole.status == 0, "\(whole.errors)")
        #expect(try await folder.martlet("predict", "model:loans@champion", "loans.csv").status == 0)
    }

    @Test("takes nothing from four writers that store the very same contents meanwhile") func writers() async throws {
        let folder = try await Loans.trained()
        let server = try await LiveServer(folder)
        for round in 0..<3 {
            let old = try await Self.run(on: server, "old \(round)")
            for number in 0..<40 { try await Self.put(number, in: old, on: server) }
            try await Self.change(old, "delete", on: server)
            try Self.age(folder)
            var runs: [String] = []
            for writer in 0..<4 { runs.append(try await Self.run(on: server, "writer \(writer)")) }
            try await withThrowingTaskGroup(of: Void.self) { [runs] group in
                for run in runs { group.addTask { for number in 0..<40 { try await Self.put(number, in: run, on: server) } } }
                group.addTask { for _ in 0..<3 { _ = try await Self.collect(folder) } }
                try await group.waitForAll()
            }
            for run in runs {
                for number in 0..<40 { #expect(try await Self.file(run, "\(number).txt", on: server) == 200, "\(number) of round \(round)") }
                try await Self.change(run, "delete", on: server)
            }
        }
        _ = await server.interrupt()
    }

    private static func put(_ number: Int, in run: String, on server: LiveServer) async throws {
        let path = "/api/2.0/mlflow-artifacts/artifacts/0/\(run)/artifacts/\(number).txt"
        #expect(try await server.request("PUT", path, body: "content \(number)").status == 200)
    }

    @Test("goes through a server too, for whoever may remove data, and is refused to others") func remote() async throws {
        let folder = try await Loans.trained()
        var tokens: [String] = []
        for role in ["maintainer", "contributor"] {
            #expect(try await folder.martlet("user", "add", role, "--role", role).status == 0)
            let token = try await folder.martlet("token", "add", "t-\(role)", "--for", role, "--quiet").output
            tokens.append(token.trimmingCharacters(in: .whitespacesAndNewlines))
        }
        let server = try await LiveServer(folder)
        let address = "http://127.0.0.1:\(server.port)"
        let words = ["gc", "--older-than", "0.000001s", "--dry-run", "--url", address]
        let allowed = try await Program.run(words, in: folder.path, environment: ["MARTLET_TOKEN": tokens[0]])
        #expect(allowed.status == 0, "\(allowed.errors)")
        let refused = try await Program.run(words, in: folder.path, environment: ["MARTLET_TOKEN": tokens[1]])
        #expect(refused.status != 0 && refused.errors.contains("data.erase"), "\(refused.errors)")
        _ = await server.interrupt()
    }
}
