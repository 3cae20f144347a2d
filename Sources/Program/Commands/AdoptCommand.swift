import Adoption
import ArgumentParser
import Dispatch
import Foundation
import Projects
import Support

struct AdoptCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "adopt", abstract: "Take over the runs that another tool has kept.",
        discussion: """
            What is adopted is only read. Runs keep their identifiers, so that the same command again takes over what has come since and
            changes nothing else; stopped at any moment, it goes on where it was.
            """,
        subcommands: [MLflow.self, TensorBoard.self, WandB.self])

    struct MLflow: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "mlflow", abstract: "Adopt experiments and runs of MLflow.",
            discussion: """
                The source is a folder of MLflow’s (“mlruns”), the SQLite file of an MLflow server (“mlflow.db”), which may be running, or the
                address of a server. One that asks who comes is told MLFLOW_TRACKING_TOKEN, or MLFLOW_TRACKING_USERNAME and _PASSWORD.

                Experiments keep their names, and their numbers where nobody has them here; runs keep their identifiers, points, parameters,
                tags, inputs and models; registered models keep their versions and aliases. Files come along that lie on this machine or that
                the server gives; those elsewhere (s3://, gs://) stay there and are counted.

                Examples:
                  martlet adopt mlflow mlruns --dry-run
                  martlet adopt mlflow /srv/mlflow/mlflow.db
                  martlet adopt mlflow http://mlflow.example.org:5000
                """)

        @Argument(help: "The folder mlruns, the file mlflow.db or a server’s address.", completion: .file())
        var source: String
        @Option(
            help: "The folder that the server of mlflow.db keeps artifacts in; “mlartifacts” beside it where it is left out.", completion: .directory)
        var artifacts: String?
        @Flag(help: "Say what would happen, and change nothing.")
        var dryRun = false
        @OptionGroup var options: GlobalOptions

        func run() throws {
            let isAddress = source.hasPrefix("http://") || source.hasPrefix("https://")
            let path = isAddress ? source : Adoptions.absolute(source)
            try Adoptions(options: options, isRehearsal: dryRun).adopt(from: path) { () throws(MartletError) in
                if isAddress { return try MLflowServer(path, environment: ProcessInfo.processInfo.environment) }
                if FileManager.default.isFolder(path) { return try MLflowFolder(path) }
                return try MLflowDatabase(path, artifacts: artifacts.map(Adoptions.absolute))
            }
        }
    }

    struct TensorBoard: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "tensorboard", abstract: "Adopt the event files that TensorBoard shows.",
            discussion: """
                Each folder with event files is a run of one experiment. Scalars become points of metrics; hyperparameters become parameters;
                images and sounds become files of the run, texts and histograms lines of JSON in such files. Graphs, projections and what else
                plugins write is left out and counted. Event files do not say that a run has ended: without --follow it counts as ended.

                Examples:
                  martlet adopt tensorboard runs
                  martlet adopt tensorboard logs --experiment resnet --follow
                """)

        @Argument(help: "The folder that TensorBoard is started with.", completion: .directory)
        var logdir: String
        @Option(help: "The experiment; named as the folder where it is left out.")
        var experiment: String?
        @OptionGroup var reading: ReadingOptions
        @OptionGroup var options: GlobalOptions

        func run() throws {
            let path = Adoptions.absolute(logdir)
            try reading.adoptions(options).adopt(from: path) { () throws(MartletError) in
                try TensorBoardFolder(path, experiment: experiment, follows: reading.follow)
            }
        }
    }
}

extension AdoptCommand {
    struct WandB: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "wandb", abstract: "Adopt the runs that W&B has kept on this machine.",
            discussion: """
                The source is the folder “wandb” beside the program that was run, or one of the folders in it, offline or not. History becomes
                points, the configuration parameters, the state of the machine points below “system/”; what only the summary says becomes a
                point of the last step. Files of the run are taken over once it has ended. A file that ends in the middle, as after a crash,
                gives what is whole; without --follow such a run counts as interrupted.

                Examples:
                  martlet adopt wandb wandb
                  martlet adopt wandb wandb --follow
                """)

        @Argument(help: "The folder “wandb”, or that of one run.", completion: .directory)
        var folder: String
        @Option(help: "The experiment; each run’s project where it is left out.")
        var experiment: String?
        @OptionGroup var reading: ReadingOptions
        @OptionGroup var options: GlobalOptions

        func run() throws {
            let path = Adoptions.absolute(folder)
            try reading.adoptions(options).adopt(from: path) { () throws(MartletError) in
                try WandBFolder(path, experiment: experiment, follows: reading.follow)
            }
        }
    }
}

