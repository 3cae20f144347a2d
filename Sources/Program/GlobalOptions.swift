import ArgumentParser
import EngineLibraries
import Foundation
import Projects
import Support

/// Options that every command takes.
struct GlobalOptions: ParsableArguments {
    @Option(name: [.customShort("C"), .customLong("project")], help: "The project's folder.", completion: .directory)
    var project: String = "."

    @Flag(help: "Print facts as JSON.")
    var json = false

    @Flag(name: .shortAndLong, help: "Print nothing but facts and errors.")
    var quiet = false

    /// Opens the project in the chosen folder.
    func open(clock: any WallClock = SystemClock(), rehearses: Bool = false) throws(MartletError) -> Project {
        try Project(root: folder, clock: clock, engines: engines, actor: Self.actor, rehearses: rehearses)
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
