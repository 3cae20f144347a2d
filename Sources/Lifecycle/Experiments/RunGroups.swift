package import Database
package import Support

/// What runs are put together by.
package enum RunGrouping: Sendable, Hashable {
    case parameter(String)
    case tag(String)
    /// What they have read: a run that has read several is in several groups.
    case dataset
    /// The run that they began within.
    case parent
}

/// One group of runs.
package struct RunGroup: Sendable, Equatable {
    /// What the group's runs have of a metric; NaN counts for nothing.
    package struct Summary: Sendable, Equatable {
        package var count: Int
        package var mean: Double
        package var least: Double
        package var greatest: Double
    }

    /// The value that its runs share: the number of a dataset, the identifier of a parent; nil for those that have none.
    package var value: String?
    /// The name and digest of a dataset.
    package var dataset: (name: String, digest: String)?
    package var count: Int
    /// When the newest of its runs began.
    package var newest: Timestamp
    /// In the order in which the metrics were asked for; nil where no run of the group has a number.
    package var metrics: [Summary?]

    package static func == (a: RunGroup, b: RunGroup) -> Bool {
        a.value == b.value && a.dataset?.name == b.dataset?.name && a.dataset?.digest == b.dataset?.digest && a.count == b.count
            && a.newest == b.newest && a.metrics == b.metrics
    }
}

/// Puts the runs that a search finds into groups, with one statement.
package struct RunGroupSearch: Sendable {
    package enum Order: Sendable, Equatable {
        case count, value, newest
        /// The mean of one of the metrics that are asked for.
        case mean(Int)
    }

    /// How many metrics are summed up at once.
    package static let mostMetrics = 12

    private let search: RunSearch
    private let grouping: RunGrouping
    private let metrics: [String]
    private let order: Order
    private let isDescending: Bool

    /// - Parameter search: its order does not matter.
    package init(_ search: RunSearch, by grouping: RunGrouping, metrics: [String] = [], order: Order = .count, isDescending: Bool = true) {
        self.search = search
        self.grouping = grouping
        self.metrics = Array(metrics.prefix(RunGroupSearch.mostMetrics))
        self.order = order
        self.isDescending = isDescending
    }

    package func page(offset: Int = 0, limit: Int, in session: SQLSession) throws -> SearchPage<RunGroup> {
        guard !search.experiments.isEmpty, limit > 0 else { return SearchPage(items: [], hasMore: false) }
        let (text, arguments) = try statement(in: session)
        var groups: [RunGroup] = []
        try session.scanOnce("\(text) LIMIT ? OFFSET ?", arguments + [SQLValue(limit + 1), SQLValue(offset)]) { groups.append(group($0)) }
        return SearchPage(items: Array(groups.prefix(limit)), hasMore: groups.count > limit)
    }

    // MARK: - The statement

    private func statement(in session: SQLSession) throws -> (text: String, arguments: [SQLValue]) {
        let found = RunStatement(search, metrics: try search.metricNumbers(in: session), plan: .conditionsFirst)
        var columns = ["\(value)", "count(*)", "max(r.started)"] + (grouping == .dataset ? ["d.name", "d.digest"] : ["NULL", "NULL"])
        var joins = found.source + join.text
        for (i, name) in metrics.enumerated() {
            // A name that nobody has logged stands for no metric.
            let number = try MetricNames.number(of: name, in: session) ?? -1
            columns += ["count(m\(i).value)", "avg(m\(i).value)", "min(m\(i).value)", "max(m\(i).value)"]
            joins += " LEFT JOIN metric_latest m\(i) ON m\(i).run = r.number AND m\(i).metric = \(number) AND m\(i).value < ''"
        }
        let text = "SELECT \(columns.joined(separator: ", ")) FROM \(joins) WHERE \(found.condition) GROUP BY \(value) ORDER BY \(ordering)"
        return (text, found.joinArguments + join.arguments + found.conditionArguments)
    }

    /// What the runs of a group share.
    private var value: String {
        switch grouping {
        case .parameter, .tag: "g.value"
        case .dataset: "d.id"
        case .parent: "r.parent"
        }
    }

    private var join: SQLCondition {
        switch grouping {
        case .parameter(let key): SQLCondition(text: " LEFT JOIN run_parameter g ON g.run = r.number AND g.key = ?", arguments: [.text(key)])
        case .tag(let key): SQLCondition(text: " LEFT JOIN run_tag g ON g.run = r.number AND g.key = ?", arguments: [.text(key)])
        case .dataset: SQLCondition(text: " LEFT JOIN run_input i ON i.run = r.number LEFT JOIN logged_dataset d ON d.id = i.dataset")
        case .parent: SQLCondition(text: "")
        }
    }

    /// What has no value comes last, whichever way round.
    private var ordering: String {
        let direction = isDescending ? " DESC" : ""
        let shown = grouping == .dataset ? "d.name" : value
        return switch order {
        case .count: "count(*)\(direction), \(value)"
        case .value: "\(shown) IS NULL, \(shown)\(direction), \(value)"
        case .newest: "max(r.started)\(direction), \(value)"
        case .mean(let i) where metrics.indices.contains(i): "avg(m\(i).value) IS NULL, avg(m\(i).value)\(direction), \(value)"
        case .mean: "count(*)\(direction), \(value)"
        }
    }

    private func group(_ row: SQLColumns) -> RunGroup {
        let summaries = metrics.indices.map { i -> RunGroup.Summary? in
            let first = 5 + 4 * i
            guard let count = row.integer(first), count > 0, let mean = row.double(first + 1) else { return nil }
            return RunGroup.Summary(count: Int(count), mean: mean, least: row.double(first + 2) ?? mean, greatest: row.double(first + 3) ?? mean)
        }
        return RunGroup(
            value: row.text(0) ?? row.integer(0).map { String($0) }, dataset: row.text(3).map { ($0, row.text(4) ?? "") },
            count: Int(row.integer(1) ?? 0),
            newest: Timestamp(microseconds: row.integer(2) ?? 0), metrics: summaries)
    }
}

/// The runs of one group, as a search looks for them.
package struct RunGroupPlace: Sendable, Equatable {
    package var grouping: RunGrouping
    /// Nil for the runs that have no value.
    package var value: String?

    package init(_ grouping: RunGrouping, _ value: String?) {
        self.grouping = grouping
        self.value = value
    }

    /// Where it is something that conditions can say.
    var searchCondition: SearchCondition<RunField>? {
        let test = value.map { SearchTest.text(.equal, $0) } ?? .isMissing
        return switch grouping {
        case .parameter(let key): SearchCondition(.parameter(key), test)
        case .tag(let key): SearchCondition(.tag(key), test)
        case .dataset, .parent: nil
        }
    }

    /// Where it is not.
    var condition: SQLCondition? {
        switch grouping {
        case .parameter, .tag: nil
        case .parent: value.map { SQLCondition(text: "r.parent = ?", arguments: [.text($0)]) } ?? SQLCondition(text: "r.parent IS NULL")
        case .dataset:
            if let value {
                SQLCondition(
                    text: "EXISTS (SELECT 1 FROM run_input i WHERE i.run = r.number AND i.dataset = ?)", arguments: [SQLValue(Int(value) ?? -1)])
            } else {
                SQLCondition(text: "NOT EXISTS (SELECT 1 FROM run_input i WHERE i.run = r.number)")
            }
        }
    }
}
