internal import Foundation
internal import Processes
package import Support
package import TestSupport

/// A folder with a Git work tree in which the real `git` and `dvc` work, with a home of its own and no settings from outside.
package final class DVCFolder: Sendable {
    private let temporary: TemporaryFolder
    /// The work tree.
    package let path: String
    private let environment: [String: String]

    private static let packages = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: ".setup/python-dvc").path(percentEncoded: false)

    /// Whether the real `dvc` is there.
    package static var isInstalled: Bool { FileManager.default.fileExists(atPath: "\(packages)/dvc") }

    /// Why a test is skipped where it is not.
    package static let absence = "The packages are not in .setup; run Scripts/setup --tests."

    /// - Parameters:
    ///   - usesGit: whether it is a Git work tree.
    ///   - initialises: whether `dvc init` was called.
    package init(usesGit: Bool = true, initialises: Bool = true) throws {
        temporary = try TemporaryFolder()
        path = "\(temporary.path)/repository"
        var environment = ProcessInfo.processInfo.environment.filter {
            !$0.key.hasPrefix("DVC_") && !$0.key.hasPrefix("GIT_") && !$0.key.hasPrefix("AWS_")
                && !$0.key.lowercased().hasSuffix("_proxy")
        }
        environment["HOME"] = "\(temporary.path)/home"
        for name in ["XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_CONFIG_DIRS", "DVC_SITE_CACHE_DIR"] {
            environment[name] = "\(temporary.path)/home/\(name)"
        }
        environment["DVC_NO_ANALYTICS"] = "1"
        environment["PYTHONWARNINGS"] = "ignore"
        environment["PYTHONPATH"] = DVCFolder.packages
        for role in ["AUTHOR", "COMMITTER"] {
            environment["GIT_\(role)_NAME"] = "Test"
            environment["GIT_\(role)_EMAIL"] = "test@example.org"
        }
        self.environment = environment
        for folder in ["home", "repository"] {
            try FileManager.default.createDirectory(atPath: "\(temporary.path)/\(folder)", withIntermediateDirectories: true)
        }
        if usesGit { try git("init", "-q", "-b", "main") }
        if initialises { try dvc(usesGit ? ["init", "-q"] : ["init", "-q", "--no-scm"]) }
    }

    /// A folder beside the work tree, for remotes.
    package func beside(_ name: String) -> String { "\(temporary.path)/\(name)" }

    /// Runs the real `dvc` and gives what it prints.
    /// - Throws: `stepFailed` with what it printed where it fails.
    @discardableResult
    package func dvc(_ arguments: [String]) throws -> String { try run("python3", ["-m", "dvc"] + arguments) }

    @discardableResult
    package func dvc(_ arguments: String...) throws -> String { try dvc(arguments) }

    /// Starts the real `dvc` without holding the thread, for what asks a server within this process.
    package func start(_ arguments: [String]) throws -> Child {
        try Child("/usr/bin/env", ["python3", "-m", "dvc"] + arguments, in: path, environment: environment)
    }

    @discardableResult
    package func git(_ arguments: String...) throws -> String { try run("git", arguments) }

    /// Runs a program in the work tree, with the same environment.
    @discardableResult
    package func run(_ program: String, _ arguments: [String]) throws -> String {
        let (ending, bytes) = try ChildProcess.run(ProgramCall(program, arguments, in: path, environment: environment), joinsErrors: true)
        let text = String(decoding: bytes, as: UTF8.self)
        guard ending == .exit(code: 0) else {
            throw MartletError(.stepFailed, "\(program) \(arguments.joined(separator: " ")) ended with \(ending).", cause: text)
        }
        return text
    }

    /// What `dvc status` finds to say; empty where all is as it should be.
    package func status() throws -> JSONValue { try JSONValue(parsing: dvc("status", "--json")) }

    package func write(_ text: String, to name: String) throws { try write(Array(text.utf8), to: name) }

    package func write(_ bytes: [UInt8], to name: String) throws {
        let file = URL(filePath: "\(path)/\(name)")
        try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(bytes).write(to: file)
    }

    package func read(_ name: String) throws -> [UInt8] { Array(try Data(contentsOf: URL(filePath: "\(path)/\(name)"))) }

    package func text(_ name: String) throws -> String { String(decoding: try read(name), as: UTF8.self) }

    package func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: "\(path)/\(name)") }

    package func remove(_ name: String) throws { try FileManager.default.removeItem(atPath: "\(path)/\(name)") }
}
