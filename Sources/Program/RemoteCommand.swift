import Access
import ArgumentParser
import Foundation
import Projects
import Support

/// A command that works on a project in a folder, or through the server that serves it (`--url`, `MARTLET_URL`). The server runs the very
/// same command, so both print the same.
protocol RemoteCommand: AsyncParsableCommand {
    var options: GlobalOptions { get }
    var remote: ServerOptions { get }

    /// What a caller of a server needs for it.
    var permission: Permission { get }

    /// All that a caller of a server needs for it, where that is more than one permission.
    var permissions: [Permission] { get }

    /// Whether what it writes is taken back at once.
    var rehearses: Bool { get }

    /// The moment that is asked about, for commands that also show how something was.
    var past: AsOfOptions? { get }

    /// Whether it names files of the machine on which it is typed; then no server runs it.
    var namesLocalFiles: Bool { get }

    /// A password that goes along as the proof of who signs; nil where none does. Asked for before the command goes through a server.
    func password() throws(MartletError) -> String?

    /// Asks the person at the terminal before it goes through a server or works on a folder.
    func confirm() throws

    /// Does the work and prints what came of it.
    func run(on project: Project, console: Console) throws
}

extension RemoteCommand {
    var permission: Permission { .projectRead }

    var permissions: [Permission] { [permission] }

    var rehearses: Bool { false }

    var past: AsOfOptions? { nil }

    var namesLocalFiles: Bool { false }

    func confirm() throws {}

    func password() throws(MartletError) -> String? { nil }

    func run() async throws { try await runHereOrThere() }

    /// Works on the folder, or has the server do it that was named.
    func runHereOrThere() async throws {
        try confirm()
        guard let server = try remote.server() else {
            let project = try options.open(rehearses: rehearses)
            let placed = try past?.place(project) ?? project
            return try await offPool { try run(on: placed, console: .standard) }
        }
        try requireNoLocalFiles()
        try await server.run(Array(CommandLine.arguments.dropFirst()), password: password(), console: .standard)
    }

    /// Does what blocks on a thread of its own: where Swift's own are few, what the command waits for may need them.
    func offPool(_ work: @escaping () throws -> Void) async throws {
        // It is handed over: nobody else uses it until it has ended.
        nonisolated(unsafe) let work = work
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            Thread { continuation.resume(with: Result { try work() }) }.start()
        }
    }

    /// - Throws: `usage` for a command that names files of this machine: on a server's they would be others, and not the asker's to touch.
    func requireNoLocalFiles() throws(MartletError) {
        guard namesLocalFiles else { return }
        throw MartletError(.usage, "A server does not touch files that are named to it. Leave the file out, or work in the project's folder with -C.")
    }
}
