import Adoption
import ArgumentParser
import Experiments
import Projects
import Support

struct ExportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Write runs out for other tools.",
        discussion: """
            Runs are named by their identifiers or the beginnings of these, or all of an experiment with --experiment. A file takes its name once
            it is whole; the same export again replaces it. What was exported stands in the record.
            """,
        subcommands: [TensorBoard.self, Parquet.self])

    struct TensorBoard: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "tensorboard", abstract: "Write event files that TensorBoard opens.",
            discussion: """
                Each run gets a folder of its own, named as it is: its points as scalars, its parameters for the part for hyperparameters, and the
                images, texts and histograms of “adopt tensorboard”. Values have the precision of TensorBoard’s: seven digits.

                Examples:
                  martlet export tensorboard 0198c2 0198c7 --to logs
                  martlet export tensorboard --experiment resnet --to logs && tensorboard --logdir logs
                """)

        @OptionGroup var chosen: ExportOptions
        @OptionGroup var options: GlobalOptions

        func run() throws {
            try chosen.export(options) { (project, runs, folder, interruption) throws(MartletError) in
                try project.export.writeEventFiles(of: runs, to: folder) { interruption.isAsked }
            }
        }
    }

    struct Parquet: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "parquet", abstract: "Write runs as Parquet and JSON.",
            discussion: """
                Four tables: runs.parquet, parameters.parquet, tags.parquet and points.parquet, joined by the column “run”; and runs.json with all
                but the points. A point that is not a number is NULL.

                Example:
                  martlet export parquet --experiment churn --to out
                """)

        @OptionGroup var chosen: ExportOptions
        @OptionGroup var options: GlobalOptions

        func run() throws {
            try chosen.export(options) { (project, runs, folder, interruption) throws(MartletError) in
                try project.export.writeParquet(of: runs, to: folder, with: try project.openDuckDB()) { interruption.isAsked }
            }
        }
    }
}

/// Which runs are written, and where to.
struct ExportOptions: ParsableArguments {
    @Argument(help: "The runs: identifiers, or their beginnings.")
    var runs: [String] = []
    @Option(help: "All runs of this experiment that are not deleted.")
    var experiment: String?
    @Option(help: "The folder that they are written to.", completion: .directory)
    var to: String
    @Flag(help: "Say what would be written, and write nothing.")
    var dryRun = false

    func validate() throws {
        if runs.isEmpty && experiment == nil { throw ValidationError("Name runs, or an experiment with --experiment.") }
    }

    /// - Parameter write: writes the runs that are meant to a folder.
    func export(
        _ options: GlobalOptions, _ write: (Project, [TrackedRun], String, Interruption) throws(MartletError) -> RunExport.Report
    ) throws {
        let project = try options.open()
        let chosen = try project.export.runs(runs, of: experiment)
        guard !chosen.isEmpty else { throw MartletError(.notFound, "The experiment has no run that is not deleted.") }
        let folder = Adoptions.absolute(to)
        let plan = RunExport.Report(folder: folder, runs: chosen.map(\.id))
        let report = dryRun ? plan : try write(project, chosen, folder, Interruption())
        guard !options.json else { return Console.standard.json(report.json) }
        let count = "\(report.runs.count) run\(report.runs.count == 1 ? "" : "s")"
        guard !dryRun else { return Console.standard.line("\(count) would be written to \(folder). Nothing was written.") }
        Console.standard.line("\(count) with \(report.points) points written to \(folder): \(report.files.count) files.")
    }
}
