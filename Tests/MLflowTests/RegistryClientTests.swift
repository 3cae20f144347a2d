import Support
import TestSupport
import Testing

@Suite("MLflow's Python client and the registry", .enabled(if: PythonClient.has("mlflow", "sklearn"), noClient))
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
            let told = try await PythonClient.run("registry_client.py", port: asker.port, folder: tracking.folder)
            expect(told, toBe: Self.expected)
        }
    }
}
