import Foundation
import Support
import TestSupport
import Testing

@Suite(
    "A served file", .enabled(if: Program.isComplete, "\(Program.absence)"),
    .enabled(if: PythonClient.has("tritonclient", "skl2onnx", "onnxmltools", "xgboost"), "\(PythonClient.absence)"), .inTurns)
struct ServedFileTests {
    private static let script = "served_models.py"

    /// A folder of models and a table that they were trained on.
    private func models() async throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        _ = try await PythonClient.run(Self.script, port: 0, folder: folder, more: ["make"])
        return folder
    }

    @Test("answers what ONNX Runtime does, bit for bit: scikit-learn, LightGBM, XGBoost, networks, text, and every type of tensor")
    func everyKind() async throws {
        let models = try await models()
        for name in ["zipmap", "regressor", "mlp", "text", "lightgbm", "xgboost", "cnn", "types"] {
            let project = try TemporaryFolder()
            let server = try await LiveServer(project, models.path("\(name).onnx"))
            let told = try await PythonClient.run(Self.script, port: Int(server.port), folder: models, more: ["ask", name])
            #expect(told["binary"] == 3 && (told["json"] == 3 || name == "types"), "\(name): \(told.compact)")
            #expect(told["id"] == "r-1")
            #expect(await server.interrupt().status == 0)
        }
    }

    @Test("is compared to what it was trained on, and each of its predictions says what stands behind it") func watched() async throws {
        let models = try await models()
        let project = try TemporaryFolder()
        let server = try await LiveServer(project, models.path("mlp.onnx"), "--reference", models.path("train.csv"))
        #expect(try project.read("martlet.yaml").contains("serving: {endpoint: mlp, model: mlp@champion}"))
        let rows = (0..<200).map { row in "[\((0..<6).map { column in String(Double((row * 7 + column * 13) % 41) / 10) }.joined(separator: ","))]" }
        let body = "{\"inputs\":[{\"name\":\"X\",\"datatype\":\"FP32\",\"shape\":[200,6],\"data\":[\(rows.joined(separator: ","))]}]}"
        let answer = try await server.request("POST", "/v2/models/mlp/infer", body: body)
        let id = try #require(try JSONValue(parsing: answer.body)["parameters"]["prediction_id"].text, "\(answer.body.prefix(500))")
        let row = try await server.request("POST", "/predict/mlp", body: #"{"f0":1,"f1":2,"f2":0,"f3":0,"f4":0,"f5":0}"#)
        #expect(row.status == 200 && row.body.contains("probability"), "\(row.body)")
        let columns = (0..<6).map { #"{"name":"f\#($0)","datatype":"FP64","shape":[1],"data":[0.5]}"# }.joined(separator: ",")
        let tried = try await server.request("POST", "/v2/models/mlp/infer", body: "{\"inputs\":[\(columns)]}")
        #expect(tried.status == 200 && tried.body.contains("\"probability\""), "The request that the page shows: \(tried.body)")
        for page in ["/", "/endpoints/mlp", "/models/mlp", "/why/prediction:\(id)"] {
            #expect(try await server.request("GET", page).status == 200, "\(page)")
        }
        #expect(await server.interrupt().status == 0)

        let why = try await project.martlet("why", "prediction:\(id)")
        #expect(why.output.contains("answered by model:mlp@v1") && why.output.contains("dataset:"), "\(why.output)\(why.errors)")
        let drift = try await project.martlet("monitor", "drift", "--json").json
        #expect(drift["rows"] == 202 && drift["columns"].elements.contains { $0["drifted"] == true }, "\(drift.compact.prefix(600))")
        let predicted = try await project.martlet("predict", "model:mlp@champion", models.path("train.csv"))
        #expect(predicted.status == 0 && predicted.output.split(separator: "\n").count == 301, "\(predicted.errors)")
        #expect(try await project.martlet("status").output.contains("for serving only"))
    }

    @Test("takes the bytes of its only input without JSON, and answers in kind") func raw() async throws {
        let models = try await models()
        let project = try TemporaryFolder()
        let server = try await LiveServer(project, models.path("mlp.onnx"))
        let numbers = (0..<18).map { Float($0) / 4 }
        func ask(_ body: [UInt8]) async throws -> [UInt8] {
            let head =
                "POST /v2/models/mlp/infer HTTP/1.1\r\nHost: localhost\r\nInference-Header-Content-Length: 0\r\nContent-Length: \(body.count)\r\n\r\n"
            return try await Wire.exchange(Array(head.utf8) + body, port: Int(server.port)).bytes
        }
        let answer = try await ask(numbers.withUnsafeBytes { Array($0) })
        let json =
            "{\"inputs\":[{\"name\":\"X\",\"datatype\":\"FP32\",\"shape\":[3,6],\"data\":\(numbers)}],\"outputs\":[{\"name\":\"probabilities\"}]}"
        let told = try JSONValue(parsing: try await server.request("POST", "/v2/models/mlp/infer", body: json).body)
        let probabilities = told["outputs"].elements.flatMap { $0["data"].elements.compactMap(\.double).map { Float($0) } }
        #expect(probabilities.count == 6, "\(told.compact)")
        #expect(
            answer.starts(with: Array("HTTP/1.1 200".utf8))
                && answer.suffix(probabilities.count * 4) == probabilities.withUnsafeBytes { Array($0) }[...])
        for (body, words) in [
            ([UInt8](repeating: 0, count: 23), "takes 6 values of 4 bytes for each row; the request has 23 bytes"), ([], "no body"),
        ] {
            let refused = String(decoding: try await ask(body), as: UTF8.self)
            #expect(refused.hasPrefix("HTTP/1.1 400") && refused.contains(words), "\(refused)")
        }
        #expect(await server.interrupt().status == 0)
        #expect(try await project.martlet("status", "--json").json["champion"] == "model:mlp@v1")
    }

    @Test("is tried on its page, also where its inputs are no columns") func tried() async throws {
        let models = try await models()
        let project = try TemporaryFolder()
        let server = try await LiveServer(project, models.path("cnn.onnx"))
        #expect(try await server.request("GET", "/endpoints/cnn").body.contains("FP32 [any, 1, 8, 8]"))
        let form = ["Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"]
        let image = Array(repeating: "0.5", count: 64).joined(separator: "+")
        let answer = try await server.request("POST", "/endpoints/cnn", body: "version=1&v0=\(image)", headers: form)
        #expect(
            answer.status == 200 && answer.body.contains("logits") && answer.body.contains("/why/"), "\(answer.status) \(answer.body.suffix(3000))")
        let short = try await server.request("POST", "/endpoints/cnn", body: "version=1&v0=1+2+3", headers: form)
        #expect(short.status == 400 && short.body.contains("has 3 values; its shape"), "\(short.status)")
        #expect(await server.interrupt().status == 0)
    }

    @Test("becomes the next version where it has changed, and stays the same where it has not") func versions() async throws {
        let models = try await models()
        let project = try TemporaryFolder()
        for (file, expected) in [("mlp", "mlp@v1"), ("mlp", "mlp@v1"), ("lightgbm", "mlp@v2")] {
            let server = try await LiveServer(project, models.path("\(file).onnx"))
            #expect(try await server.request("GET", "/v2/models/mlp").body.contains("\"versions\":[\"\(expected.suffix(1))\"]"))
            #expect(await server.interrupt().status == 0)
        }
        let back = try await project.martlet("model", "rollback", "--reason", "the trees answer worse")
        #expect(back.status == 0 && back.output.contains("v1"), "\(back.output)\(back.errors)")
    }

    @Test("that is none, or does not fit its reference, is refused, and no project is left that would not start") func refusals() async throws {
        let models = try await models()
        let folder = try TemporaryFolder(["broken.onnx": "not a graph", "other.csv": "a,b\n1,2\n3,4\n"])
        for (words, expected) in [
            (["absent.onnx"], "There is no file absent.onnx"), (["broken.onnx"], "is not an ONNX model"),
            ([models.path("mlp.onnx"), "--reference", "other.csv"], "takes 6 numbers per row; the data has 2 numeric columns"),
            ([models.path("mlp.onnx"), "--reference", "absent.csv"], "absent.csv"),
            ([models.path("mlp.onnx"), "--reference", models.path("train.csv"), "--target", "f9"], "f9"),
        ] {
            let outcome = try await Program.run(["serve", "--port", "0"] + words, in: folder.path)
            #expect(outcome.status == 1 && outcome.errors.contains(expected), "\(words): \(outcome.output)\(outcome.errors)")
        }
        let trained = try TemporaryFolder(["loans.csv": Loans.table()])
        #expect(try await trained.martlet("init", "loans.csv", "--target", "late").status == 0)
        let refused = try await trained.martlet("serve", models.path("mlp.onnx"))
        #expect(refused.status == 3 && refused.errors.contains("Serve the file from a folder of its own"), "\(refused.errors)")
    }
}
