internal import Foundation
package import Support

/// MLflow's real client in Python: the pinned one, or that of the generation before.
package enum PythonClient {
    private static let setup = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: ".setup").path(percentEncoded: false)
    private static let current = "\(setup)/python"
    private static let old = "\(setup)/python-mlflow2"

    /// Why a test is skipped where packages are missing.
    package static let absence = "The packages are not in .setup; run Scripts/setup --tests."

    /// Whether packages are there, by the folders that they are imported from.
    package static func has(_ packages: String...) -> Bool {
        packages.allSatisfy { FileManager.default.fileExists(atPath: "\(current)/\($0)") }
    }

    /// Whether the older client is there, and what it shares with the others.
    package static var hasOld: Bool { has("sklearn") && FileManager.default.fileExists(atPath: "\(old)/mlflow") }

    /// Whether the folder of temporary files has so much room.
    package static func hasRoom(gigabytes: Int) -> Bool {
        let attributes = try? FileManager.default.attributesOfFileSystem(forPath: FileManager.default.temporaryDirectory.path)
        return (attributes?[.systemFreeSize] as? NSNumber)?.int64Value ?? 0 > Int64(gigabytes) << 30
    }

    /// Runs a script of the folder `References` beside the caller's file against a server, with the server's address and a folder of its own.
    /// - Returns: the JSON in the last line that it printed.
    /// - Throws: `stepFailed` with what it said where it ended with an error.
    package static func run(
        _ script: String, port: Int, folder: TemporaryFolder, isOld: Bool = false, caller: String = #filePath
    ) async throws -> JSONValue {
        let path = URL(filePath: caller).deletingLastPathComponent().appending(path: "References/\(script)").path(percentEncoded: false)
        var environment = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("MLFLOW_") }
        environment["PYTHONPATH"] = isOld ? "\(old):\(current)" : current
        environment["HOME"] = folder.path
        environment["MPLBACKEND"] = "Agg"
        environment["MLFLOW_HTTP_REQUEST_MAX_RETRIES"] = "1"
        environment["MLFLOW_DISABLE_TELEMETRY"] = "true"
        environment["GIT_PYTHON_REFRESH"] = "quiet"
        let client = try await Child.run("/usr/bin/env", ["python3", path, "http://127.0.0.1:\(port)", folder.path], environment: environment)
        guard client.status == 0 else { throw MartletError(.stepFailed, "\(script) ended with \(client.status): \(client.errors)") }
        return try JSONValue(parsing: String(client.output.split(separator: "\n").last ?? ""))
    }
}
