import Foundation
import Support
import TestSupport
import Testing

private let packages = Program.root + "/.setup/python"
private let hasTools = ["mlflow", "tensorboard"].allSatisfy { FileManager.default.fileExists(atPath: "\(packages)/\($0)") }

@Suite(
    "Adopting at the command line", .enabled(if: Program.isComplete && hasTools, "\(Program.absence) Or the tools are absent: make setup."), .inTurns)
struct AdoptTests {
    /// Lets a script of the adoption's tests write files as the real tools do.
    private func write(_ script: String, _ arguments: String..., in folder: TemporaryFolder) async throws -> JSONValue {
        let path = "\(Program.root)/Tests/AdoptionTests/References/\(script)"
        let environment = Program.environment(["PYTHONPATH": packages, "HOME": folder.path])
        let outcome = try await Child.run("/usr/bin/env", ["python3", path] + arguments, in: folder.path, environment: environment)
        guard outcome.status == 0 else { throw ChildFailure(description: outcome.errors) }
        return (try? JSONValue(parsing: outcome.output)) ?? .null
    }

    @Test("takes event files over once, records it, and writes runs out again") func tensorboard() async throws {
        let folder = try Loans.project()
        _ = try await write("event_files.py", "write", folder.path("logs"), in: folder)
        let rehearsed = try await folder.martlet("adopt", "tensorboard", "logs", "--dry-run")
        #expect(rehearsed.status == 0 && rehearsed.output.contains("2 runs would be added"))
        let first = try await folder.martlet("adopt", "tensorboard", "logs", "--json")
        #expect(try first.json["added"] == 2 && first.json["points"] == 420)
        let second = try await folder.martlet("adopt", "tensorboard", "logs")
        #expect(second.output.hasPrefix("0 runs added, 0 gone on with, 2 unchanged"))
        let record = try await folder.martlet("audit", "log", "--json").output
        #expect(record.components(separatedBy: "\"runs.adopted\"").count == 2)
        let exported = try await folder.martlet("export", "parquet", "--experiment", "logs", "--to", "out", "--json")
        #expect(try exported.json["points"] == 420, "\(exported.errors)")
        #expect(try folder.files(under: "out") == ["parameters.parquet", "points.parquet", "runs.json", "runs.parquet", "tags.parquet"])
        let runs = try JSONValue(parsing: folder.read("out/runs.json"))
        #expect(runs.elements.map { $0["name"].text } == ["train", "validation/fold1"])
        let events = try await folder.martlet("export", "tensorboard", "--experiment", "logs", "--to", "events")
        #expect(events.status == 0 && events.output.contains("2 runs with 420 points"), "\(events.errors)")
        let read = try await write("event_files.py", "read", folder.path("events"), in: folder)
        #expect(read["train"]["scalars"]["loss"].elements.count == 200)
        #expect(try await folder.martlet("audit", "verify").status == 0)
    }

    @Test("follows growing files until Ctrl-C, which leaves nothing half") func follow() async throws {
        let folder = try Loans.project()
        _ = try await write("event_files.py", "write", folder.path("logs"), in: folder)
        let follower = try folder.start("adopt", "tensorboard", "logs", "--follow", "--quiet")
        #expect(await follower.printed("2 runs added") != nil)
        _ = try await write("event_files.py", "grow", folder.path("logs"), "200", in: folder)
        #expect(await follower.printed("1 gone on with") != nil)
        follower.signal(SIGINT)
        let end = await follower.end()
        #expect(end.status == 0, "\(end.errors)")
        let again = try await folder.martlet("adopt", "tensorboard", "logs", "--json")
        #expect(try again.json["points"] == 0)
    }

    @Test("killed at any moment, it goes on, and comes to the same as one that was not") func kills() async throws {
        let whole = try Loans.project()
        let facts = try await write("mlflow_store.py", "file://\(whole.path("mlruns"))", in: whole)
        let folder = try Loans.project()
        for milliseconds in [20, 60, 100, 140, 180] {
            let child = try folder.start("adopt", "mlflow", whole.path("mlruns"), "--json")
            child.stop(afterMilliseconds: milliseconds)
            _ = await child.end()
        }
        _ = try await folder.martlet("adopt", "mlflow", whole.path("mlruns"), "--json")
        #expect(try await folder.martlet("adopt", "mlflow", whole.path("mlruns"), "--json").json["unchanged"] == 3)
        _ = try await whole.martlet("adopt", "mlflow", "mlruns", "--json")
        let run = facts["first"].text ?? ""
        for project in [folder, whole] {
            let exported = try await project.martlet("export", "parquet", run, "--to", "out", "--json")
            #expect(try exported.json["points"] == 53)
        }
        #expect(try folder.read("out/runs.json") == whole.read("out/runs.json"))
        #expect(try await folder.martlet("audit", "verify").status == 0)
    }

    @Test("takes runs over from a server by MLflow's own protocol, with their files, once") func server() async throws {
        let there = try Loans.project()
        let facts = try await write("mlflow_store.py", "file://\(there.path("mlruns"))", in: there)
        _ = try await there.martlet("adopt", "mlflow", "mlruns", "--json")
        let server = try await LiveServer(there)
        let here = try Loans.project()
        let address = "http://127.0.0.1:\(server.port)"
        let first = try await here.martlet("adopt", "mlflow", address, "--json")
        #expect(try first.json["added"] == 3, "\(first.output)\(first.errors)")
        #expect(try first.json["files"] == 2 && first.json["versions"] == 2 && first.json["models"] == 1)
        #expect(try await here.martlet("adopt", "mlflow", address, "--json").json["unchanged"] == 3)
        #expect(await server.interrupt().status == 0)
        for project in [there, here] { _ = try await project.martlet("export", "parquet", facts["first"].text ?? "", "--to", "out", "--json") }
        let runs = try [there, here].map { try JSONValue(parsing: $0.read("out/runs.json")).elements.first ?? .null }
        for key in ["name", "status", "started", "ended", "parameters", "metrics", "inputs"] { #expect(runs[0][key] == runs[1][key], "\(key)") }
        let gone = try await here.martlet("adopt", "mlflow", address)
        #expect(gone.status == 4 && gone.errors.contains("Nobody answered"))
    }
}
