import ArgumentParser
import Pipelines
import Planning
import Projects
import Support

struct RunCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Bring the project up to date: data, training, comparison, gate.",
        discussion: """
            Does only what is out of date; a finished step is never repeated, also after a crash. The best candidate on validation data is
            registered, its test set opened once, and the charter's gate decides whether it becomes champion (exit code 3 where it says no, and
            where the version then waits for approvals: “promotion:” in martlet.yaml).

            Examples:
              martlet run                 everything that changed
              martlet run trees           up to and including the step “trees”
              martlet run --force         all steps, changed or not
              martlet run --offline       with what came of the sources before
              martlet run --dry-run       which steps are out of date, and why
              martlet run -j 4 -k         four commands at once, and on after a failure

            The stages of a dvc.yaml in the folder run in the same graph, also where there is no martlet.yaml: what dvc.lock calls unchanged is
            skipped, whoever ran it, and what runs is kept in dvc.lock and DVC's cache.
            """)

    @Argument(help: "A step: run it and what it needs.")
    var step: String?
    @Flag(help: "Run also what has not changed.")
    var force = false
    @Flag(help: "Say which steps are out of date, and run none.")
    var dryRun = false
    @Option(name: .shortAndLong, help: "How many commands run at once; as many as there are processors where it is left out.")
    var jobs: Int?
    @Flag(name: .shortAndLong, help: "After a failure, still run the steps that do not need what failed.")
    var keepGoing = false
    @Flag(help: "Work with what came of the sources before, and fetch nothing.")
    var offline = false
    @OptionGroup var options: GlobalOptions

    func validate() throws {
        if let jobs, jobs < 1 { throw ValidationError("--jobs is at least 1.") }
    }

    func run() throws {
        let project = try options.open()
        let console = Console.standard
        guard !dryRun else { return rehearse(try project.staleSteps(upTo: step, force: force), console) }
        let observer = RunProgress(console: console, isQuiet: options.quiet || options.json)
        let interruption = Interruption { number in stop(project, console, by: number) }
        defer { withExtendedLifetime(interruption) {} }
        let telling = RunTelling(project)
        let ended = Result { try project.run(step: step, force: force, isOffline: offline, jobs: jobs, keepsGoing: keepGoing, observer: observer) }
        telling?.end().forEach { console.note($0) }
        let outcome = try ended.get()
        options.json ? console.json(outcome.json) : print(outcome, console)
        if let gate = outcome.gate, !gate.passed {
            throw MartletError(.refused, "The gate refuses \(gate.version): \(gate.reasons.joined(separator: " "))")
        }
        if let waits = outcome.gate?.waits { throw MartletError(.refused, waits) }
    }

    /// Ends at once on Ctrl-C. Finished steps are kept, and the one under way is recorded as interrupted.
    private func stop(_ project: Project, _ console: Console, by number: Int32) {
        console.rewrite("")
        console.note("Stopped. Finished steps are kept; “martlet run” goes on from there.")
        project.commands.stop()
        try? project.recordInterruption()
        Interruption.end(by: number)
    }

    private func rehearse(_ steps: [StaleStep], _ console: Console) {
        guard !options.json else {
            return console.json([
                "would_run": JSONValue(steps.map(\.id)), "reasons": .object(steps.map { JSONValue.Member($0.id, JSONValue($0.reasons)) }),
            ])
        }
        guard !steps.isEmpty else { return console.line("Nothing changed: no step would run.") }
        console.line("Would run: \(steps.map(\.id).joined(separator: ", ")).")
        for step in steps { console.line("  \(step.id): \(step.reasons.joined(separator: ", "))") }
    }

    private func print(_ outcome: RunOutcome, _ console: Console) {
        guard !outcome.isUnchanged else { return console.line("Nothing changed: \(outcome.steps.count) steps are up to date.") }
        outcome.notes.forEach { console.line("\(console.mark(.yellow)) data: \($0)") }
        if let board = outcome.leaderboard {
            console.line("Candidates by \(board.metric) on validation data:")
            var table = TextTable()
            for row in board.rows { table.add(row.step, StatusText.text(row.measurement), row.trainer, row.note) }
            table.lines().forEach { console.line($0) }
        }
        guard let gate = outcome.gate else {
            if outcome.leaderboard == nil { console.line(stages(outcome)) }
            return
        }
        console.line("Gate for \(gate.version):")
        for check in gate.checks { console.line("  \(console.mark(check.verdict)) \(check.objective): \(check.reason)") }
        for sentence in gate.findings { console.line("  \(sentence)") }
        console.line(
            gate.passed && gate.waits == nil
                ? "\(gate.version) is champion." : "\(gate.champion.map { "\($0) stays champion." } ?? "There is no champion yet.")")
    }
}

extension RunCommand {
    /// `3 of 5 steps ran.`
    private func stages(_ outcome: RunOutcome) -> String {
        let ran = outcome.steps.count { !$0.isCached }
        return ran == outcome.steps.count
            ? "\(ran == 1 ? "1 step" : "\(ran) steps") ran." : "\(ran) of \(outcome.steps.count) steps ran; nothing else changed."
    }
}

/// Prints what a run does: one line a step, rewritten while it works on a terminal.
struct RunProgress: PipelineObserver {
    let console: Console
    let isQuiet: Bool

    func stepBegins(_ id: String) {
        guard !isQuiet else { return }
        console.rewrite("  … \(id)")
    }

    func step(_ id: String, progress: String, share: Double?) {
        guard !isQuiet else { return }
        let bar = share.map { share in
            let full = Int((min(max(share, 0), 1) * 20).rounded())
            return "[" + String(repeating: "█", count: full) + String(repeating: "·", count: 20 - full) + "] "
        }
        console.rewrite("  … \(id)  \(bar ?? "")\(progress)")
    }

    func stepEnds(_ result: StepResult) {
        guard !isQuiet, !result.isCached else { return }
        console.rewrite("")
        let tenths = Int((result.seconds * 10).rounded())
        console.note("  ✓ \(result.id)  \(tenths / 10).\(tenths % 10) s")
    }
}
