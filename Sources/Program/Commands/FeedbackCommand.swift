import ArgumentParser
import Projects
import Support

struct FeedbackCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "feedback", abstract: "Bring in the truth that came later.", subcommands: [Import.self])

    struct Import: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "import",
            abstract: "Import late labels from a file.",
            discussion: """
                The file holds one row a label: the prediction's ID (column “prediction_id”) or the caller's key (the column named by
                serving.key), the truth (the target's column, or “label”), and optionally when it became known (“known_at”). The same label
                twice is one; a corrected one replaces. A row whose truth is none of the model's classes is named and left out; the exit code is
                then 1.

                Example:
                  martlet feedback import labels/2026-11.csv
                """)

        @Argument(help: "The labels: CSV, TSV, Parquet or JSON lines. All files of monitoring.labels where it is left out.", completion: .file())
        var files: [String] = []
        @Flag(help: "Say what would happen, and change nothing.")
        var dryRun = false
        @OptionGroup var options: GlobalOptions

        func run() throws {
            let result = try options.open(rehearses: dryRun).importLabels(files)
            let console = Console.standard
            if options.json {
                console.json(result.json)
            } else {
                say(result, on: console)
            }
            if result.refused > 0 { throw ExitCode(1) }
        }

        private func say(_ result: LabelImport, on console: Console) {
            console.line(
                "\(result.added) labels added, \(result.changed) corrected, \(result.unchanged) known already; \(result.matched) belong to predictions in the log."
            )
            if dryRun { console.line("This was a rehearsal: nothing was stored.") }
            if result.rejected > 0 { console.line("\(result.rejected) rows left out: \(result.reason ?? "")") }
            guard result.refused > 0 else { return }
            console.line("\(result.refused) rows left out, because they say what the model cannot answer:")
            result.refusals.forEach { console.line("  \($0)") }
            if result.refused > result.refusals.count { console.line("  and \(result.refused - result.refusals.count) more.") }
        }
    }
}
