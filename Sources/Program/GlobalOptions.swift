import ArgumentParser
import EngineLibraries
import Foundation
import Projects
import Support

/// Options that every command takes.
struct GlobalOptions: ParsableArguments {
    @Option(name: [.customShort("C"), .customLong("project")], help: "The project's folder.", completion: .directory)
    var project: String = "."

    @Option(help: "A server's address, to read its project instead of a folder; also MARTLET_URL (with MARTLET_TOKEN).")
    var url: String?

    @Flag(help: "Print facts as JSON.")
    var json = false

    @Flag(name: .shortAndLong, help: "Print nothing but facts and errors.")
    var quiet = false

    /// The server that is to answer; nil where the work is on a folder.
    func server() throws(MartletError) -> CommandServer? {
        let environment = ProcessInfo.processInfo.environment["MARTLET_URL"].flatMap { $0.isEmpty ? nil : $0 }
        guard let address = url ?? environment else { return nil }
        return try CommandServer(address, token: ProcessInfo.processInfo.environment["MARTLET_TOKEN"])
    }

    /// Opens the project in the chosen folder.
    /// - Throws: `usage` where a server was named, but the command works on a folder.
    func open(clock: any WallClock = SystemClock(), rehearses: Bool = false) throws(MartletError) -> Project {
        guard url == nil else {
            throw MartletError(
                .usage, "This command works on the project's folder, not through a server: leave out --url, and name the folder with -C.")
        }
        return try Project(root: folder, clock: clock, engines: engines, actor: Self.actor, rehearses: rehearses)
    }

    /// The project's folder as an absolute path.
    var folder: String { URL(fileURLWithPath: project).standardizedFileURL.path }

    var engines: EngineLocator {
        EngineLocator(
            environment: ProcessInfo.processInfo.environment, programDirectory: Self.programDirectory, projectDirectory: folder)
    }

    /// The folder that the program lies in.
    static var programDirectory: String {
        URL(fileURLWithPath: (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments[0])
            .deletingLastPathComponent().path
    }

    /// Who works: the user's login name.
    static var actor: String { ProcessInfo.processInfo.environment["USER"] ?? NSUserName() }
}
