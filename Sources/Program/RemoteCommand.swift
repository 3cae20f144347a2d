import Access
import ArgumentParser
import Projects
import Support

/// A command that works on a project in a folder, or through the server that serves it (`--url`, `MARTLET_URL`). The server runs the very
/// same command, so both print the same.
protocol RemoteCommand: AsyncParsableCommand {
    var options: GlobalOptions { get }
    var remote: ServerOptions { get }

    /// What a caller of a server needs for it.
    var permission: Permission { get }

    /// Whether what it writes is taken back at once.
    var rehearses: Bool { get }

    /// A password that goes along as the proof of who signs; nil where none does. Asked for before the command goes through a server.
    func password() throws(MartletError) -> String?

    /// Asks the person at the terminal before it goes through a server or works on a folder.
    func confirm() throws

    /// Does the work and prints what came of it.
    func run(on project: Project, console: Console) throws
}

extension RemoteCommand {
    var permission: Permission { .projectRead }

    var rehearses: Bool { false }

    func confirm() throws {}

    func password() throws(MartletError) -> String? { nil }

    func run() async throws {
        try confirm()
        guard let server = try remote.server() else { return try run(on: options.open(rehearses: rehearses), console: .standard) }
        try await server.run(Array(CommandLine.arguments.dropFirst()), password: password(), console: .standard)
    }
}
