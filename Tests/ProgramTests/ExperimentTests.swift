import Foundation
import Support
import TestSupport
import Testing

@Suite("Experiments, shown", .enabled(if: Program.isComplete, "\(Program.absence)"), .inTurns) struct ExperimentTests {
    private static let hostile = #"<script>alert('x')</script>"#

    /// A run with points, a parameter, a name and artifacts, logged to a server as clients do.
    private func log(to server: LiveServer) async throws -> String {
        let name = JSONValue.string(Self.hostile).compact
        let begun = try await server.request(
            "POST", "/api/2.0/mlflow/runs/create", body: #"{"experiment_id":"0","start_time":1000,"run_name":\#(name)}"#)
        let run = try #require(try JSONValue(parsing: begun.body)["run"]["info"]["run_id"].text)
        let points = (0..<300).map { #"{"key":"loss","value":\#($0 == 7 ? 99 : 1),"timestamp":\#($0),"step":\#($0)}"# }.joined(separator: ",")
        let batch = #"{"run_id":"\#(run)","metrics":[\#(points)],"params":[{"key":"depth","value":\#(name)}]}"#
        #expect(try await server.request("POST", "/api/2.0/mlflow/runs/log-batch", body: batch).status == 200)
        let files = [("a.csv", "id,name\n1,\(Self.hostile)\n"), ("evil.svg", "<svg onload='alert(1)'/>"), ("fake.png", Self.hostile)]
        for (file, text) in files {
            let put = try await server.request("PUT", "/api/2.0/mlflow-artifacts/artifacts/0/\(run)/artifacts/\(file)", body: text)
            #expect(put.status == 200)
        }
        return run
    }

    private func end(_ run: String, on server: LiveServer) async throws {
        let body = #"{"run_id":"\#(run)","status":"FINISHED","end_time":2000}"#
        #expect(try await server.request("POST", "/api/2.0/mlflow/runs/update", body: body).status == 200)
    }

    @Test("on pages: what a client logged, searched, sampled without losing an extreme, and harmless") func pages() async throws {
        let folder = try await Loans.trained()
        let server = try await LiveServer(folder)
        let run = try await log(to: server)
        let base = "/experiments/0/runs/\(run)"
        for path in [
            "/experiments", "/experiments/0", "/experiments/0?search=metrics.loss%20%3D%201%20and%20params.depth%20LIKE%20'%25script%25'", base,
            "\(base)?metric=loss", "\(base)/artifacts", "\(base)/artifacts?path=a.csv", "\(base)/artifacts?path=evil.svg",
            "/experiments/0/compare?run=\(run)", "/models", "/models/loans",
        ] {
            let page = try await server.request("GET", path)
            #expect(page.status == 200, "\(path)")
            #expect(!page.body.contains(Self.hostile) && !page.body.contains("<svg onload"), "\(path)")
        }
        let found = try await server.request("GET", "/experiments/0?search=metrics.loss%20%3D%201")
        #expect(found.body.contains(run))
        let none = try await server.request("GET", "/experiments/0?search=metrics.loss%20%3E%201")
        #expect(!none.body.contains(run))
        let series = try JSONValue(parsing: try await server.request("GET", "\(base)/series?metric=loss&points=20").body)
        #expect(series["count"].int == 300 && series["value"].elements.count == 20)
        #expect(series["greatest"].elements.compactMap(\.double).max() == 99)
        for (path, status) in [
            ("\(base)/artifacts?path=..%2F..%2Fother", 400), ("\(base)/artifacts?path=%2Fetc%2Fpasswd", 400), ("\(base)/artifacts?path=none", 404),
            ("\(base)/picture?path=fake.png", 400), ("\(base)/picture?path=evil.svg", 400), ("/experiments/1/runs/\(run)", 404),
            ("/experiments/0?search=metrics.loss%20%3D%201;drop%20table%20run", 400), ("/experiments/99", 404),
        ] {
            let answer = try await server.request("GET", path)
            #expect(answer.status == status, "\(path)")
        }
        let pipeline = try await server.request("GET", "/experiments?name=pipeline")
        #expect(pipeline.body.contains("pipeline"))
        #expect(await server.interrupt().status == 0)
    }

    @Test("in a terminal: listed, shown and followed, in the folder and through a server, until the run has ended") func commands() async throws {
        let folder = try await Loans.trained()
        let server = try await LiveServer(folder)
        let run = try await log(to: server)
        let list = try await folder.martlet("experiment", "list", "--json")
        #expect(try JSONValue(parsing: list.output).elements.contains { $0["name"].text == "Default" && $0["runs"].int == 1 })
        let show = try await folder.martlet("experiment", "show", "Default", "--search", "metrics.loss = 1", "--column", "params.depth", "--json")
        let rows = try JSONValue(parsing: show.output)["runs"].elements
        #expect(rows.count == 1 && rows[0]["values"]["params.depth"].text == Self.hostile && rows[0]["status"].text == "running")
        let wrong = try await folder.martlet("experiment", "show", "Default", "--search", "metrics.")
        #expect(wrong.status == 2)
        let address = "http://127.0.0.1:\(server.port)"
        let remote = try await folder.martlet("experiment", "list", "--json", "--url", address)
        #expect(remote.output == list.output)
        let followers = try [["--url", address], ["-C", folder.path]].map {
            try Child(Program.path ?? "", ["experiment", "follow", run, "--json"] + $0, in: folder.path, environment: Program.environment())
        }
        for follower in followers { #expect(await follower.printed("\"step\":299") != nil) }
        try await end(run, on: server)
        for follower in followers {
            let outcome = await follower.end()
            #expect(outcome.status == 0)
            #expect(outcome.output.split(separator: "\n").count == 301 && outcome.output.hasSuffix("{\"status\":\"finished\"}\n"))
        }
        let missing = try await folder.martlet("experiment", "follow", "none")
        #expect(missing.status == 1 && missing.errors.contains("There is no run"))
        #expect(await server.interrupt().status == 0)
    }

    @Test("to a listener, whom a server that stops does not wait for") func stop() async throws {
        let folder = try await Loans.trained()
        let server = try await LiveServer(folder)
        let run = try await log(to: server)
        let address = "http://127.0.0.1:\(server.port)/experiments/0/runs/\(run)/events"
        let listener = try Child("/usr/bin/env", ["curl", "--silent", "--no-buffer", address], in: folder.path)
        #expect(await listener.printed("event: points") != nil)
        #expect(await server.interrupt().status == 0)
        _ = await listener.end()
    }
}
