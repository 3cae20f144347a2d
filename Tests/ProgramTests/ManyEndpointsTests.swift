import Foundation
import Support
import TestSupport
import Testing

@Suite(
    "Several endpoints", .enabled(if: Program.isComplete, "\(Program.absence)"),
    .enabled(if: PythonClient.has("tritonclient", "onnx"), "\(PythonClient.absence)"), .inTurns)
struct ManyEndpointsTests {
    private static let script = "many_models.py"

    private func models(_ words: String...) async throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        _ = try await PythonClient.run(Self.script, port: 0, folder: folder, more: words)
        return folder
    }

    private func ask(_ server: LiveServer, _ models: TemporaryFolder, _ words: String...) async throws -> JSONValue {
        var words = words
        words.insert("127.0.0.1:\(server.grpcPort ?? 0)", at: 1)
        return try await PythonClient.run(Self.script, port: Int(server.port), folder: models, more: words)
    }

    @Test("answer each under its name, over every contract; each has its log, its traffic and its metrics") func several() async throws {
        let models = try await models("make")
        let project = try TemporaryFolder()
        let files = ["double", "triple", "tokens"].map { models.path("\($0).onnx") }
        let server = try await LiveServer(project, "--grpc-port", "0", files[0], files[1], files[2])
        for (name, input, expected) in [
            ("double", "[[1, 2]]", [2.0, 4.0]), ("triple", "[[1, 2]]", [3.0, 6.0]), ("tokens", "[[1, 2]]", [0.0, 1.0]),
        ] {
            let told = try await ask(server, models, "ask", name, input)
            #expect(told["outputs"].members.first?.value.elements.first?.elements.compactMap(\.double) == expected, "\(name): \(told.compact)")
        }
        let rows = #"{"ids_0": 1, "ids_1": 2}"#
        let row = try await server.request("POST", "/predict/triple", body: rows)
        #expect(row.status == 200, "\(row.body)")
        let kserve = try await server.request("POST", "/v1/models/triple:predict", body: #"{"instances": [[1, 2]]}"#)
        #expect(kserve.status == 200, "\(kserve.body)")
        #expect(try await server.request("POST", "/invocations", body: #"{"instances": [[1, 2]]}"#).status == 200)
        let unknown = try await server.request("POST", "/v2/models/tripel/infer", body: "{}")
        #expect(unknown.status == 404 && unknown.body.contains("Did you mean “triple”?"), "\(unknown.body)")
        let metrics = try await server.request("GET", "/metrics").body
        #expect(metrics.contains(#"martlet_predictions_total{endpoint="triple",version="1"} 4"#), "\(metrics)")
        #expect(metrics.contains(#"martlet_predictions_total{endpoint="double",version="1"} 3"#))
        for page in ["/endpoints", "/endpoints/triple"] { #expect(try await server.request("GET", page).body.contains("triple"), "\(page)") }
        #expect(await server.interrupt().status == 0)
        let list = try await project.martlet("endpoint", "list", "--json").json.elements
        #expect(list.map { $0["name"].text } == ["double", "tokens", "triple"] && list.map { $0["predictions"].int } == [3, 2, 4], "\(list)")
    }

    @Test("beside the main one share their requests between versions of their own, and take up promotions") func traffic() async throws {
        let models = try await models("make")
        let project = try TemporaryFolder()
        let first = try await LiveServer(project, models.path("double.onnx"), models.path("triple.onnx"))
        #expect(await first.interrupt().status == 0)
        // The same name with other numbers is its next version.
        try FileManager.default.removeItem(atPath: models.path("triple.onnx"))
        try FileManager.default.copyItem(atPath: models.path("double.onnx"), toPath: models.path("triple.onnx"))
        let server = try await LiveServer(project, "--grpc-port", "0", models.path("double.onnx"), models.path("triple.onnx"))
        #expect(try await ask(server, models, "ask", "triple", "[[1, 2]]")["version"] == "2")
        func martlet(_ words: String...) async throws -> Outcome {
            try await Program.run(words + ["--url", "http://127.0.0.1:\(server.port)"], in: project.path)
        }
        let canary = try await martlet("endpoint", "canary", "triple@v1", "--share", "100%", "--reason", "it was better")
        #expect(canary.status == 0, "\(canary.errors)")
        #expect(try await ask(server, models, "ask", "triple", "[[1, 2]]")["version"] == "1")
        #expect(try await ask(server, models, "ask", "double", "[[1, 2]]")["version"] == "1")
        #expect(try await martlet("endpoint", "traffic", "triple", "--json").json["plan"]["kind"] == "canary")
        #expect(try await martlet("endpoint", "traffic", "--json").json["plan"].isNull)
        #expect(try await martlet("endpoint", "traffic", "triple", "--clear", "--reason", "it was not").status == 0)
        #expect(try await martlet("endpoint", "log", "triple").output.contains("canary v1 100 %"))
        #expect(try await martlet("model", "promote", "triple@v1").status == 0)
        while try await ask(server, models, "ask", "triple", "[[1, 2]]")["version"] != "1" { try await Task.sleep(for: .milliseconds(1)) }
        #expect(await server.interrupt().status == 0)
        #expect(try await project.martlet("audit", "verify").status == 0)
    }

    @Test(
        "come while the server runs, when a client of MLflow makes its version the champion",
        .enabled(if: PythonClient.has("mlflow"), "\(PythonClient.absence)"))
    func registered() async throws {
        let models = try await models("make")
        let project = try TemporaryFolder()
        let server = try await LiveServer(project, "--grpc-port", "0", models.path("double.onnx"))
        let told = try await PythonClient.run(Self.script, port: Int(server.port), folder: models, more: ["register", "thrice", "triple.onnx"])
        #expect(told["champion"].text == "1" || told["champion"].int == 1, "\(told.compact)")
        while try await server.request("GET", "/v2/models/thrice").status == 404 { try await Task.sleep(for: .milliseconds(1)) }
        #expect(try await ask(server, models, "ask", "thrice", "[[1, 2]]") == ["version": "1", "outputs": ["hidden": [[3.0, 6.0]]]])
        #expect(await server.interrupt().status == 0)
        #expect(try await project.martlet("audit", "verify").status == 0)
    }

    @Test("with more models than there is room for load and let go, return the memory, and answer the same bits") func manyModels() async throws {
        let (count, held) = (30, 4)
        let models = try await models("heavy", "\(count)")
        let project = try TemporaryFolder()
        let files = (0..<count).map { models.path(String(format: "heavy%02d.onnx", $0)) }
        let registering = try await Program.serveOnce(project, files)
        #expect(registering.status == 0, "\(registering.errors)")
        try project.replace("model: heavy00@champion}", with: "model: heavy00@champion, loaded: \(held)}")
        let server = try await LiveServer(project)
        let told = try await PythonClient.run(
            Self.script, port: Int(server.port), folder: models, more: ["tour", "\(server.child.id)", "\(count)"])
        #expect(told["different"].int == count, "\(told.compact)")
        // The main model stays.
        #expect(told["ready"].int == held + 1 && told["unavailable"].int == count - held - 1, "\(told.compact)")
        let (first, second) = (told["first"].elements.compactMap(\.int), told["second"].elements.compactMap(\.int))
        // Thirty models take 120 MB at least; what is held takes a fraction of that, and a second round no more than the first.
        let settled = first[held]
        #expect((second.max() ?? .max) - settled < count * 4 / 3, "\(told.compact)")
        let metrics = try await server.request("GET", "/metrics").body
        #expect(metrics.contains(#"martlet_model_evictions_total{endpoint="heavy01"}"#))
        #expect(await server.interrupt().status == 0)
    }

    @Test("are unloaded and loaded by the clients of Triton") func repository() async throws {
        let models = try await models("make")
        let project = try TemporaryFolder()
        let server = try await LiveServer(project, "--grpc-port", "0", models.path("double.onnx"), models.path("triple.onnx"))
        let told = try await ask(server, models, "repository", "triple")
        let expected: JSONValue = ["UNAVAILABLE", "READY", "READY", true, true]
        #expect(told.elements == [expected, expected], "\(told.compact)")
        let main = try await server.request("POST", "/v2/repository/models/double/unload")
        #expect(main.status == 400 && main.body.contains("is not unloaded"), "\(main.body)")
        #expect(await server.interrupt().status == 0)
    }
}
