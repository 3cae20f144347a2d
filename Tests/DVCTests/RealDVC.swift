import Foundation
import Support
import TestSupport

/// A repository of DVC's own, worked on by the real `dvc`, with settings and caches that are its own.
struct RealDVC: Sendable {
    static let absence = "The packages of DVC are not in .setup; run Scripts/setup --tests."

    private static let packages = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: ".setup/python-dvc").path(percentEncoded: false)

    static var isThere: Bool { FileManager.default.fileExists(atPath: "\(packages)/dvc") }

    let folder: TemporaryFolder

    /// - Parameters:
    ///   - port: of the server that is its remote.
    ///   - files: what lies in it at first, by name.
    init(port: Int, _ files: [String: String] = [:]) async throws {
        folder = try TemporaryFolder()
        try FileManager.default.createDirectory(atPath: folder.path("repository"), withIntermediateDirectories: true)
        for (name, text) in files { try folder.write("repository/\(name)", text) }
        try await run("init", "--no-scm")
        try await run("remote", "add", "-d", "server", "http://127.0.0.1:\(port)/dvc")
    }

    /// Another repository with the same tracked files, and an empty cache.
    init(port: Int, cloning other: RealDVC) async throws {
        try await self.init(port: port)
        for name in try FileManager.default.contentsOfDirectory(atPath: other.path("")) where name.hasSuffix(".dvc") && name != ".dvc" {
            try FileManager.default.copyItem(atPath: other.path(name), toPath: path(name))
        }
    }

    /// The path of something in it.
    func path(_ name: String) -> String { folder.path("repository/\(name)") }

    /// Runs a command, which ends as it may.
    func attempt(_ arguments: [String]) async throws -> Outcome {
        try await Child.run("/usr/bin/env", ["python3", "-m", "dvc"] + arguments, in: path(""), environment: environment)
    }

    /// Begins a command.
    func start(_ arguments: [String]) throws -> Child {
        try Child("/usr/bin/env", ["python3", "-m", "dvc"] + arguments, in: path(""), environment: environment)
    }

    /// Runs a command that has to end well.
    /// - Returns: what it printed.
    @discardableResult
    func run(_ arguments: String...) async throws -> String {
        let outcome = try await attempt(arguments)
        guard outcome.status == 0 else {
            throw MartletError(
                .stepFailed, "dvc \(arguments.joined(separator: " ")) ended with \(outcome.status): \(outcome.errors)\(outcome.output)")
        }
        return outcome.output
    }

    /// Every file of a folder of it with its bytes, by its path.
    func contents(_ name: String) throws -> [String: Data] {
        try folder.files(under: "repository/\(name)").reduce(into: [:]) { $0[$1] = FileManager.default.contents(atPath: path("\(name)/\($1)")) }
    }

    private var environment: [String: String] {
        var environment = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("DVC_") && !$0.key.lowercased().hasSuffix("_proxy") }
        environment["PYTHONPATH"] = RealDVC.packages
        environment["PYTHONWARNINGS"] = "ignore"
        environment["DVC_NO_ANALYTICS"] = "1"
        environment["DVC_SITE_CACHE_DIR"] = folder.path("site")
        environment["HOME"] = folder.path("home")
        for name in ["CACHE", "CONFIG", "DATA", "STATE"] { environment["XDG_\(name)_HOME"] = folder.path("home/\(name.lowercased())") }
        environment["XDG_CONFIG_DIRS"] = folder.path("home/all")
        return environment
    }
}
