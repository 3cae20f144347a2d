package import Database

/// Searches runs: compiled to one statement whose indexes do the work. Where the order is that of one metric, the index of its values is followed,
/// and runs without a value come behind.
package struct RunSearch: Sendable {
    package var experiments: [Int]
    package var visibility: Visibility
    package var query: SearchQuery<RunField>
    /// Only the runs of that group.
    package var group: RunGroupPlace?

    package init(
        experiments: [Int], visibility: Visibility = .active, query: SearchQuery<RunField> = SearchQuery(), group: RunGroupPlace? = nil
    ) {
        self.experiments = experiments
        self.visibility = visibility
        self.query = query
        self.group = group
    }

    /// A page of the runs that were found.
    package func page(offset: Int = 0, limit: Int, in session: SQLSession) throws -> SearchPage<TrackedRun> {
        guard !experiments.isEmpty, limit > 0 else { return SearchPage(items: [], hasMore: false) }
        let metrics = try metricNumbers(in: session)
        let runs: [TrackedRun]
        if try isSelective(metrics, in: session) {
            runs = try fetch(RunStatement(self, metrics: metrics, plan: .conditionsFirst), offset: offset, limit: limit + 1, in: session)
        } else if case .metric(let name)? = query.order.first?.field, let metric = metrics[name] {
            runs = try page(along: metric, metrics, offset: offset, limit: limit + 1, in: session)
        } else {
            runs = try fetch(RunStatement(self, metrics: metrics, plan: .orderFirst), offset: offset, limit: limit + 1, in: session)
        }
        return SearchPage(items: Array(runs.prefix(limit)), hasMore: runs.count > limit)
    }

    /// How many runs there are to be found.
    package func count(in session: SQLSession) throws -> Int {
        guard !experiments.isEmpty else { return 0 }
        let statement = RunStatement(self, metrics: try metricNumbers(in: session), plan: .conditionsFirst)
        var count = 0
        try session.scanOnce(statement.counting, statement.arguments) { count = Int($0.integer(0) ?? 0) }
        return count
    }

    // MARK: - Plans

    /// Up to so many runs it costs less to sort what a condition finds than to go through the order looking for it.
    private static let few = 5000

    /// Whether some condition by itself leaves few runs, of whatever experiment; counted no further than that.
    private func isSelective(_ metrics: [String: Int], in session: SQLSession) throws -> Bool {
        if group?.grouping == .parent, group?.value != nil { return true }
        for condition in query.conditions {
            guard let probe = RunStatement.probe(condition, metrics: metrics) else { continue }
            var count = 0
            let text = "SELECT count(*) FROM (\(probe.text) LIMIT \(RunSearch.few))"
            try session.scanOnce(text, probe.arguments) { count = Int($0.integer(0) ?? 0) }
            if count < RunSearch.few { return true }
        }
        return false
    }

    // MARK: - Along the values of a metric

    /// First the runs with a number, then those with NaN, then those without a value: in either direction.
    private func page(along metric: Int, _ metrics: [String: Int], offset: Int, limit: Int, in session: SQLSession) throws -> [TrackedRun] {
        var runs: [TrackedRun] = []
        var skipped = offset
        for part in RunStatement.Part.allCases {
            let statement = RunStatement(self, metrics: metrics, plan: .along(metric, part))
            let found = try fetch(statement, offset: skipped, limit: limit - runs.count, in: session)
            runs += found
            guard runs.count < limit else { break }
            if !found.isEmpty {
                skipped = 0
            } else if skipped > 0 {
                var before = 0
                try session.scanOnce(statement.counting, statement.arguments) { before = Int($0.integer(0) ?? 0) }
                skipped = max(0, skipped - before)
            }
        }
        return runs
    }

    // MARK: - Rows

    private func fetch(_ statement: RunStatement, offset: Int, limit: Int, in session: SQLSession) throws -> [TrackedRun] {
        var runs: [TrackedRun] = []
        let arguments = statement.arguments + statement.orderArguments + [SQLValue(limit), SQLValue(offset)]
        try session.scanOnce("\(statement.selecting) LIMIT ? OFFSET ?", arguments) { runs.append(RunReader.run($0)) }
        return runs
    }

    /// The numbers of the metrics that the query names; those that nobody has logged are missing.
    func metricNumbers(in session: SQLSession) throws -> [String: Int] {
        let fields = query.conditions.map(\.field) + query.order.map(\.field)
        var numbers: [String: Int] = [:]
        for case .metric(let name) in fields where numbers[name] == nil {
            numbers[name] = try MetricNames.number(of: name, in: session)
        }
        return numbers
    }
}
