import Foundation
import Support
import TestSupport
import Testing

@Suite("What a server does about inputs unlike training", .enabled(if: Program.isComplete, "\(Program.absence)"), .inTurns)
struct GuardTests {
    /// A trained project whose settings of serving have some words more.
    private func project(_ serving: String) async throws -> TemporaryFolder {
        let folder = try await Loans.trained()
        let settings = try folder.read("martlet.yaml").replacing("key: id}", with: "key: id, \(serving)}")
        try folder.write("martlet.yaml", settings)
        return folder
    }

    private static let odd = #"{"income":4000,"age":40,"city":"Rom","grade":null}"#
    private static let usual = #"{"income":40,"age":40,"city":"Bern","grade":"A"}"#

    /// The headers of an answer, and its body.
    private func ask(_ server: LiveServer, _ path: String, _ body: String) async throws -> (headers: String, body: String) {
        let outcome = try await Child.run(
            "/usr/bin/env", ["curl", "-s", "-i", "-H", "Content-Type: application/json", "-d", body, "http://127.0.0.1:\(server.port)\(path)"])
        let parts = outcome.output.split(separator: "\r\n\r\n", maxSplits: 1).map(String.init)
        return (parts.first?.lowercased() ?? "", parts.count > 1 ? parts[1] : "")
    }

    @Test("It tells by default, in every contract's headers, in parameters and in counters") func tells() async throws {
        let project = try await Loans.trained()
        let server = try await LiveServer(project)
        for (path, body) in [
            ("/predict/loans", Self.odd), ("/v1/models/loans:predict", "{\"instances\":[\(Self.odd)]}"),
            ("/invocations", "{\"dataframe_records\":[\(Self.odd)]}"), ("/score", "{\"data\":[\(Self.odd)]}"),
        ] {
            let told = try await ask(server, path, body)
            #expect(told.headers.hasPrefix("http/1.1 200") && told.headers.contains("martlet-outlier-score: 0.99"), "\(path): \(told.headers)")
            #expect(told.headers.contains("martlet-input-warnings: income is 4000; in training it was from "), "\(path): \(told.headers)")
            #expect(told.headers.contains("city is \"rom\", which training did not know; grade is missing"), "\(path)")
        }
        let usual = try await ask(server, "/predict/loans", Self.usual)
        #expect(usual.headers.contains("martlet-outlier-score: 0.") && !usual.headers.contains("martlet-input-warnings"), "\(usual.headers)")
        let tensors = LiveServer.row.replacing("[40]", with: "[4000]").dropLast() + #","outputs":[{"name":"label"},{"name":"outlier_score"}]}"#
        let inferred = try JSONValue(parsing: try await ask(server, "/v2/models/loans/infer", String(tensors)).body)
        #expect(inferred["parameters"]["input_warnings"].text?.contains("income is 4000; in training it was from") == true, "\(inferred.compact)")
        let score = try #require(inferred["outputs"].elements.last?["data"].elements.first?.double)
        #expect(score > 0.99 && inferred["parameters"]["outlier_score"].double == score)
        let metrics = try await server.request("GET", "/metrics").body
        #expect(metrics.contains(#"martlet_input_findings_total{endpoint="loans",kind="category",action="warned"} 4"#), "\(metrics)")
        let logged = try await ask(server, "/predict/loans", Self.odd)
        let id = try JSONValue(parsing: logged.body)["prediction_id"].text ?? ""
        let why = try await project.martlet("why", "prediction:\(id)", "--url", "http://127.0.0.1:\(server.port)")
        #expect(why.output.contains("outlier score") && why.output.contains("0.99"), "\(why.output)\(why.errors)")
        #expect(await server.interrupt().status == 0)
    }

    @Test("It refuses where the settings say so, and the model is not asked") func refuses() async throws {
        let project = try await project("guards: {range: refuse, categories: off}")
        let server = try await LiveServer(project)
        let refused = try await ask(server, "/predict/loans", Self.odd)
        #expect(refused.headers.hasPrefix("http/1.1 400") && refused.body.contains("income is 4000; in training it was from 10"), "\(refused)")
        #expect(refused.body.contains("have serving.guards.range warn instead"))
        let metrics = try await server.request("GET", "/metrics").body
        #expect(metrics.contains(#"martlet_requests_total{endpoint="loans",version="1",outcome="refused"} 1"#))
        #expect(metrics.contains(#"martlet_input_findings_total{endpoint="loans",kind="range",action="refused"} 1"#))
        let rome = try await ask(server, "/predict/loans", Self.usual.replacing("Bern", with: "Rom"))
        #expect(rome.headers.hasPrefix("http/1.1 200") && !rome.headers.contains("martlet-input-warnings"), "\(rome.headers)")
        #expect(await server.interrupt().status == 0)
    }

    @Test(
        "The real client over gRPC reads scores and warnings, and who asks too often is told so in each protocol's form",
        .enabled(if: PythonClient.has("tritonclient"), "\(PythonClient.absence)"))
    func client() async throws {
        let project = try await project("limit: {rate: 1/h, burst: 4}")
        let server = try await LiveServer(project, "--grpc-port", "0")
        let told = try await PythonClient.run("guarded_client.py", port: Int(server.port), folder: project, more: [String(server.grpcPort ?? 0)])
        #expect(told["score"].double ?? 0 > 0.99 && told["warnings"].text?.contains("income is 4000") == true, "\(told.compact)")
        #expect(told["http"].text?.contains("more often than serving.limit lets you") == true, "\(told.compact)")
        #expect(told["grpc"] == "StatusCode.RESOURCE_EXHAUSTED", "\(told.compact)")
        let limited = try await ask(server, "/predict/loans", Self.usual)
        #expect(limited.headers.hasPrefix("http/1.1 429") && limited.headers.contains("retry-after: 3"), "\(limited)")
        #expect(try await server.request("GET", "/v2/models/loans").status == 200, "What is no prediction is not limited.")
        let metrics = try await server.request("GET", "/metrics").body
        #expect(metrics.contains(#"martlet_rate_limited_total{endpoint="loans"} 3"#), "\(metrics)")
        #expect(await server.interrupt().status == 0)
    }
}
