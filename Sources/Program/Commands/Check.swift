import ArgumentParser
import Planning
import Projects
import Support

struct Check: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Evaluate the objectives that are measured in production.",
        discussion: """
            Reads the prediction log and the labels that came later, judges each objective, records the result and tells the webhook of
            martlet.yaml about what turned red or green. Made for a schedule: exit code 0 all hold, 1 one does not.
            """)

    @Argument(help: "One objective's id; all of them where it is left out.")
    var objective: String?
    @Flag(help: "Say what would happen, and change nothing.")
    var dryRun = false
    @OptionGroup var options: GlobalOptions

    func run() async throws {
        let project = try options.open(rehearses: dryRun)
        let outcome = try await project.check(objective, tells: !dryRun)
        let console = Console.standard
        if options.json {
            console.json(outcome.json)
        } else {
            if outcome.results.isEmpty { console.line("No objective is measured in production. Add one with “on: production”.") }
            for result in outcome.results { console.line("\(console.mark(result.verdict)) \(result.objective): \(result.reason)") }
            for note in outcome.notes { console.line("  \(note)") }
        }
        if outcome.results.contains(where: { $0.verdict == .red }) { throw ExitCode(1) }
    }
}
