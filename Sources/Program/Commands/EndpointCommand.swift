import ArgumentParser
import Projects
import Serving
import Support

struct EndpointCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "endpoint", abstract: "List what answers requests; share them between versions.",
        discussion: """
            One endpoint name stands in front of the champion and, where somebody shares its requests, of other versions of the model: a canary,
            a split or a shadow, one of them at a time. Changes take effect while the server answers; no request is lost. Beside the main
            endpoint a project has those that serving.endpoints names, and one for each other model with a champion where it is for serving.
            """,
        subcommands: [List.self, Status.self, Traffic.self, Canary.self, Split.self, Shadow.self, Log.self])

    struct List: RemoteCommand {
        static let configuration = CommandConfiguration(
            commandName: "list", abstract: "List the endpoints, the version behind each and what the log holds.")

        @OptionGroup var remote: ServerOptions
        @OptionGroup var options: GlobalOptions

        func run(on project: Project, console: Console) throws {
            let endpoints = try project.endpoints()
            guard !options.json else { return console.json(.array(endpoints.map(\.json))) }
            var table = TextTable()
            for endpoint in endpoints {
                table.add(
                    endpoint.name, endpoint.model, "\(endpoint.predictions) predictions logged", endpoint.lost == 0 ? "" : "\(endpoint.lost) lost",
                    endpoint.traffic?.sentence ?? "")
            }
            table.lines().forEach { console.line($0) }
        }
    }
}
