import Foundation
import Support
import TestSupport
import Testing

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

@Suite("A client of MLflow at the gate", .enabled(if: Program.isComplete, "\(Program.absence)"), .inTurns) struct RegistryGateTests {
    @Test("the champion moves by the same gate, whoever asks; what clients register is shown, and the record holds") func gate() async throws {
        let folder = try await Loans.trained()
        let server = try await LiveServer(folder)
        let port = server.port
        let found = try await Self.ask(port, "GET", "registered-models/search")["registered_models"].elements
        let own = try #require(found.first)
        let name = try #require(own["name"].text)
        let champion = try #require(own["aliases"].elements.first { $0["alias"] == "champion" }?["version"].text)
        #expect(own["latest_versions"].elements.first?["run_id"].text?.isEmpty == false)
        let made = try await Self.ask(port, "POST", "model-versions/create", ["name": .string(name), "source": "s3://bucket/model"])
        let version = try #require(made["model_version"]["version"].text)
        let refused = try await Self.ask(
            port, "POST", "registered-models/alias", ["name": .string(name), "alias": "champion", "version": .string(version)])
        #expect(refused["error_code"] == "PERMISSION_DENIED")
        #expect(refused["message"].text?.hasPrefix("The gate refuses model:\(name)@v\(version): ") == true)
        let same = try await Self.ask(port, "GET", "registered-models/alias?name=\(name)&alias=champion")
        #expect(same["model_version"]["version"].text == champion)
        let kept = try await Self.ask(port, "DELETE", "model-versions/delete", ["name": .string(name), "version": .string(champion)])
        #expect(kept["error_code"] == "PERMISSION_DENIED")
        _ = try await Self.ask(port, "POST", "registered-models/create", ["name": "first"])
        _ = try await Self.ask(port, "POST", "model-versions/create", ["name": "first", "source": "s3://bucket/model"])
        _ = try await Self.ask(port, "POST", "registered-models/alias", ["name": "first", "alias": "live", "version": "1"])
        _ = try await Self.ask(port, "POST", "registered-models/rename", ["name": "first", "new_name": "second"])
        _ = try await Self.ask(port, "POST", "registered-models/alias", ["name": "second", "alias": "old", "version": "1"])
        #expect(await server.interrupt().status == 0)
        let list = try await folder.martlet("model", "list", "--json").json
        #expect(list.elements.contains { $0["ref"] == "model:second@v1" && $0["aliases"] == ["live", "old"] })
        let history = try await folder.martlet("model", "history", "second", "--json").json
        #expect(history.elements.map { $0["alias"] } == ["live", "old"] && history.elements.allSatisfy { $0["by"].text?.isEmpty == false })
        #expect(try await folder.martlet("why", "model:second@v1").output.contains("model:first@v1"))
        let verified = try await folder.martlet("audit", "verify")
        #expect(verified.status == 0, "\(verified.output) \(verified.errors)")
    }

    private static func ask(_ port: UInt16, _ method: String, _ path: String, _ body: JSONValue? = nil) async throws -> JSONValue {
        guard let url = URL(string: "http://127.0.0.1:\(port)/api/2.0/mlflow/\(path)") else { throw MartletError(.defect, path) }
        var request = URLRequest(url: url)
        request.httpMethod = method
        request.httpBody = body.map { Data($0.compact.utf8) }
        request.setValue("application/json", forHTTPHeaderField: "Content-Type")
        let (data, _) = try await URLSession.shared.data(for: request)
        return try JSONValue(parsing: Array(data))
    }
}
