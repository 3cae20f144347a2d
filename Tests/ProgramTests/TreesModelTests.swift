import Foundation
import Support
import TestSupport
import Testing

@Suite(
    "A LightGBM model's text", .enabled(if: Program.isComplete, "\(Program.absence)"),
    .enabled(if: PythonClient.has("tritonclient", "lightgbm", "pandas"), "\(PythonClient.absence)"), .inTurns)
struct TreesModelTests {
    private static let script = "tree_models.py"

    private func models() async throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        _ = try await PythonClient.run(Self.script, port: 0, folder: folder, more: ["make"])
        return folder
    }

    @Test("is answered as LightGBM answers it, bit for bit: as a matrix, and by rows with the categories that pandas had") func equal() async throws {
        let models = try await models()
        for name in ["binary", "regression", "multiclass", "poisson"] {
            let project = try TemporaryFolder()
            let server = try await LiveServer(project, models.path("\(name).txt"))
            let told = try await PythonClient.run(Self.script, port: Int(server.port), folder: models, more: ["ask", name])
            #expect(told["matrix"] == true && told["rows"] == true && (told["unknown"] == true || name == "poisson"), "\(name): \(told.compact)")
            #expect(told["explained"] == true, "Each column's contribution is LightGBM's own: \(name)")
            let metadata = try await server.request("GET", "/v2/models/\(name)").body
            #expect(metadata.contains(#""platform":"lightgbm""#))
            #expect(await server.interrupt().status == 0)
        }
    }

    @Test("is compared to its reference, follows an ONNX file in the same project, and what is no model is refused") func watched() async throws {
        let models = try await models()
        let project = try TemporaryFolder()
        let server = try await LiveServer(project, models.path("binary.txt"), "--reference", models.path("train.csv"))
        let row = try await server.request("POST", "/predict/binary", body: #"{"age":44,"town":"Ulm","rooms":9,"net_income":null}"#)
        #expect(row.status == 200 && row.body.contains(#""label":"1""#), "\(row)")
        #expect(try await server.request("GET", "/endpoints/binary").status == 200)
        #expect(await server.interrupt().status == 0)
        let drift = try await project.martlet("monitor", "drift", "--json").json
        #expect(drift["columns"].elements.count == 4, "\(drift.compact.prefix(600))")
        let predicted = try await project.martlet("predict", "model:binary@champion", models.path("train.csv"))
        #expect(predicted.status == 0 && predicted.output.split(separator: "\n").count == 501, "\(predicted.errors)")

        let broken = try TemporaryFolder(["broken.txt": "tree\nversion=v4\n"])
        let outcome = try await broken.martlet("serve", "broken.txt", "--port", "0")
        #expect(outcome.status == 1 && outcome.errors.contains("not the whole text of a LightGBM model"), "\(outcome.errors)")
        #expect(!broken.has("martlet.yaml"))
    }
}
