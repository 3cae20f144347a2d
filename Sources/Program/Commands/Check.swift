import ArgumentParser
import Monitoring
import Planning
import Projects
import Support

struct Check: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Evaluate the objectives that are measured in production, and how fresh the sources are.",
        discussion: """
            Reads the prediction log and the labels that came later, judges each objective and whether each source of the data is as fresh as its
            “fresh” says, records the result, opens an incident for what turned red and tells those whom monitoring.alert of martlet.yaml names. Made for a schedule: exit code 0 all hold, 1 one does not.

            As a plugin of Nagios, Icinga or Checkmk (exit code 0 all hold, 1 not all known, 2 one does not hold, 3 could not be checked):
              martlet check --nagios --timeout 50 -C /srv/churn
            """)

    @Argument(help: "One objective's id, or a source (source:NAME); all of them where it is left out.")
    var objective: String?
    @Flag(help: "Answer in one line with performance data and exit codes, as plugins of Nagios do.")
    var nagios = false
    @Option(help: "With --nagios: after how many seconds to give up, with exit code 3.")
    var timeout = 50
    @Flag(help: "Say what would happen, and change nothing.")
    var dryRun = false
    @OptionGroup var options: GlobalOptions

    func validate() throws {
        guard (1...86_400).contains(timeout) else { throw ValidationError("--timeout is 1 to 86400 seconds.") }
        if nagios, options.json { throw ValidationError("Take --nagios or --json: each is a form of the answer.") }
    }

    func run() async throws {
        if nagios { return await NagiosPlugin(timeout: timeout).end { try await nagiosAnswer() } }
        let project = try options.open(rehearses: dryRun)
        try project.file.requireServing()
        let outcome = try await project.check(objective, tells: !dryRun)
        let console = Console.standard
        if options.json {
            console.json(outcome.json)
        } else {
            if outcome.results.isEmpty {
                console.line("No objective is measured in production. Add one with “on: production”, or a source with “fresh”.")
            }
            for result in outcome.results { console.line("\(console.mark(result.verdict)) \(result.objective): \(result.reason)") }
            for note in outcome.notes { console.line("  \(note)") }
        }
        if outcome.results.contains(where: { $0.verdict == .red }) { throw ExitCode(1) }
    }

    private func nagiosAnswer() async throws -> NagiosAnswer {
        let project = try options.open(rehearses: dryRun)
        try project.file.requireServing()
        let outcome = try await project.check(objective, tells: !dryRun)
        outcome.notes.forEach { Console.standard.note($0) }
        return NagiosAnswer(outcome.results, objectives: project.file.charter.objectives)
    }
}
