import Foundation
import Support
import TestSupport
import VersionsTestSupport

/// A repository of the real `dvc` whose remote is a server of this process: no thread waits for a command.
struct ServedRepository: Sendable {
    let folder: DVCFolder

    /// - Parameters:
    ///   - port: of the server.
    ///   - files: what lies in it at first, by name.
    init(port: Int, _ files: [String: String] = [:]) async throws {
        folder = try DVCFolder(usesGit: false, initialises: false)
        for (name, text) in files { try folder.write(text, to: name) }
        try await run("init", "--no-scm")
        try await run("remote", "add", "-d", "server", "http://127.0.0.1:\(port)/dvc")
    }

    /// Another repository with the same tracked files, and an empty cache.
    init(port: Int, cloning other: ServedRepository) async throws {
        try await self.init(port: port)
        for name in try FileManager.default.contentsOfDirectory(atPath: other.folder.path) where name.hasSuffix(".dvc") && name != ".dvc" {
            try folder.write(other.folder.read(name), to: name)
        }
    }

    /// Runs a command, which ends as it may.
    func attempt(_ arguments: [String]) async throws -> Outcome { try await folder.start(arguments).end() }

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

    /// Every file of it, or of a folder of it, with its bytes, by its path.
    func contents(_ name: String = "") throws -> [String: [UInt8]] {
        let root = name.isEmpty ? folder.path : "\(folder.path)/\(name)"
        let names = FileManager.default.enumerator(atPath: root)?.compactMap { $0 as? String } ?? []
        var isFolder: ObjCBool = false
        return try names.reduce(into: [:]) {
            guard FileManager.default.fileExists(atPath: "\(root)/\($1)", isDirectory: &isFolder), !isFolder.boolValue else { return }
            $0[$1] = try folder.read(name.isEmpty ? $1 : "\(name)/\($1)")
        }
    }
}
