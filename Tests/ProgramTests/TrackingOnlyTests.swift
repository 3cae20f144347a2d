import Foundation
import Support
import TestSupport
import Testing

@Suite("A project for tracking only", .enabled(if: Program.isComplete, "\(Program.absence)"), .inTurns) struct TrackingOnlyTests {
    /// A run and a model that is called like the project, with an alias, logged to a server as clients do.
    private func log(to server: LiveServer, as name: String) async throws -> String {
        let run = try await ask(server, "runs/create", ["experiment_id": "0", "run_name": "first"])["run"]["info"]["run_id"].text ?? ""
        _ = try await ask(server, "runs/log-metric", ["run_id": .string(run), "key": "auc", "value": 0.75, "timestamp": 1000])
        _ = try await ask(server, "registered-models/create", ["name": .string(name)])
        _ = try await ask(server, "model-versions/create", ["name": .string(name), "source": "s3://bucket/model"])
        _ = try await ask(server, "registered-models/alias", ["name": .string(name), "alias": "champion", "version": "1"])
        return run
    }

    private func ask(_ server: LiveServer, _ path: String, _ body: JSONValue) async throws -> JSONValue {
        let answer = try await server.request("POST", "/api/2.0/mlflow/\(path)", body: body.compact)
        #expect(answer.status == 200, "\(path): \(answer.body)")
        return try JSONValue(parsing: answer.body)
    }

    @Test("is made by a server in an empty folder, takes what clients log, and becomes a whole one when a table is added") func whole() async throws {
        let folder = try TemporaryFolder()
        let server = try await LiveServer(folder)
        let name = try #require(try folder.read("martlet.yaml").split(separator: "\n").first { $0.hasPrefix("project: ") }?.dropFirst(9))
        let run = try await log(to: server, as: String(name))
        let page = try await server.request("GET", "/")
        #expect(page.status == 200 && page.body.contains("for tracking only"))
        #expect(page.body.contains("MLFLOW_TRACKING_URI=http://127.0.0.1:\(server.port)"))
        let status = try await folder.martlet("status", "--json").json
        #expect(status["tracking"] == ["experiments": 1, "runs": 1, "has_more_runs": false, "models": [.string(String(name))]])
        #expect(status["next"].elements.contains { $0["command"] == "martlet init DATA --target COLUMN" })
        for command in [["run"], ["charter", "check"], ["charter", "confirm", "--yes"], ["check"], ["data", "list"], ["monitor", "drift"]] {
            let outcome = try await Program.run(command, in: folder.path)
            #expect(outcome.status == 2 && outcome.errors.contains("is for tracking only"), "\(command): \(outcome.output)\(outcome.errors)")
        }
        #expect(try await folder.martlet("model", "card", "model:\(name)@champion").status == 0)
        #expect(try await folder.martlet("model", "history").output.contains("champion"))

        try folder.write("loans.csv", Loans.table())
        let added = try await folder.martlet("init", "loans.csv", "--target", "late")
        #expect(added.status == 0 && added.output.contains("so that those trained here are called “\(name)-trained”"), "\(added.errors)")
        let trained = try await folder.martlet("run", "--quiet")
        #expect(trained.status == 0, "\(trained.output)\(trained.errors)")
        let whole = try await folder.martlet("status", "--json", "--url", "http://127.0.0.1:\(server.port)").json
        #expect(whole["tracking"].isNull && whole["champion"] == .string("model:\(name)-trained@v1"))
        #expect(try await server.request("GET", "/experiments/0/runs/\(run)").body.contains("auc"))
        let moved = try await server.request("GET", "/api/2.0/mlflow/registered-models/alias?name=\(name)&alias=champion")
        #expect(try JSONValue(parsing: moved.body)["model_version"]["version"] == "1")
        #expect(await server.interrupt().status == 0)
        #expect(try await folder.martlet("audit", "verify").status == 0)
    }

    @Test("is not made where a folder holds anything, which a wrong folder does") func elsewhere() async throws {
        let folder = try TemporaryFolder(["train.py": ""])
        let refused = try await folder.martlet("serve", "--port", "0")
        #expect(refused.status == 1 && refused.errors.contains("“martlet init” alone where clients only log to it"), "\(refused.errors)")
        #expect(!folder.has("martlet.yaml") && !folder.has(".martlet"))
        let made = try await folder.martlet("init")
        #expect(made.status == 0 && made.output.contains("Next: martlet serve"))
        let server = try await LiveServer(folder)
        #expect(await server.interrupt().status == 0)
    }

    @Test("is not made twice, nor half: a rehearsal writes nothing, and options of a table need one") func once() async throws {
        let folder = try TemporaryFolder()
        let rehearsed = try await folder.martlet("init", "--dry-run")
        #expect(rehearsed.status == 0 && rehearsed.output.contains("project: ") && !folder.has("martlet.yaml"))
        for words in [["init", "--target", "late"], ["init", "loans.csv"], ["init", "--test", "loans.csv"]] {
            #expect(try await Program.run(words, in: folder.path).status == 2, "\(words)")
        }
        #expect(try await folder.martlet("init", "--json").json["tracking_only"] == true)
        let again = try await folder.martlet("init")
        #expect(again.status == 1 && again.errors.contains("exists already"))
        try folder.write("martlet.yaml", "martlet: 1\nproject: half\npipeline: [{id: trees, train: gradient_boosting}]\n")
        let half = try await folder.martlet("status")
        #expect(half.status == 1 && half.errors.contains("charter"), "\(half.errors)")
    }
}
