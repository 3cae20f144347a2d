import Access
import ArgumentParser
import Projects
import Support

extension DataCommand {
    struct Retain: RemoteCommand {
        static let configuration = CommandConfiguration(
            commandName: "retain",
            abstract: "Let go of predictions and labels that are older than martlet.yaml keeps them.",
            discussion: """
                retention: {predictions: 400d, labels: 400d} says how long. A server does this by itself, as often as it looks
                (monitoring.every); where none runs, run this from a timer. Every run that removes something leaves an event with what went,
                up to which moment, and how many rows a legal hold kept; one that finds nothing leaves one a day.

                Examples:
                  martlet data retain --dry-run
                  martlet data retain --status      when it ran last, and how old the oldest row is
                """)

        @Flag(help: "Say when it ran and how old the oldest rows are, and let nothing go.")
        var status = false
        @OptionGroup var change: ChangeOptions
        @OptionGroup var remote: ServerOptions
        @OptionGroup var options: GlobalOptions

        var permission: Permission { status ? .projectRead : .dataErase }
        var rehearses: Bool { change.dryRun }

        func confirm() throws { if !status { try change.confirm("Let go of what is older than martlet.yaml keeps it? It cannot be undone.") } }

        func run(on project: Project, console: Console) throws {
            guard !status else { return try printStatus(project, console) }
            let report = try project.retain(isRehearsal: change.dryRun)
            guard !options.json else { return console.json(report.json) }
            for part in report.parts {
                let held = part.held > 0 ? "; \(part.held) older ones are held" : ""
                console.line("\(part.removed) \(part.what) from before \(part.until) \(change.dryRun ? "would go" : "went")\(held).")
            }
        }

        private func printStatus(_ project: Project, _ console: Console) throws {
            let runs = try project.retentionRuns(10)
            let oldest = try project.oldestRows()
            guard !options.json else {
                return console.json([
                    "runs": .array(runs.map(\.json)), "oldest_prediction": JSONValue(oldest.prediction?.description),
                    "oldest_label": JSONValue(oldest.label?.description),
                ])
            }
            guard !runs.isEmpty else { return console.line("Retention has not run yet.") }
            var table = TextTable()
            for run in runs {
                let gone = run.body.members.map { "\($0.value["removed"].int ?? 0) \($0.key) before \($0.value["until"].text?.prefix(10) ?? "")" }
                table.add(run.at.description, run.actor, gone.joined(separator: ", "), "event \(run.event)")
            }
            table.lines().forEach { console.line($0) }
            console.line("Oldest prediction: \(oldest.prediction?.description ?? "none"). Oldest label: \(oldest.label?.description ?? "none").")
        }
    }
}
