import Access
import ArgumentParser
import Experiments
import Foundation
import LineageEvents
import Planning
import Projects
import Support

struct LineageCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lineage", abstract: "Tell other tools of runs, and hear of theirs, in OpenLineage's events.",
        discussion: """
            With “openlineage: {url: http://marquez:5000}” in martlet.yaml, or OPENLINEAGE_URL in the environment, “martlet run” tells of each step:
            what it read and wrote, columns, versions, and how expectations came out. A server takes events of others: set their OPENLINEAGE_URL
            to its address. “martlet why dataset:NAME@v1” then goes on to the jobs that wrote the sources.
            """, subcommands: [Status.self, Jobs.self, Export.self, Import.self])

    struct Status: RemoteCommand {
        static let configuration = CommandConfiguration(commandName: "status", abstract: "Show who is told, what waits, and what was lost.")

        @OptionGroup var remote: ServerOptions
        @OptionGroup var options: GlobalOptions

        func run(on project: Project, console: Console) throws {
            let (plan, standings) = (project.lineagePlan, try project.lineageOutbox.standings())
            let heard = try project.foreignLineage.count()
            guard !options.json else {
                return console.json([
                    "namespace": .string(plan.namespace), "tells": JSONValue(plan.targets.map(\.rawValue)), "heard": JSONValue(heard),
                    "targets": .array(
                        standings.map {
                            [
                                "target": .string($0.target.rawValue), "sent": JSONValue($0.sent), "waiting": JSONValue($0.waiting),
                                "lost": JSONValue($0.lost), "next_attempt": JSONValue($0.next?.description), "reason": JSONValue($0.reason),
                            ]
                        }),
                ])
            }
            if plan.targets.isEmpty { console.line("Nobody is told: name a receiver under “openlineage” in martlet.yaml, or in OPENLINEAGE_URL.") }
            for standing in standings {
                let reason = standing.waiting + standing.lost > 0 ? standing.reason.map { " \($0)" } ?? "" : ""
                console.line(
                    "\(console.mark(standing.waiting + standing.lost == 0 ? .green : .yellow)) \(standing.target.rawValue): \(standing.sent) events told, \(standing.waiting) wait, \(standing.lost) lost.\(reason)"
                )
            }
            console.line("\(heard) events of other tools are kept.")
        }
    }

    struct Jobs: RemoteCommand {
        static let configuration = CommandConfiguration(
            commandName: "jobs", abstract: "List the jobs of other tools, with their last run, what it read and what it wrote.")

        @OptionGroup var remote: ServerOptions
        @OptionGroup var options: GlobalOptions

        func run(on project: Project, console: Console) throws {
            let jobs = try project.foreignLineage.jobs()
            guard !options.json else {
                return console.json(.array(jobs.map(\.json)))
            }
            guard !jobs.isEmpty else { return console.line("No other tool has told of a job: set its OPENLINEAGE_URL to this project's server.") }
            var table = TextTable(rows: [["job", "last run", "", "wrote", "read"]])
            for job in jobs {
                table.add(
                    "\(job.job.namespace)/\(job.job.name)", job.last.description, job.state.rawValue.lowercased(),
                    LineageCommand.names(job.outputs), LineageCommand.names(job.inputs))
            }
            table.lines(indent: "").forEach { console.line($0) }
        }
    }

    private static func names(_ names: [DatasetName]) -> String {
        names.prefix(3).map(\.text).joined(separator: ", ") + (names.count > 3 ? ", … (\(names.count))" : "")
    }

    struct Export: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "export", abstract: "Write the events of runs that were, to a file or to a receiver.",
            discussion: """
                Examples:
                  martlet lineage export events.jsonl                 all runs, one event a line
                  martlet lineage export --to http://marquez:5000     to a receiver, with the key in OPENLINEAGE_API_KEY
                  martlet lineage export - --run 0193a7c2             one run with its steps, to standard output
                """)

        @Argument(help: "The file that is written; - for standard output.", completion: .file())
        var file: String?
        @Option(help: "The address of a receiver, instead of a file.")
        var to: String?
        @Option(help: "One pipeline run, or the beginning of its identifier.")
        var run: String?
        @OptionGroup var options: GlobalOptions

        func validate() throws {
            guard (file == nil) != (to == nil) else { throw ValidationError("Name a file, or a receiver with --to.") }
        }

        func run() async throws {
            let project = try options.open()
            let id = try run.map { (text) throws(MartletError) in try LineageCommand.pipelineRun(text, project) }
            let events = try project.lineageEvents(of: id, version: Version.current)
            if let to { try await send(events, to: to, project) } else { try write(events) }
            guard file != "-" else { return }
            let console = Console.standard
            options.json
                ? console.json(["events": JSONValue(events.count)])
                : console.line("\(events.count) \(events.count == 1 ? "event" : "events") of \(id == nil ? "all runs" : "one run").")
        }

        private func write(_ events: [LineageEvent]) throws {
            let text = events.map { $0.json.compact + "\n" }.joined()
            guard let file, file != "-" else { return Console.standard.raw(text) }
            do { try Data(text.utf8).write(to: URL(fileURLWithPath: file), options: .atomic) } catch {
                throw MartletError(.inputOutput, "\(file) could not be written.", cause: error.localizedDescription)
            }
        }

        private func send(_ events: [LineageEvent], to address: String, _ project: Project) async throws(MartletError) {
            var plan = project.lineagePlan
            // Whoever types the address decides which networks are reached.
            plan.allowsPrivate = true
            let receiver = try project.lineageReceiver(
                url: address, plan, key: ProcessInfo.processInfo.environment["OPENLINEAGE_API_KEY"])
            try await WorkPool(width: 1).run { () throws(MartletError) in
                for event in events { try receiver.take(event.json, patience: 10) }
            }
        }
    }

    /// The pipeline run that an identifier, or its beginning, names.
    private static func pipelineRun(_ text: String, _ project: Project) throws(MartletError) -> RunID {
        let reference = try project.canonical(Reference(text) ?? Reference(.run, text))
        let id = RunID(String(reference.dropFirst("run:".count)))
        guard let run = try project.runs.run(id) else { throw MartletError(.notFound, "There is no run \(text).") }
        return run.parent ?? id
    }

    struct Import: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "import", abstract: "Take in events of other tools from a file with one event a line, or a JSON array of them.",
            discussion: """
                Events that are known already are passed over; what is no event is told with its place, and nothing is kept then.

                Example:
                  martlet lineage import airflow-events.jsonl
                """)

        @Argument(help: "The file with events.", completion: .file())
        var file: String
        @OptionGroup var options: GlobalOptions

        func run() async throws {
            let project = try options.open()
            let heard = try project.hear(LineageEventFile.events(in: file))
            let console = Console.standard
            guard !options.json else {
                return console.json(["new": JSONValue(heard.new), "known": JSONValue(heard.known), "own": JSONValue(heard.own)])
            }
            let own = heard.own > 0 ? " \(heard.own) tell of this project's own runs and are not kept twice." : ""
            console.line("\(heard.new) events are new; \(heard.known) were known.\(own)")
        }
    }
}

extension ForeignRun {
    /// The run for `--json`.
    var json: JSONValue {
        let names = { (names: [DatasetName]) in JSONValue.array(names.map { ["namespace": .string($0.namespace), "name": .string($0.name)] }) }
        return [
            "namespace": .string(job.namespace), "job": .string(job.name), "run": JSONValue(run.map { RunID($0).uuid }),
            "state": .string(state.rawValue),
            "started": JSONValue(started?.description), "last": .string(last.description),
            "parent": parent.map { ["namespace": .string($0.namespace), "job": .string($0.name)] } ?? .null, "inputs": names(inputs),
            "outputs": names(outputs), "producer": .string(producer),
        ]
    }
}
