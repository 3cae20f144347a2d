internal import Foundation
package import Support

/// Python with the pinned clients that tests are held against, or with the MLflow of the generation before.
package enum PythonClient {
    private static let setup = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: ".setup").path(percentEncoded: false)
    private static let current = "\(setup)/python"
    private static let old = "\(setup)/python-mlflow2"
    private static let kserve = "\(setup)/python-kserve"
    private static let expectations = "\(setup)/python-expectations"
    private static let validation = "\(setup)/python-tfdv"

    /// Why a test is skipped where packages are missing.
    package static let absence = "The packages are not in .setup; run Scripts/setup --tests."

    /// Whether packages are there, by the folders that they are imported from.
    package static func has(_ packages: String...) -> Bool {
        packages.allSatisfy { FileManager.default.fileExists(atPath: "\(current)/\($0)") }
    }

    /// Whether the older client is there, and what it shares with the others.
    package static var hasOld: Bool { has("sklearn") && FileManager.default.fileExists(atPath: "\(old)/mlflow") }

    /// Whether KServe's client is there, with what it shares with the others.
    package static var hasKServe: Bool { has("httpx", "pandas") && FileManager.default.fileExists(atPath: "\(kserve)/kserve") }

    /// Whether Great Expectations is there, with all that it needs.
    package static var hasExpectations: Bool {
        ["great_expectations", "pyarrow", "sqlalchemy"].allSatisfy { FileManager.default.fileExists(atPath: "\(expectations)/\($0)") }
    }

    /// Whether TensorFlow Data Validation's library is there, and the classes of its messages.
    package static var hasDataValidation: Bool {
        has("tensorflow_metadata") && FileManager.default.fileExists(atPath: "\(validation)/tensorflow_data_validation/pywrap")
    }

    /// Whether the folder of temporary files has so much room.
    package static func hasRoom(gigabytes: Int) -> Bool {
        let attributes = try? FileManager.default.attributesOfFileSystem(forPath: FileManager.default.temporaryDirectory.path)
        return (attributes?[.systemFreeSize] as? NSNumber)?.int64Value ?? 0 > Int64(gigabytes) << 30
    }

    /// Runs a script of the folder `References` beside the caller's file against a server, in a folder of its own, with the server's address and
    /// that folder as arguments.
    /// - Returns: the JSON in the last line that it printed.
    /// - Throws: `stepFailed` with what it said where it ended with an error.
    package static func run(
        _ script: String, port: Int, folder: TemporaryFolder, isOld: Bool = false, isKServe: Bool = false, more: [String] = [],
        caller: String = #filePath
    ) async throws -> JSONValue {
        let path = URL(filePath: caller).deletingLastPathComponent().appending(path: "References/\(script)").path(percentEncoded: false)
        let before = isOld ? old : isKServe ? kserve : nil
        return try await told([path, "http://127.0.0.1:\(port)", folder.path] + more, by: script, in: folder.path, before: before)
    }

    /// Runs a script of the folder `References` beside the caller's file with Great Expectations, with a folder as its argument.
    /// - Returns: the JSON in the last line that it printed.
    /// - Throws: as above.
    package static func runExpectations(_ script: String, folder: TemporaryFolder, caller: String = #filePath) async throws -> JSONValue {
        let path = URL(filePath: caller).deletingLastPathComponent().appending(path: "References/\(script)").path(percentEncoded: false)
        return try await told([path, folder.path], by: script, in: folder.path, before: expectations)
    }

    /// Runs such a script with TensorFlow Data Validation's library, with a folder as its argument.
    package static func runDataValidation(_ script: String, folder: TemporaryFolder, caller: String = #filePath) async throws -> JSONValue {
        let path = URL(filePath: caller).deletingLastPathComponent().appending(path: "References/\(script)").path(percentEncoded: false)
        return try await told([path, folder.path], by: script, in: folder.path, before: "\(validation)/tensorflow_data_validation/pywrap")
    }

    /// Runs a program that is given as text.
    /// - Returns: the JSON in the last line that it printed.
    package static func run(text: String, _ arguments: String...) async throws -> JSONValue {
        try await told(["-c", text] + arguments, by: "The script", in: nil, before: nil)
    }

    private static func told(_ arguments: [String], by name: String, in folder: String?, before packages: String?) async throws -> JSONValue {
        var environment = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("MLFLOW_") }
        environment["PYTHONPATH"] = packages.map { "\($0):\(current)" } ?? current
        environment["HOME"] = folder ?? environment["HOME"]
        environment["MPLBACKEND"] = "Agg"
        environment["PYTHONWARNINGS"] = "ignore"
        environment["MLFLOW_LOGGING_LEVEL"] = "ERROR"
        environment["MLFLOW_HTTP_REQUEST_MAX_RETRIES"] = "1"
        environment["MLFLOW_DISABLE_TELEMETRY"] = "true"
        environment["GIT_PYTHON_REFRESH"] = "quiet"
        let client = try await Child.run("/usr/bin/env", ["python3"] + arguments, in: folder, environment: environment)
        guard client.status == 0 else { throw MartletError(.stepFailed, "\(name) ended with \(client.status): \(client.errors)") }
        return try JSONValue(parsing: String(client.output.split(separator: "\n").last ?? ""))
    }
}
