import Foundation
import Support
import TestSupport
import Testing

@Suite(
    "Chains and ensembles", .enabled(if: Program.isComplete, "\(Program.absence)"),
    .enabled(if: PythonClient.has("tritonclient", "onnx"), "\(PythonClient.absence)"), .inTurns)
struct CompositeTests {
    private static let script = "many_models.py"

    /// A project with the small models, and endpoints beside them.
    private func project(_ models: TemporaryFolder, endpoints: String) async throws -> TemporaryFolder {
        let project = try TemporaryFolder()
        let registering = try await Program.serveOnce(project, ["tokens", "double", "triple", "sum"].map { models.path("\($0).onnx") })
        #expect(registering.status == 0, "\(registering.errors)")
        try project.replace("model: tokens@champion}", with: "model: tokens@champion, endpoints: {\(endpoints)}}")
        return project
    }

    private func models() async throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        _ = try await PythonClient.run(Self.script, port: 0, folder: folder, more: ["make"])
        return folder
    }

    private func ask(_ server: LiveServer, _ models: TemporaryFolder, _ name: String) async throws -> JSONValue {
        try await PythonClient.run(
            Self.script, port: Int(server.port), folder: models, more: ["ask", "127.0.0.1:\(server.grpcPort ?? 0)", name, "[[1, 2], [3, 4]]"])
    }

    @Test("answer like endpoints over HTTP and gRPC, and why names every version that took part") func answers() async throws {
        let models = try await models()
        let endpoints = "reviews: {chain: [tokens, double]}, both: {ensemble: [double, {model: triple@v1, weight: 3}]}, deep: {chain: [tokens, both]}"
        let project = try await project(models, endpoints: endpoints)
        let server = try await LiveServer(project, "--grpc-port", "0")
        #expect(try await ask(server, models, "reviews")["outputs"]["hidden"] == [[0.0, 2.0], [4.0, 6.0]])
        #expect(try await ask(server, models, "both")["outputs"]["hidden"] == [[2.75, 5.5], [8.25, 11.0]])
        #expect(try await ask(server, models, "deep")["outputs"]["hidden"] == [[0.0, 2.75], [5.5, 8.25]])
        let described = try await server.request("GET", "/v2/models/reviews")
        #expect(described.body.contains(#""platform":"ensemble""#) && described.body.contains(#""name":"text""#), "\(described.body)")
        let body = #"{"inputs":[{"name":"text","datatype":"FP32","shape":[1,2],"data":[1,2]}]}"#
        let answer = try await server.request("POST", "/v2/models/deep/infer", body: body)
        let id = try #require(try JSONValue(parsing: answer.body)["parameters"]["prediction_id"].text, "\(answer.body)")
        let page = try await server.request("GET", "/why/prediction:\(id)").body
        #expect(page.contains("model:triple@v1"))
        #expect(await server.interrupt().status == 0)
        let why = try await project.martlet("why", "prediction:\(id)").output
        for named in ["model:deep@v1", "model:both@v1", "model:tokens@v1", "model:double@v1", "model:triple@v1"] {
            #expect(why.contains(named), "\(named) is not in \(why)")
        }
        #expect(try await project.martlet("model", "list").output.contains("model:deep@v1"))
        #expect(try await project.martlet("show", "model:both@v1").output.contains("ensemble"))
        let list = try await project.martlet("endpoint", "list").output
        #expect(list.contains("chain of tokens, both (v1)") && list.contains("ensemble of double, triple@v1 (v1)"), "\(list)")
        #expect(try await project.martlet("audit", "verify").status == 0)
    }

    @Test("follow the champions of their parts, each answer by one set of versions") func promotion() async throws {
        let models = try await models()
        let project = try await project(models, endpoints: "reviews: {chain: [tokens, double]}")
        try FileManager.default.removeItem(atPath: models.path("double.onnx"))
        try FileManager.default.copyItem(atPath: models.path("triple.onnx"), toPath: models.path("double.onnx"))
        let server = try await LiveServer(project, "--grpc-port", "0")
        #expect(try await ask(server, models, "reviews") == ["version": "1", "outputs": ["hidden": [[0.0, 2.0], [4.0, 6.0]]]])
        #expect(await server.interrupt().status == 0)
        let next = try await LiveServer(project, "--grpc-port", "0", models.path("tokens.onnx"), models.path("double.onnx"))
        #expect(try await ask(next, models, "reviews") == ["version": "2", "outputs": ["hidden": [[0.0, 3.0], [6.0, 9.0]]]])
        let back = try await Program.run(["model", "promote", "double@v1", "--url", "http://127.0.0.1:\(next.port)"], in: project.path)
        #expect(back.status == 0, "\(back.errors)")
        while try await ask(next, models, "reviews")["version"] != "1" { try await Task.sleep(for: .milliseconds(1)) }
        #expect(try await ask(next, models, "reviews")["outputs"]["hidden"] == [[0.0, 2.0], [4.0, 6.0]])
        let address = "http://127.0.0.1:\(next.port)"
        let canary = try await Program.run(
            ["endpoint", "canary", "reviews@v2", "--share", "100%", "--reason", "the parts of before", "--url", address], in: project.path)
        #expect(canary.status == 0, "\(canary.errors)")
        #expect(try await ask(next, models, "reviews")["version"] == "2")
        #expect(await next.interrupt().status == 0)
    }

    @Test(
        "put Python before a graph, and answer rows as well as tensors",
        .enabled(if: PythonClient.has("mlflow", "pandas"), "\(PythonClient.absence)"))
    func python() async throws {
        let models = try await models()
        _ = try await PythonClient.run(Self.script, port: 0, folder: models, more: ["words"])
        let python = try models.write("python", "#!/bin/sh\nPYTHONPATH='\(Program.root)/.setup/python' exec python3 \"$@\"\n")
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: python)
        let project = try TemporaryFolder()
        let registering = try await Program.serveOnce(project, [models.path("double.onnx"), models.path("words"), "--python", python])
        #expect(registering.status == 0, "\(registering.errors)")
        try project.replace("model: double@champion}", with: "model: double@champion, loaded: 1, endpoints: {counted: {chain: [words, double]}}}")
        let server = try await LiveServer(project)
        let row = try await server.request("POST", "/predict/counted", body: #"{"note": "and two"}"#)
        #expect(row.status == 200 && row.body.contains(#""hidden":[14,4]"#), "\(row.status) \(row.body)")
        let body = #"{"inputs":[{"name":"note","datatype":"BYTES","shape":[2],"data":["one", "and two"]}]}"#
        let tensors = try await server.request("POST", "/v2/models/counted/infer", body: body)
        #expect(tensors.status == 200 && tensors.body.contains("[6,2,14,4]"), "\(tensors.status) \(tensors.body)")
        // Only one of them has a place: the worker ends with its model.
        #expect(try await server.request("POST", "/predict/words", body: #"{"note": "one"}"#).status == 200)
        let index = try await server.request("POST", "/v2/repository/index").body
        #expect(index.contains(#"{"name":"counted","version":"","state":"UNAVAILABLE""#), "\(index)")
        let explained = try await server.request("POST", "/predict/counted/explain", body: #"{"note": "one"}"#)
        #expect(explained.status == 400 && explained.body.contains("is put together of several models"), "\(explained.body)")
        #expect(await server.interrupt().status == 0)
    }

    @Test("that do not fit say so, and the others answer") func misfits() async throws {
        let models = try await models()
        let endpoints = "wrong: {chain: [triple, tokens]}, lost: {chain: [tokens, nobody]}, double: {chain: [tokens, triple]}"
        let project = try await project(models, endpoints: endpoints)
        let server = try await LiveServer(project, "--grpc-port", "0")
        for (name, expected) in [
            ("wrong", "tokens@v1 takes text (FP32 [any, 2]), which is not answered"), ("lost", "There is no model “nobody”"),
            ("double", "“double” is a registered model already"),
        ] {
            let answer = try await server.request("GET", "/v2/models/\(name)/ready")
            #expect(answer.status == 503 && answer.body.contains(expected), "\(name): \(answer.status) \(answer.body)")
        }
        #expect(try await ask(server, models, "triple")["outputs"]["hidden"] == [[3.0, 6.0], [9.0, 12.0]])
        let ended = await server.interrupt()
        #expect(ended.status == 0 && ended.errors.contains("Endpoint “lost” does not answer yet."), "\(ended.errors)")
        try project.replace("nobody", with: "lost")
        let circle = try await project.martlet("status")
        #expect(circle.status == 1 && circle.errors.contains("Endpoint “lost” needs itself: lost → lost."), "\(circle.errors)")
    }
}

extension Program {
    /// Serves files and ends at once, so that they are registered.
    static func serveOnce(_ project: TemporaryFolder, _ files: [String]) async throws -> Outcome {
        let child = try Child("/usr/bin/env", [path ?? "", "serve", "--port", "0", "--json"] + files, in: project.path, environment: environment())
        _ = await child.printed("}\n")
        child.signal(SIGINT)
        return await child.end()
    }
}
