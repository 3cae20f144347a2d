import ArgumentParser
import Projects
import Support

/// A command that only reads a project: in a folder, or through the server that serves it (`--url`, `MARTLET_URL`). The server runs the
/// very same command, so both print the same.
protocol ReadingCommand: AsyncParsableCommand {
    var options: GlobalOptions { get }

    /// Prints what is asked.
    func run(on project: Project, console: Console) throws
}

extension ReadingCommand {
    func run() async throws {
        guard let server = try options.server() else { return try run(on: options.open(), console: .standard) }
        try await server.run(Array(CommandLine.arguments.dropFirst()), console: .standard)
    }
}
