import Database
import Experiments
import MLflow
import Pages
import Projects
import Support

/// A page of the runs of an experiment as the pages show it: one search, and what was logged to the runs that it found.
struct RunTableFacts {
    let project: Project
    let request: RunTableRequest

    /// How many columns the table chooses by itself of each kind.
    private static let standard: [RunColumn.Kind: Int] = [.metrics: 5, .params: 4, .tags: 0]
    /// How many columns are offered.
    static let mostKnown = 300

    func view() throws(MartletError) -> RunTableView {
        let query: Result<SearchQuery<RunField>, FilterProblem> = Result { () throws(FilterProblem) in try ClientLanguage.runs(of: request.search) }
        return try project.database.read { session in
            let experiment = ExperimentFacts.view(try ExperimentFacts(project: project).experiment(request.experiment, in: session))
            switch query {
            case .failure(let problem):
                return RunTableView(experiment, request, columns: request.columns, problem: .init(problem.message, at: problem.place))
            case .success(var query):
                query.order = order
                return try view(experiment, query, in: session)
            }
        }
    }

    private var order: [SearchOrder<RunField>] {
        guard let order = request.order else { return [] }
        let field: RunField =
            switch order {
            case .name: .name
            case .status: .status
            case .started: .started
            case .ended: .ended
            case .user: .user
            case .column(let column):
                switch column.kind {
                case .metrics: .metric(column.key)
                case .params: .parameter(column.key)
                case .tags: .tag(column.key)
                }
            }
        return [SearchOrder(field, isDescending: request.isDescending)]
    }

    private func view(_ experiment: ExperimentView, _ query: SearchQuery<RunField>, in session: SQLSession) throws -> RunTableView {
        let search = RunSearch(experiments: [request.experiment], visibility: request.isDeleted ? .deleted : .active, query: query)
        if let key = request.group { return try RunGroupFacts(project: project, request: request, key: key).view(experiment, search, in: session) }
        let page = try search.page(offset: request.from, limit: RunTableRequest.count, in: session)
        let contents = try RunReader.contents(of: page.items, in: session).map(RunTableFacts.cells)
        let known = RunTableFacts.keys(of: contents)
        let columns = request.columns.isEmpty ? RunTableFacts.chosen(known, contents) : request.columns
        let now = project.clock.now()
        let rows = zip(page.items, contents).map { run, cells in RunRowView(run, now: now, cells: columns.map { cells[$0] ?? .none }) }
        return RunTableView(
            experiment, request, columns: columns, known: Array(known.prefix(RunTableFacts.mostKnown)), rows: rows, hasMore: page.hasMore)
    }

    /// All that could stand in a row.
    static func cells(_ content: RunContent) -> [RunColumn: RunRowView.Cell] {
        var cells: [RunColumn: RunRowView.Cell] = [:]
        for metric in content.metrics { cells[RunColumn(.metrics, metric.name)] = .number(metric.value) }
        for parameter in content.parameters { cells[RunColumn(.params, parameter.key)] = .text(parameter.value) }
        for tag in content.tags where !ClientLanguage.isOwnTag(tag.key) { cells[RunColumn(.tags, tag.key)] = .text(tag.value) }
        return cells
    }

    /// The keys of all rows: metrics, parameters, tags, those of most runs first.
    static func keys(of rows: [[RunColumn: RunRowView.Cell]]) -> [RunColumn] {
        var counts: [RunColumn: Int] = [:]
        for row in rows { for key in row.keys { counts[key, default: 0] += 1 } }
        return RunColumn.Kind.allCases.flatMap { kind in
            counts.filter { $0.key.kind == kind }.sorted { $0.value != $1.value ? $0.value > $1.value : $0.key.key < $1.key.key }.map(\.key)
        }
    }

    /// The first keys of each kind; of parameters, those in which the runs differ come first.
    static func chosen(_ known: [RunColumn], _ rows: [[RunColumn: RunRowView.Cell]]) -> [RunColumn] {
        let telling = Set(known.filter { key in Set(rows.compactMap { $0[key]?.told }).count > 1 })
        return RunColumn.Kind.allCases.flatMap { kind in
            let keys = known.filter { $0.kind == kind }
            let ordered = kind == .params ? keys.filter(telling.contains) + keys.filter { !telling.contains($0) } : keys
            return ordered.prefix(standard[kind] ?? 0)
        }
    }
}

extension RunRowView.Cell {
    /// The text of a cell that holds one.
    fileprivate var told: String? { if case .text(let text) = self { text } else { nil } }
}
