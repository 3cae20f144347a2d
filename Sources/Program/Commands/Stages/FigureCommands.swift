import ArgumentParser
import Stages
import Support
import Versions

/// `martlet metrics`, as DVC's users type it.
struct MetricsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "metrics", abstract: "Show and compare the metrics of a dvc.yaml.", shouldDisplay: false, subcommands: [Show.self, Diff.self])

    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(commandName: "show", abstract: "Show the metrics of the stages.")

        @OptionGroup var options: GlobalOptions

        func run() throws {
            let figures = try StageFigures(.metrics, of: options.repository())
            guard !options.json else { return Console.standard.json(figures.json) }
            var table = TextTable()
            table.add("file", "metric", "value")
            for name in figures.names { table.add(name.file, name.key, FigureText.of(figures.values[name])) }
            table.lines(indent: "").forEach { Console.standard.line($0) }
        }
    }

    struct Diff: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "diff", abstract: "Compare the metrics of two states of the repository.",
            discussion: """
                Examples:
                  martlet metrics diff               the workspace with the last commit
                  martlet metrics diff v1.0 main     two revisions
                """)

        @OptionGroup var revisions: FigureRevisions
        @OptionGroup var options: GlobalOptions

        func run() throws { try revisions.compare(.metrics, options) }
    }
}

/// `martlet params`, as DVC's users type it.
struct ParamsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "params", abstract: "Compare the parameters of a dvc.yaml.", shouldDisplay: false, subcommands: [Diff.self])

    struct Diff: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "diff", abstract: "Compare the parameters of two states of the repository.",
            discussion: """
                Examples:
                  martlet params diff               the workspace with the last commit
                  martlet params diff v1.0 main     two revisions
                """)

        @OptionGroup var revisions: FigureRevisions
        @OptionGroup var options: GlobalOptions

        func run() throws { try revisions.compare(.parameters, options) }
    }
}

/// `martlet repro`, as DVC's users type it.
struct ReproCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "repro", abstract: "Bring the project up to date: another name of “run”.", shouldDisplay: false)

    @OptionGroup var command: RunCommand

    func validate() throws { try command.validate() }
    func run() throws { try command.run() }
}

/// Which two states are compared.
struct FigureRevisions: ParsableArguments {
    @Argument(help: "The older revision: a commit, branch or tag.")
    var old = "HEAD"
    @Argument(help: "The newer revision; the workspace where it is left out.")
    var new: String?
    @Flag(help: "Also what is the same in both.")
    var all = false

    func compare(_ kind: StageFigures.Kind, _ options: GlobalOptions) throws {
        let repository = try options.repository()
        let git = repository.git
        let before = try StageFigures(kind, of: repository, in: git.commit(old))
        let after = try StageFigures(kind, of: repository, in: new.map { try git.commit($0) })
        let differences = FigureDifference.between(before, after, all: all)
        let console = Console.standard
        guard !options.json else { return console.json(FigureDifference.json(differences)) }
        guard !differences.isEmpty else { return console.line("Nothing differs.") }
        var table = TextTable()
        table.add("file", kind == .metrics ? "metric" : "parameter", old, new ?? "workspace", "change")
        for difference in differences {
            table.add(
                difference.name.file, difference.name.key, FigureText.of(difference.old), FigureText.of(difference.new),
                FigureText.of(difference.change))
        }
        table.lines(indent: "").forEach { console.line($0) }
    }
}

/// Figures for the terminal.
enum FigureText {
    static func of(_ value: JSONValue?) -> String { value.map { $0.text ?? $0.compact } ?? "–" }
}

extension StageFigures {
    /// The values by file and name, for `--json`.
    var json: JSONValue {
        var value: JSONValue = .object([])
        for name in names {
            var file = value[name.file]
            file[name.key] = values[name] ?? .null
            value[name.file] = file
        }
        return value
    }
}

extension FigureDifference {
    /// The differences by file and name as DVC prints them, for `--json`.
    static func json(_ differences: [FigureDifference]) -> JSONValue {
        var value: JSONValue = .object([])
        for difference in differences {
            var file = value[difference.name.file]
            var facts: JSONValue = ["old": difference.old ?? .null, "new": difference.new ?? .null]
            if let change = difference.change { facts["diff"] = change }
            file[difference.name.key] = facts
            value[difference.name.file] = file
        }
        return value
    }
}
