import Access
import ArgumentParser
import Monitoring
import Planning
import Projects
import Support

struct AlertCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "alert", abstract: "See where alerts go, try it, and silence them for a time.",
        discussion: "Where they go stands in martlet.yaml, monitoring.alert.", subcommands: [List.self, Test.self, Silence.self])

    struct List: RemoteCommand {
        static let configuration = CommandConfiguration(
            commandName: "list", abstract: "List where alerts go, what is still to be delivered, and silences.")

        @OptionGroup var remote: ServerOptions
        @OptionGroup var options: GlobalOptions

        func run(on project: Project, console: Console) throws {
            let targets = try project.alertTargets()
            let silences = try project.silences.lasting()
            guard !options.json else {
                return console.json(["targets": .array(targets.map(\.json)), "silences": .array(silences.map(\.json))])
            }
            if targets.isEmpty { console.line("Nobody is told: monitoring.alert is empty.") }
            var table = TextTable()
            for state in targets {
                let next = state.next.map { "\(state.waiting.count) to be delivered, next attempt \($0)" } ?? ""
                table.add(state.target.name, next, state.failure ?? "")
            }
            for silence in silences {
                table.add(
                    "silence \(silence.id): \(silence.cause ?? "everything")", "until \(silence.until)", "by \(silence.actor): \(silence.reason)")
            }
            table.lines().forEach { console.line($0) }
        }
    }

    struct Test: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "test",
            abstract: "Send a test to every target, and say what came of it.", discussion: "Exit code 4 where one cannot be reached.")

        @OptionGroup var options: GlobalOptions

        func run() async throws {
            let outcomes = try await options.open().testAlerts()
            let console = Console.standard
            if options.json {
                console.json(
                    .array(
                        outcomes.map {
                            ["target": .string($0.target.name), "reached": .bool($0.failure == nil), "error": JSONValue($0.failure?.message)]
                        }))
            } else {
                for (target, failure) in outcomes {
                    console.line("\(console.mark(failure == nil ? .green : .red)) \(target.name)\(failure.map { ": \($0.message)" } ?? "")")
                }
            }
            if outcomes.contains(where: { $0.failure != nil }) { throw ExitCode(4) }
        }
    }

    struct Silence: RemoteCommand {
        static let configuration = CommandConfiguration(
            commandName: "silence",
            abstract: "Hold back messages for a time.",
            discussion: """
                Incidents open all the same. What is still wrong when the silence ends is told then. Alertmanager and Nagios are told all
                the time how things stand: they have silences of their own.

                Examples:
                  martlet alert silence live --for 2h --reason "labels are late today"
                  martlet alert silence --for 30m --reason "moving the server"     every cause
                  martlet alert silence --end 3
                """)

        @Argument(help: "An objective's id, inputs (drift), or the monitor check or drift; every cause where it is left out.")
        var cause: String?
        @Option(name: .customLong("for"), help: "How long: 2h, 30m, at most 30d.")
        var duration: String?
        @Option(help: "Why, for the record.")
        var reason: String?
        @Option(help: "The number of a silence that is to end now.")
        var end: Int?
        @OptionGroup var change: ChangeOptions
        @OptionGroup var remote: ServerOptions
        @OptionGroup var options: GlobalOptions

        var permission: Permission { .incidentUpdate }
        var rehearses: Bool { change.dryRun }

        func validate() throws {
            guard end == nil else { return }
            guard duration != nil, reason != nil else { throw ValidationError("Say how long and why: --for 2h --reason \"...\".") }
        }

        func run(on project: Project, console: Console) throws {
            if let end {
                try project.silences.end(end)
                return options.json ? console.json(["id": JSONValue(end), "ended": true]) : console.line("Silence \(end) is over.")
            }
            let silence = try project.silence(cause, for: duration ?? "", reason: reason ?? "")
            guard !options.json else { return console.json(silence.json) }
            console.line("Silence \(silence.id): \(cause ?? "every cause") sends no messages until \(silence.until).")
        }
    }
}
