import ArgumentParser
import Foundation
import Projects
import Serving
import Support

struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "Answer requests with the champion, and show the project's pages.",
        discussion: """
            One process, one port: the Open Inference Protocol under /v2, the pages at /, their JSON under /api/v1. A promotion is picked up
            without a restart. Ctrl-C finishes the requests under way and writes the prediction log.

            Listens on this machine only: there is no access control in this version.
            """)

    @Option(help: "The port; 0 takes a free one.")
    var port: Int = 8080
    @OptionGroup var options: GlobalOptions

    func validate() throws {
        guard (0...65_535).contains(port) else { throw ValidationError("The port is a number from 0 to 65535.") }
    }

    func run() async throws {
        let project = try options.open()
        let server = try ProjectServer(project: project, port: port)
        let isJSON = options.json
        try await server.run { address in
            if isJSON { Console.standard.json(["address": .string(address)]) } else { Serve.announce(address, project) }
        }
    }

    private static func announce(_ address: String, _ project: Project) {
        let console = Console.standard
        console.line("Serving \(project.file.project) on this machine only; Ctrl-C stops.")
        console.line("  pages    \(address)/")
        console.line("  endpoint \(address)/endpoints/\(project.file.serving.endpoint)")
        console.line("  requests \(address)/v2/models/\(project.file.serving.endpoint)/infer")
    }
}
