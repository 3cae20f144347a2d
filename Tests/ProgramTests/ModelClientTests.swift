import Foundation
import Support
import TestSupport
import Testing

private let isThere = Program.isComplete && PythonClient.has("mlflow", "sklearn", "onnxruntime", "onnx")

@Suite("Models between Python and a project", .enabled(if: isThere, "\(Program.absence) \(PythonClient.absence)"), .inTurns) struct ModelClientTests {
    @Test("go both ways: what Python registers is shown with signature, inputs and lineage, and what the pipeline made is loaded by Python")
    func models() async throws {
        let folder = try await Loans.trained()
        #expect(try await folder.martlet("predict", "model:loans@champion", "loans.csv", "-o", "answers.csv").status == 0)
        let own: JSONValue = ["name": "loans", "table": "loans.csv", "answers": "answers.csv"]
        try folder.write("own.json", own.compact)
        let server = try await LiveServer(folder)
        let told = try await PythonClient.run("models_client.py", port: Int(server.port), folder: folder)
        #expect(told["answers"] == [true, true, true])
        #expect(
            told["own"] == [
                "graph": ["income", "age", "city", "grade"], "labels": true, "probabilities": true, "missing": true,
                "signature": [["income", "double"], ["age", "long"], ["city", "string"], ["grade", "string"]],
                "files": ["MLmodel", "code", "model.onnx", "requirements.txt"], "version": [true, "dataset:loans@v1"],
            ], "\(told["own"].compact)")
        for (name, flavor) in [("by-sklearn", "sklearn"), ("by-pyfunc", "python_function"), ("by-onnx", "onnx")] {
            let shown = try await folder.martlet("show", "model:\(name)@live", "--json").json
            #expect(shown["trainer"] == .string(flavor) && shown["aliases"] == ["live"], "\(name): \(shown.compact)")
            #expect(
                shown["inputs"].elements.map { $0["name"] } == ["age", "income"] && shown["inputs"].elements.allSatisfy { $0["kind"] == "number" })
            #expect(shown["metrics"]["logged"]["auc"]["value"] == 0.75 && shown["parameters"]["depth"] == "3" && shown["summary"] == "auc 0.75")
            #expect(shown["source"].text?.hasPrefix("models:/m-") == true && shown["dataset"].text?.hasPrefix("dataset:people@") == true)
            let why = try await folder.martlet("why", "model:\(name)@live")
            #expect(why.output.contains("trained by run:") && why.output.contains("run \(name)") && why.output.contains("read dataset:people@"))
        }
        try await refuses(server)
        #expect(await server.interrupt().status == 0)
        #expect(try await folder.martlet("audit", "verify").status == 0)
    }

    /// Nobody writes below what the pipeline made, and nothing else is found there.
    private func refuses(_ server: LiveServer) async throws {
        let base = "/api/2.0/mlflow-artifacts/artifacts"
        let put = try await server.request("PUT", "\(base)/pipeline-models/loans/1/MLmodel", body: "flavors: {}")
        #expect(put.status == 403)
        let removed = try await server.request("DELETE", "\(base)/pipeline-models/loans/1/MLmodel")
        #expect(removed.status == 403)
        for (path, status) in [("loans/1/MLmodel", 200), ("loans/1/other", 404), ("loans/9/MLmodel", 404), ("by-sklearn/1/MLmodel", 404), ("x", 404)]
        {
            #expect(try await server.request("GET", "\(base)/pipeline-models/\(path)").status == status, "\(path)")
        }
        let list = try await server.request("GET", "\(base)?path=pipeline-models/loans/1/code")
        #expect(list.body.contains("martlet_model.py"))
        let named = try await server.request("GET", "/model-versions/get-artifact?name=loans&version=1&path=MLmodel")
        #expect(named.status == 200 && named.body.contains("python_function"))
    }

    @Test("are told of as they stood: aliases, stages and deletions of any moment, with who moved what, also after a model is gone")
    func history() async throws {
        let folder = try TemporaryFolder()
        let server = try await LiveServer(folder)
        func post(_ method: String, _ path: String, _ body: JSONValue) async throws {
            let answer = try await server.request(method, "/api/2.0/mlflow/\(path)", body: body.compact)
            #expect(answer.status == 200, "\(path): \(answer.body)")
        }
        try await post("POST", "registered-models/create", ["name": "m"])
        for source in ["s3://bucket/1", "s3://bucket/2"] {
            try await post("POST", "model-versions/create", ["name": "m", "source": .string(source)])
        }
        try await post("POST", "registered-models/alias", ["name": "m", "alias": "live", "version": "1"])
        try await post("POST", "model-versions/transition-stage", ["name": "m", "version": "1", "stage": "Production"])
        let first = SystemClock().now().description
        try await post("POST", "registered-models/alias", ["name": "m", "alias": "live", "version": "2"])
        try await post("POST", "model-versions/transition-stage", ["name": "m", "version": "1", "stage": "Archived"])
        let second = SystemClock().now().description
        try await post("DELETE", "registered-models/alias", ["name": "m", "alias": "live"])
        try await post("DELETE", "registered-models/delete", ["name": "m"])

        let then = try await folder.martlet("show", "model:m@live", "--as-of", first, "--json").json
        #expect(then["ref"] == "model:m@v1" && then["stage"] == "production" && then["source"] == "s3://bucket/1", "\(then.compact)")
        let later = try await folder.martlet("show", "model:m@live", "--as-of", second, "--json").json
        #expect(later["ref"] == "model:m@v2" && later["stage"] == "none")
        #expect(try await folder.martlet("show", "model:m@v1", "--as-of", second, "--json").json["stage"] == "archived")
        #expect(try await folder.martlet("show", "model:m@live").status == 1)
        let moves = try await folder.martlet("model", "history", "m", "--json", "--url", "http://127.0.0.1:\(server.port)").json
        #expect(moves.elements.map { $0["version"] } == [1, 2, .null], "\(moves.compact)")
        #expect(moves.elements.allSatisfy { $0["alias"] == "live" && $0["by"].text?.isEmpty == false && $0["at"].text != nil })
        #expect(try await folder.martlet("model", "history", "m", "--as-of", first, "--json").json.elements.map { $0["version"] } == [1])
        let page = try await server.request("GET", "/models/m")
        #expect(page.status == 200 && page.body.contains("live") && page.body.contains("taken away"), "\(page.body)")
        #expect(await server.interrupt().status == 0)
    }
}
