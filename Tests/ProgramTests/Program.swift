import Foundation
import TestSupport

/// The real executable, as a child process.
enum Program {
    /// The package's folder.
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

    /// The executable: `MARTLET_PROGRAM`, beside the test bundle, or in the package's build folder.
    static let path: String? = {
        let running = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments[0]
        let candidates = [
            ProcessInfo.processInfo.environment["MARTLET_PROGRAM"],
            URL(fileURLWithPath: running).deletingLastPathComponent().path + "/martlet",
            root + "/.build/release/martlet",
        ]
        return candidates.compactMap { $0 }.first { FileManager.default.isExecutableFile(atPath: $0) }
    }()

    static let engines = ProcessInfo.processInfo.environment["MARTLET_ENGINES"] ?? root + "/.setup/engines"

    /// Whether the executable is built.
    static let isBuilt = path != nil

    /// Whether the executable is built and all its engines are unpacked.
    static let isComplete =
        isBuilt && ["duckdb", "onnxruntime", "lightgbm", "opa"].allSatisfy { FileManager.default.fileExists(atPath: "\(engines)/\($0)") }

    /// What a test says where it is skipped.
    static let absence = "The program is not built (make build), or its engines are absent (make setup)."

    /// The environment of every child: this process's, with nothing in it that colours or redirects.
    static func environment(_ changes: [String: String] = [:]) -> [String: String] {
        var environment = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("MARTLET_") }
        environment["MARTLET_ENGINES"] = engines
        environment["USER"] = "tester"
        environment["COLUMNS"] = "80"
        environment["GIT_CEILING_DIRECTORIES"] = FileManager.default.temporaryDirectory.path
        return environment.merging(changes) { $1 }
    }

    /// Runs the program to its end.
    /// - Parameters:
    ///   - folder: where it works.
    ///   - program: another executable than the built one.
    static func run(
        _ arguments: [String], in folder: String, environment changes: [String: String] = [:], program: String? = nil
    ) async throws -> Outcome {
        try await Child.run(program ?? path ?? "", arguments, in: folder, environment: environment(changes))
    }
}

/// Why a child could not be used.
struct ChildFailure: Error, CustomStringConvertible {
    var description: String
}
