import Foundation
import Support
import TestSupport
import Testing

private let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
private let packages = root.appending(path: ".setup/python").path(percentEncoded: false)
private let hasClient = ["mlflow", "sklearn"].allSatisfy { FileManager.default.fileExists(atPath: "\(packages)/\($0)") }

@Suite("MLflow's Python client and the registry", .enabled(if: hasClient, "mlflow is not in .setup/python; run Scripts/setup --tests"))
struct RegistryClientTests {
    /// What each step of `References/registry_client.py` has to come to.
    private static let expected: JSONValue = [
        "predicts": true, "sklearn": "LogisticRegression", "version": ["1", ["champion"], "READY", true, true], "by_alias": "1",
        "no_alias": "INVALID_PARAMETER_VALUE: Registered model alias none not found.", "copied": ["second", "1", "models:/mine/1", true],
        "renamed": true, "staged": ["1"], "found": ["mine", "renamed"],
        "guarded":
            "PERMISSION_DENIED: model:own@v1 waits for approval by validator. Ask with “martlet approval request model:own@v1”.",
        "owned":
            "PERMISSION_DENIED: own is the model that this project makes and serves; it is not deleted. Its name stands in martlet.yaml.",
        "prompts": ["Hello Ada", "Good day, {{name}}", ["greeting"]], "models": ["mine", "own", "renamed"],
    ]

    @Test("logs a model, registers it, moves aliases, loads it by alias and predicts; copies, renames, and keeps prompts") func script() async throws
    {
        let tracking = try TrackingHouse()
        try await tracking.serve { asker in
            let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "References/registry_client.py")
            var environment = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("MLFLOW_") }
            environment["PYTHONPATH"] = packages
            environment["HOME"] = tracking.folder.path
            environment["MLFLOW_HTTP_REQUEST_MAX_RETRIES"] = "1"
            let arguments = ["python3", script.path(percentEncoded: false), "http://127.0.0.1:\(asker.port)", tracking.folder.path]
            let client = try await Child.run("/usr/bin/env", arguments, environment: environment)
            #expect(client.status == 0, "\(client.errors)")
            let told = try JSONValue(parsing: String(client.output.split(separator: "\n").last ?? ""))
            for step in Self.expected.members { #expect(told[step.key] == step.value, "\(step.key)") }
            #expect(told.members.count == Self.expected.members.count)
        }
    }
}