/// How files are read that another program may still be writing.
struct ReadingOptions: ParsableArguments {
    @Flag(help: "Go on reading what is being written, until Ctrl-C.")
    var follow = false
    @Flag(help: "Say what would happen, and change nothing.")
    var dryRun = false

    func validate() throws {
        if follow && dryRun { throw ValidationError("--follow and --dry-run exclude each other.") }
    }

    func adoptions(_ options: GlobalOptions) -> Adoptions { Adoptions(options: options, isRehearsal: dryRun, follows: follow) }
}

extension FileManager {
    fileprivate func isFolder(_ path: String) -> Bool {
        var isFolder: ObjCBool = false
        return fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
    }
}

/// How every kind of adoption is carried out and told.
struct Adoptions {
    let options: GlobalOptions
    var isRehearsal = false
    var follows = false

    static func absolute(_ path: String) -> String { URL(fileURLWithPath: path).standardizedFileURL.path }

    /// - Parameter open: opens the store, so that a wrong source is told before anything else.
    func adopt(from source: String, _ open: () throws(MartletError) -> any ForeignStore) throws {
        let store = try open()
        let project = try options.open()
        let asked = DispatchSemaphore(value: 0)
        let observer = AdoptionProgress(interruption: Interruption { _ in asked.signal() }, isQuiet: options.quiet || options.json)
        var total = try project.adopt(store, from: source, isRehearsal: isRehearsal, observer: observer)
        observer.finish()
        if follows {
            tell(total)
            while asked.wait(timeout: .now() + 1) == .timedOut {
                let pass = try project.adopt(store, from: source, observer: SilentAdoption())
                if pass.changedSomething { tell(pass) }
                total.add(pass)
            }
        }
        if options.json { Console.standard.json(total.json) } else if !follows { tell(total) }
    }

    private func tell(_ report: AdoptionReport) {
        guard !options.json else { return }
        AdoptionText(report: report, console: .standard, isQuiet: options.quiet).print()
    }
}

/// What came of an adoption, for a person.
struct AdoptionText {
    let report: AdoptionReport
    let console: Console
    let isQuiet: Bool

    func print() {
        let verb = report.isRehearsal ? "would be added" : "added"
        let experiments = report.experiments == 0 ? "" : ", in \(counted(report.experiments, "new experiment"))"
        let models = report.versions == 0 ? "" : ", \(counted(report.versions, "model version"))"
        let read = report.isRehearsal ? "" : "; \(counted(report.points, "point")) and \(counted(report.files, "file")) read"
        console.line(
            "\(counted(report.added, "run")) \(verb)\(experiments), \(report.continued) \(report.isRehearsal ? "would be gone on with" : "gone on with"), \(report.unchanged) unchanged\(models)\(read)."
        )
        if report.isRehearsal { console.line("This was a rehearsal: nothing was stored.") }
        guard !isQuiet else { return }
        for (what, count) in report.leftOut.sorted(by: { $0.key < $1.key }) { console.note("Left out: \(what)\(count > 1 ? " (\(count))" : "").") }
        if !report.clashes.isEmpty {
            console.note("Left alone, because runs from elsewhere have these identifiers: \(report.clashes.joined(separator: ", ")).")
        }
        if !report.changedParameters.isEmpty {
            console.note("Parameters that changed there and stay as they were first: \(report.changedParameters.joined(separator: "; ")).")
        }
    }

    private func counted(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }
}

/// Shows how far an adoption has come on a line of the terminal, and stops it on Ctrl-C.
struct AdoptionProgress: AdoptionObserver {
    let interruption: Interruption
    let isQuiet: Bool

    func reached(_ run: String, runs: Int, points: Int) {
        if !isQuiet { Console.standard.rewrite("  … \(run.prefix(40)): \(runs) runs, \(points) points") }
    }

    func finish() { if !isQuiet { Console.standard.rewrite("") } }

    var isCancelled: Bool { interruption.isAsked }
}
