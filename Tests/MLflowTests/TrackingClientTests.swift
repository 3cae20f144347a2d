import Foundation
import Support
import TestSupport
import Testing

private let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
private let packages = root.appending(path: ".setup/python").path(percentEncoded: false)
private let hasClient = FileManager.default.fileExists(atPath: packages + "/mlflow")

@Suite("MLflow's Python client", .enabled(if: hasClient, "mlflow is not in .setup/python; run Scripts/setup --tests"))
struct TrackingClientTests {
    /// What each step of `References/tracking_client.py` has to come to.
    private static let expected: JSONValue = [
        "status": "FINISHED", "params": ["depth": "3", "name with space": "x"], "metrics": ["auc": "0.9", "loss": "0.02", "none": "nan"],
        "tags": ["note": "ünïcode", "team": "red"], "parent": true, "history": true, "files": 200, "text": "hello", "dict": ["a": [1, 2]],
        "downloaded": true,
        "search": [
            "all": ["parent", "child"], "metric": ["parent"], "param": ["parent"], "quoted": ["parent"], "name": ["child"], "none": [],
            "parent": ["child"], "status": ["parent", "child"],
        ],
        "changed": "INVALID_PARAMETER_VALUE", "deleted": [["parent"], ["child"]], "writers": [1000, 1000, 1000, 1000, 1000, 1000, 1000, 1000],
        "pages": [3, 3, 2],
    ]

    @Test("logs, nests, searches, pages, deletes and restores, keeps files, and writes from eight processes at once") func script() async throws {
        let tracking = try TrackingHouse()
        try await tracking.serve { asker in
            let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "References/tracking_client.py")
            var environment = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("MLFLOW_") }
            environment["PYTHONPATH"] = packages
            environment["HOME"] = tracking.folder.path
            environment["MLFLOW_HTTP_REQUEST_MAX_RETRIES"] = "1"
            environment["MLFLOW_DISABLE_TELEMETRY"] = "true"
            let arguments = ["python3", script.path(percentEncoded: false), "http://127.0.0.1:\(asker.port)", tracking.folder.path]
            let client = try await Child.run("/usr/bin/env", arguments, environment: environment)
            #expect(client.status == 0, "\(client.errors)")
            let lines = client.output.split(separator: "\n")
            let told = try JSONValue(parsing: String(lines.last ?? ""))
            for step in Self.expected.members { #expect(told[step.key] == step.value, "\(step.key)") }
            #expect(told.members.count == Self.expected.members.count)
        }
    }
}
