import Support
import TestSupport
import Testing

@Suite("MLflow's Python client", .enabled(if: PythonClient.has("mlflow"), noClient))
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
            let told = try await PythonClient.run("tracking_client.py", port: asker.port, folder: tracking.folder)
            expect(told, toBe: Self.expected)
        }
    }
}
