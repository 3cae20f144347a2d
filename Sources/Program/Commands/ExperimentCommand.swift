import ArgumentParser
import Database
import Experiments
import MLflow
import Pages
import Projects
import Support

struct ExperimentCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "experiment", abstract: "List experiments, show their runs, and follow a run while it logs.",
        discussion: """
            What an MLflow client logs to “martlet serve” stands here beside the runs of the project's own pipeline. The pages show the same
            below /experiments, with charts.
            """,
        subcommands: [List.self, Show.self, Follow.self])

    struct List: RemoteCommand {
        static let configuration = CommandConfiguration(commandName: "list", abstract: "List the experiments, those changed last first.")

        @Option(help: "Only those with this text in their name.")
        var name: String = ""
        @Flag(help: "Deleted ones instead of those in use.")
        var deleted = false
        @Option(help: "How many are passed over: 50 are listed at a time.")
        var from: Int = 0
        @OptionGroup var remote: ServerOptions
        @OptionGroup var options: GlobalOptions

        func run(on project: Project, console: Console) throws {
            var request = ExperimentsRequest()
            (request.name, request.isDeleted, request.from) = (name, deleted, max(0, from))
            let view = try ExperimentFacts(project: project).list(request)
            guard !options.json else { return console.json(.array(view.entries.map(\.json))) }
            guard !view.entries.isEmpty else { return console.line("There is no experiment of that kind.") }
            var table = TextTable()
            for entry in view.entries {
                let runs = "\(entry.runs)\(entry.hasMoreRuns ? "+" : "") \(entry.runs == 1 ? "run" : "runs")"
                table.add("\(entry.experiment.id)", entry.experiment.name, runs, entry.latest.map { "newest \($0.date)" } ?? "")
            }
            table.lines().forEach { console.line($0) }
            if view.hasMore { console.line("There are more: --from \(request.from + view.entries.count)") }
        }
    }

    struct Show: RemoteCommand {
        static let configuration = CommandConfiguration(
            commandName: "show",
            abstract: "Show the runs of an experiment.",
            discussion: """
                The search language is that of MLflow: metrics.accuracy > 0.9 and params.model = 'trees'. See docs/experiments.md.
                """)

        @Argument(help: "The experiment's number or name.")
        var experiment: String
        @Option(help: "Only runs of which this holds, such as \"metrics.auc > 0.8\".")
        var search: String = ""
        @Option(help: "What they are sorted by: name, status, started, ended, user, metrics.NAME, params.NAME or tags.NAME. Newest first without it.")
        var sort: String?
        @Flag(help: "The greatest first.")
        var descending = false
        @Option(help: "A column: metrics.NAME, params.NAME or tags.NAME. May be given several times.")
        var column: [String] = []
        @Option(help: "How many runs are passed over: 50 are shown at a time.")
        var from: Int = 0
        @OptionGroup var remote: ServerOptions
        @OptionGroup var options: GlobalOptions

        func run(on project: Project, console: Console) throws {
            let view = try RunTableFacts(project: project, request: request(in: project)).view()
            if let problem = view.problem { throw MartletError(.usage, problem.message) }
            guard !options.json else { return console.json(view.json) }
            guard !view.rows.isEmpty else { return console.line("No run is like that.") }
            var table = TextTable()
            table.add(["", "run", "started", "took"] + view.columns.map(\.key))
            for row in view.rows {
                let values = row.cells.map(\.text)
                table.add(
                    [
                        row.standing.rawValue, row.name.isEmpty ? row.id : row.name, Figure.minute(row.started),
                        row.seconds.map(Figure.duration) ?? "–",
                    ] + values)
            }
            table.lines().forEach { console.line($0) }
            if view.hasMore { console.line("There are more: --from \(view.request.from + view.rows.count)") }
        }

        private func request(in project: Project) throws(MartletError) -> RunTableRequest {
            var request = RunTableRequest(experiment: try number(in: project))
            request.search = search
            if let sort {
                guard let order = RunOrder(sort) else {
                    throw MartletError(.usage, "Runs cannot be sorted by “\(sort.prefix(60))”. Use started or metrics.NAME.")
                }
                request.order = order
            }
            request.isDescending = descending
            for text in column {
                guard let column = RunColumn(text) else {
                    throw MartletError(.usage, "“\(text.prefix(60))” is no column. Use metrics.NAME, params.NAME or tags.NAME.")
                }
                request.columns.append(column)
            }
            request.from = max(0, from)
            return request
        }

        private func number(in project: Project) throws(MartletError) -> Int {
            if let number = Int(experiment) { return number }
            let found = try project.database.read { session in
                try ExperimentStore(database: project.database, events: project.events, clock: project.clock).experiment(
                    named: experiment, in: session)
            }
            guard let found else {
                throw MartletError(.notFound, "There is no experiment “\(experiment.prefix(100))”. See “martlet experiment list”.")
            }
            return found.id
        }
    }
}

extension ExperimentsView.Entry {
    /// As the command line prints it.
    fileprivate var json: JSONValue {
        [
            "id": JSONValue(experiment.id), "name": .string(experiment.name), "deleted": .bool(experiment.isDeleted), "runs": JSONValue(runs),
            "has_more_runs": .bool(hasMoreRuns), "latest": JSONValue(latest?.description),
        ]
    }
}

extension RunTableView {
    /// As the command line prints it.
    fileprivate var json: JSONValue {
        let rows = rows.map { row -> JSONValue in
            let cells = zip(columns, row.cells).map { column, cell in JSONValue.Member(column.text, cell.json) }
            return [
                "id": .string(row.id), "name": .string(row.name), "status": .string(row.standing.rawValue),
                "started": .string(row.started.description),
                "seconds": JSONValue(row.seconds), "user": .string(row.user), "values": .object(cells),
            ]
        }
        return ["experiment": JSONValue(experiment.id), "runs": .array(rows), "has_more": .bool(hasMore)]
    }
}

extension RunRowView.Cell {
    fileprivate var text: String {
        switch self {
        case .none: "–"
        case .number(let value): Figure.metric(value)
        case .text(let text): String(text.prefix(60))
        }
    }

    fileprivate var json: JSONValue {
        switch self {
        case .none: .null
        case .number(let value): JSONValue(value)
        case .text(let text): .string(text)
        }
    }
}
