import ArgumentParser
import Projects
import Support

struct EndpointCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "endpoint", abstract: "List what answers requests.", subcommands: [List.self])

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
                    endpoint.name, endpoint.model, "\(endpoint.predictions) predictions logged", endpoint.lost == 0 ? "" : "\(endpoint.lost) lost")
            }
            table.lines().forEach { console.line($0) }
        }
    }
}
