import Foundation
import Support
import TestSupport
import Testing

/// The real tools, from the packages that `Scripts/setup --tests` installs.
enum ForeignTool {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    private static let packages = root.appending(path: ".setup/python").path(percentEncoded: false)

    static func isThere(_ name: String) -> Bool { FileManager.default.fileExists(atPath: "\(packages)/\(name)") }

    /// Runs a script of `References` and gives what it printed.
    @discardableResult
    static func run(_ script: String, _ arguments: String..., in folder: TemporaryFolder) async throws -> JSONValue {
        let path = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "References/\(script)").path(percentEncoded: false)
        var environment = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("MLFLOW_") && !$0.key.hasPrefix("WANDB_") }
        environment["PYTHONPATH"] = packages
        environment["HOME"] = folder.path
        let outcome = try await Child.run("/usr/bin/env", ["python3", path] + arguments, in: folder.path, environment: environment)
        try #require(outcome.status == 0, "\(outcome.errors)")
        let last = outcome.output.split(separator: "\n").last.map(String.init) ?? "null"
        return try JSONValue(parsing: last)
    }
}
