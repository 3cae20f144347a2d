import Database
import Experiments
import MLflow
import Pages
import Projects
import Support

/// A page of the groups of an experiment's runs; what the newest runs hold decides which columns there are.
struct RunGroupFacts {
    let project: Project
    let request: RunTableRequest
    let key: RunGroupKey

    /// How many runs of an open group are shown where it stands.
    private static let mostRows = 10

    func view(_ experiment: ExperimentView, _ search: RunSearch, in session: SQLSession) throws -> RunTableView {
        var newest = search
        newest.query.order = []
        let contents = try RunReader.contents(of: newest.page(limit: RunTableRequest.count, in: session).items, in: session).map(RunTableFacts.cells)
        let known = RunTableFacts.keys(of: contents)
        let columns = request.columns.isEmpty ? RunTableFacts.chosen(known, contents) : request.columns
        let metrics = columns.filter { $0.kind == .metrics }.prefix(RunGroupSearch.mostMetrics)
        let groups = RunGroupSearch(search, by: grouping, metrics: metrics.map(\.key), order: order(metrics), isDescending: isDescending)
        let page = try groups.page(offset: request.from, limit: RunTableRequest.count, in: session)
        let views = try page.items.map { try view($0, search, Array(metrics), in: session) }
        return RunTableView(
            experiment, request, columns: columns.filter { $0.kind != .metrics || metrics.contains($0) },
            known: Array(known.prefix(RunTableFacts.mostKnown)), groups: views, hasMore: page.hasMore)
    }

    private var grouping: RunGrouping {
        switch key {
        case .column(let column): column.kind == .tags ? .tag(column.key) : .parameter(column.key)
        case .dataset: .dataset
        case .parent: .parent
        }
    }

    private var isDescending: Bool { request.order == nil || request.isDescending }

    private func order(_ metrics: ArraySlice<RunColumn>) -> RunGroupSearch.Order {
        switch request.order {
        case .name: .value
        case .started: .newest
        case .column(let column): metrics.firstIndex(of: column).map { .mean($0 - metrics.startIndex) } ?? .count
        default: .count
        }
    }

    private func view(_ group: RunGroup, _ search: RunSearch, _ metrics: [RunColumn], in session: SQLSession) throws -> RunGroupView {
        var view = RunGroupView(
            mark: group.value.map { "is:\($0)" } ?? "none", title: group.value, count: group.count, newest: group.newest,
            metrics: group.metrics.map { $0.map { .init(count: $0.count, mean: $0.mean, least: $0.least, greatest: $0.greatest) } },
            search: filter(group))
        if let dataset = group.dataset { (view.title, view.detail) = (dataset.name, dataset.digest) }
        if key == .parent, let id = group.value {
            let parent = try RunReader.run(RunID(id), in: session)
            view.title = parent.map { $0.name.isEmpty ? String(id.prefix(12)) : $0.name } ?? id
            view.path = parent.map { PagePath.run(id, in: $0.experiment) }
        }
        if request.open.contains(view.mark) { view.rows = try rows(group, search, metrics, in: session) }
        return view
    }

    private func rows(_ group: RunGroup, _ search: RunSearch, _ metrics: [RunColumn], in session: SQLSession) throws -> [RunRowView] {
        var search = search
        search.group = RunGroupPlace(grouping, group.value)
        if let column = metrics.first(where: { request.order == .column($0) }) {
            search.query.order = [SearchOrder(.metric(column.key), isDescending: isDescending)]
        } else {
            search.query.order = []
        }
        let runs = try search.page(limit: RunGroupFacts.mostRows, in: session).items
        let now = project.clock.now()
        return try zip(runs, RunReader.contents(of: runs, in: session).map(RunTableFacts.cells)).map { run, cells in
            RunRowView(run, now: now, cells: metrics.map { cells[$0] ?? .none })
        }
    }

    /// What finds the runs of a group among all, together with what was looked for already.
    private func filter(_ group: RunGroup) -> String? {
        let own: String
        switch key {
        case .column(let column): own = column.filter(group.value)
        case .dataset:
            guard let dataset = group.dataset else { return nil }
            let quoted = [dataset.name, dataset.digest].map { $0.replacing("'", with: "''") }
            own = "datasets.name = '\(quoted[0])' and datasets.digest = '\(quoted[1])'"
        case .parent: return nil
        }
        return request.search.isEmpty ? own : "\(request.search) and \(own)"
    }
}

/// What a search over the runs of an experiment may name.
struct RunKeyFacts {
    let project: Project

    private static let most = 20

    func keys(like text: String, _ kind: RunColumn.Kind?, of experiment: Int) throws(MartletError) -> [RunColumn] {
        try project.database.read { session in
            _ = try ExperimentFacts(project: project).experiment(experiment, in: session)
            let kinds = kind.map { [$0] } ?? RunColumn.Kind.allCases
            return try kinds.flatMap { kind in
                try RunReader.keys(RunKeyFacts.stored(kind), like: text, of: experiment, limit: RunKeyFacts.most / kinds.count, in: session)
                    .map { RunColumn(kind, $0) }
            }
        }
    }

    private static func stored(_ kind: RunColumn.Kind) -> RunKeyKind {
        switch kind {
        case .metrics: .metric
        case .params: .parameter
        case .tags: .tag
        }
    }
}
