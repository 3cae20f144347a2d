import Access
import ArgumentParser
import Monitoring
import Planning
import Projects
import Support

struct IncidentCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "incident", abstract: "List, show, acknowledge and close what went wrong in production.",
        discussion: """
            An objective that turns red, drift and a monitor that fails open an incident, one for each cause. The alert about it ends by
            itself when the cause is gone; the incident stays until a person closes it.
            """,
        subcommands: [List.self, Show.self, Acknowledge.self, Close.self])

    struct List: RemoteCommand {
        static let configuration = CommandConfiguration(commandName: "list", abstract: "List the open incidents, the newest first.")

        @Flag(help: "Closed ones too.")
        var all = false
        @OptionGroup var remote: ServerOptions
        @OptionGroup var options: GlobalOptions

        func run(on project: Project, console: Console) throws {
            let incidents = try project.incidents.all(closed: all)
            guard !options.json else { return console.json(.array(incidents.map(\.json))) }
            guard !incidents.isEmpty else { return console.line(all ? "There has been no incident." : "No incident is open.") }
            var table = TextTable()
            for incident in incidents {
                let acknowledged = incident.acknowledgedBy.map { ", acknowledged by \($0)" } ?? ""
                table.add(
                    console.mark(incident), "\(incident.id)", incident.title, "\(incident.state.rawValue)\(acknowledged)",
                    "since \(incident.opened.date), seen \(incident.count) \(incident.count == 1 ? "time" : "times")")
            }
            table.lines().forEach { console.line($0) }
        }
    }

    struct Show: RemoteCommand {
        static let configuration = CommandConfiguration(commandName: "show", abstract: "Show one incident with everything that happened to it.")

        @Argument(help: "The incident's number.")
        var id: Int
        @OptionGroup var remote: ServerOptions
        @OptionGroup var options: GlobalOptions

        func run(on project: Project, console: Console) throws {
            try IncidentText(project: project, console: console, isJSON: options.json).print(project.incidents.incident(id))
        }
    }

    struct Acknowledge: RemoteCommand {
        static let configuration = CommandConfiguration(
            commandName: "ack", abstract: "Say that you look after an incident: it sends no more messages while it is open.")

        @Argument(help: "The incident's number.")
        var id: Int
        @Option(help: "What is known or done, for the record.")
        var reason: String = "acknowledged"
        @OptionGroup var change: ChangeOptions
        @OptionGroup var remote: ServerOptions
        @OptionGroup var options: GlobalOptions

        var permission: Permission { .incidentUpdate }
        var rehearses: Bool { change.dryRun }

        func run(on project: Project, console: Console) throws {
            let incident = try project.acknowledge(incident: id, reason: reason)
            guard !options.json else { return console.json(incident.json) }
            console.line("Incident \(id) \(change.dryRun ? "would be" : "is") acknowledged.")
        }
    }

    struct Close: RemoteCommand {
        static let configuration = CommandConfiguration(
            commandName: "close",
            abstract: "Close an incident.", discussion: "Where the cause is still there, the next check opens another one.")

        @Argument(help: "The incident's number.")
        var id: Int
        @Option(help: "What it was and what was done, for the record.")
        var reason: String
        @OptionGroup var change: ChangeOptions
        @OptionGroup var remote: ServerOptions
        @OptionGroup var options: GlobalOptions

        var permission: Permission { .incidentUpdate }
        var rehearses: Bool { change.dryRun }

        func run(on project: Project, console: Console) throws {
            let incident = try project.close(incident: id, reason: reason)
            guard !options.json else { return console.json(incident.json) }
            console.line("Incident \(id) \(change.dryRun ? "would be" : "is") closed.")
        }
    }
}

/// The text of one incident.
struct IncidentText {
    let project: Project
    let console: Console
    let isJSON: Bool

    func print(_ incident: Incident) throws {
        let timeline = try project.timeline(of: incident)
        guard !isJSON else {
            var body = incident.json
            body["timeline"] = .array(
                timeline.map { ["at": .string($0.at.description), "by": .string($0.actor), "what": .string($0.what), "reason": .string($0.reason)] })
            return console.json(body)
        }
        console.line("\(console.mark(incident)) Incident \(incident.id): \(incident.title), \(incident.state.rawValue)")
        console.line("  \(incident.summary)")
        console.line("  Seen \(incident.count) \(incident.count == 1 ? "time" : "times"), last at \(incident.seen).")
        var table = TextTable()
        for entry in timeline { table.add(entry.at.description, entry.what, "by \(entry.actor)", entry.reason) }
        table.lines().forEach { console.line($0) }
    }
}

extension Console {
    /// How an incident stands, as a sign and a colour.
    func mark(_ incident: Incident) -> String {
        switch incident.state {
        case .firing: mark(incident.severity == .critical ? .red : .yellow)
        case .cleared: paint("○", .green)
        case .closed: mark(.green)
        }
    }
}
