import ArgumentParser
import Monitoring
import Planning
import Projects
import Statistics
import Support

struct MonitorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "monitor", abstract: "Compare what is asked now with what was learnt from.", subcommands: [Drift.self])

    struct Drift: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "drift",
            abstract: "Measure how far each input column has moved from the training data.",
            discussion: """
                Compares the predictions of the last days with the training part of the champion's dataset, or with a file. Methods and
                thresholds follow Evidently's choice by type and size; p-values are corrected for the number of columns
                (Benjamini–Hochberg). A distance counts as drift from 100 rows on, and only where chance does not explain it; free texts are
                not compared. Exit code 1 where a column drifted; 0 where none did, or nothing was asked. A comparison with a file is shown
                and not recorded: the pages and incidents speak of the log.

                Examples:
                  martlet monitor drift --since 7d
                  martlet monitor drift --data new.csv      a file instead of the log
                """)

        @Option(help: "How far back: 7d, 24h.")
        var since: String = "30d"
        @Option(help: "The endpoint; the project's main one where it is left out.")
        var endpoint: String?
        @Option(help: "A file to compare instead of the log.", completion: .file())
        var data: String?
        @OptionGroup var options: GlobalOptions

        func run() async throws {
            let project = try options.open().serving(endpoint: endpoint)
            let console = Console.standard
            let report: DriftReport
            do { report = try project.drift(since: since, data: data) } catch {
                try await project.deliverAlerts().forEach { console.note($0) }
                throw error
            }
            if options.json {
                console.json(report.json)
            } else if report.rows == 0 {
                console.line("Nothing was asked in the last \(since). Look further back with --since, or compare a file with --data.")
            } else {
                console.line("\(report.rows) rows against \(report.reference): \(report.drifted.count) of \(report.columns.count) columns drifted.")
                var table = TextTable()
                for column in report.columns { table.rows.append(cells(column, console)) }
                table.lines().forEach { console.line($0) }
                if !report.notKept.isEmpty {
                    console.line("Not kept as they came, so that nothing can be said of them: \(report.notKept.joined(separator: ", ")).")
                }
            }
            if data == nil, report.rows > 0 { project.submit(report).forEach { console.note($0) } }
            for note in (try await project.deliverAlerts()) + (try await project.repeatAlerts()) { console.note(note) }
            if !report.drifted.isEmpty { throw ExitCode(1) }
        }

        private func cells(_ column: DriftReport.ColumnDrift, _ console: Console) -> [String] {
            let result = column.result
            return [
                console.mark(result.drifted ? .red : .green), column.name, result.method.rawValue, result.statistic.map { Objective.text($0) } ?? "–",
                "threshold \(Objective.text(result.threshold))", (result.adjustedPValue ?? result.pValue).map { "p \(Objective.text($0))" } ?? "",
                result.note ?? "",
            ]
        }
    }
}
