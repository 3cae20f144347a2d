import Foundation
import Support
import TestSupport
import Testing

/// The folder that holds Package.swift.
let packageRoot = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

/// Runs a Python script with the installed clients and gives what it printed.
func python(_ script: String, _ arguments: String...) async throws -> JSONValue {
    let environment = ProcessInfo.processInfo.environment.merging(["PYTHONPATH": packageRoot + "/.setup/python"]) { $1 }
    let outcome = try await Child.run("/usr/bin/env", ["python3", "-c", script] + arguments, environment: environment)
    #expect(outcome.status == 0, "\(outcome.errors)")
    return try outcome.json
}
