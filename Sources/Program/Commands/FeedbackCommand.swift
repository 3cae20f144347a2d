import ArgumentParser
import Projects
import Support

struct FeedbackCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "feedback", abstract: "Bring in the truth that came later.", subcommands: [Import.self])

    struct Import: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Import late labels from a file.",
            discussion: """
                The file holds one row a label: the prediction's ID (column “prediction_id”) or the caller's key (the column named by
                serving.key), the truth (the target's column, or “label”), and optionally when it became known (“known_at”). The same label
                twice is one; a corrected one replaces.

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
            guard !options.json else { return console.json(result.json) }
            console.line(
                "\(result.added) labels added, \(result.changed) corrected, \(result.unchanged) known already; \(result.matched) belong to predictions in the log."
            )
            if dryRun { console.line("This was a rehearsal: nothing was stored.") }
            if result.rejected > 0 { console.line("\(result.rejected) rows left out: \(result.reason ?? "")") }
        }
    }
}
