import ArgumentParser
import Foundation
import HTTP
import Projects
import Serving
import Support

struct DemoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo", abstract: "Play eight months of a model's life in half a minute, on data whose truths are known.",
        discussion: """
            Makes a project of loan applications in which truths are planted: trains a champion, answers months of traffic, meets a shift of
            the market, learns from late labels that the champion got worse, retrains, and lets the gate decide. Ends with a ledger of what
            was planted, found and missed, and leaves a server running.

            With --data and --target it runs the lifecycle on your own table instead.
            """)

    @Option(help: "Where the project is made.", completion: .directory)
    var directory: String = "demo"
    @Option(help: "A table of your own.", completion: .file())
    var data: String?
    @Option(help: "The column to predict in your own table.")
    var target: String?
    @Option(help: "The seed of the generated data.")
    var seed: UInt64 = 7
    @Option(help: "The port of the server; 0 takes a free one.")
    var port: Int = 0
    @Flag(inversion: .prefixedNo, help: "Leave a server running at the end.")
    var serve = true
    @Flag(help: "Print facts as JSON.")
    var json = false

    func validate() throws {
        guard (data == nil) == (target == nil) else { throw ValidationError("--data and --target belong together.") }
        guard (0...65_535).contains(port) else { throw ValidationError("The port is a number from 0 to 65535.") }
    }

    func run() async throws {
        let folder = URL(fileURLWithPath: directory).standardizedFileURL.path
        var example: String?
        if let data, let target {
            try OwnData(folder: folder).play(data: data, target: target)
        } else {
            example = try await TimeLapse(folder: folder, seed: seed, console: .standard).play()
        }
        guard serve else { return }
        try await Self.serve(folder, port: port, example: example)
    }

    /// Serves what was made and says where to look.
    private static func serve(_ folder: String, port: Int, example: String?) async throws {
        let project = try Project(root: folder, clock: SystemClock(), engines: TimeLapse.engines(folder), actor: GlobalOptions.actor)
        let endpoint = project.file.serving.endpoint
        let curl = try project.exampleRequest()
        try await ProjectServer(project: project, address: HTTPServer.Address(port: port)).run { address, _ in
            let console = Console.standard
            console.line()
            console.line("Open     \(address)/")
            console.line("         \(address)/endpoints/\(endpoint)")
            if let example { console.line("         \(address)/why/\(example)") } else { console.line("         \(address)/api/v1/openapi.json") }
            console.line("Ask      curl -s \(address)/v2/models/\(endpoint)/infer -d '\(curl.compact)'")
            if let example {
                console.line(
                    "Explain  martlet -C \(folder) why prediction:\(example)".replacing("martlet -C \(folder) why", with: "martlet why -C \(folder)"))
            }
            console.line("Ctrl-C stops the server. The project stays in \(folder).")
        }
    }
}
