import Access
import ArgumentParser
import Foundation
import Projects
import Serving
import Support

struct PredictionsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "predictions", abstract: "Look for what was asked and answered, and give it to other programs.",
        subcommands: [PredictionsListCommand.self, Export.self])

    struct Export: RemoteCommand {
        static let configuration = CommandConfiguration(
            commandName: "export", abstract: "Make the prediction log readable as Parquet.",
            discussion: """
                A server writes a copy in Parquet beside each part of the log that it has closed (log.parquet of martlet.yaml). This does it now,
                for all that was logged so far; the copies follow erasure and retention like the log itself. With --to a folder is written in
                which each day has a part of its own, as DuckDB, Spark and pandas find it. What is there is yours then: nothing erases it.

                Columns are id, time, endpoint, model, version, alias, digest, key, latency_us, label, probability (value, or probability_CLASS
                for several classes) and the inputs under their own names, or input_NAME where that is one of these.

                Examples:
                  martlet predictions export
                  duckdb -c "SELECT version, count(*), avg(probability) FROM '.martlet/predictions/*/*.parquet' GROUP BY version"
                  martlet predictions export --from 2026-11-01 --to out
                """)

        @Option(help: "Whose log; the project's endpoint where it is left out.")
        var endpoint: String?
        @Option(help: "With --to: from when on, such as 2026-11-23 or 7d for a week ago.")
        var from: String?
        @Option(help: "With --to: up to when; now where it is left out.")
        var until: String?
        @Option(help: "A new folder that the days are written to.", completion: .directory)
        var to: String?
        @OptionGroup var remote: ServerOptions
        @OptionGroup var options: GlobalOptions

        var permission: Permission { .predictionRead }
        var namesLocalFiles: Bool { to != nil }

        func validate() throws {
            guard to != nil || (from == nil && until == nil) else { throw ValidationError("--from and --until belong to --to.") }
        }

        func run(on project: Project, console: Console) throws {
            let now = project.clock.now()
            let start = try from.map { text throws(MartletError) in try Past.moment(text, now: now) } ?? PredictionLogReader.always.lowerBound
            let end = try until.map { text throws(MartletError) in try Past.moment(text, now: now) } ?? now.advanced(bySeconds: 1)
            guard start < end else { throw MartletError(.usage, "\(start) is not before \(end): there is nothing between them.") }
            let folder = to.map { URL(fileURLWithPath: $0).standardizedFileURL.path }
            let export = try project.exportPredictions(of: endpoint, start..<end, to: folder)
            guard !options.json else { return console.json(export.json) }
            guard export.rows > 0 else { return console.line("Nothing was logged in that time.") }
            console.line("\(export.rows) predictions in \(export.files == 1 ? "1 file" : "\(export.files) files"): \(export.pattern)")
        }
    }
}
