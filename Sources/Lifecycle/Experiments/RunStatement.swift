internal import Database

/// The statement that a search of runs comes to.
struct RunStatement {
    /// What a run has of the metric that leads the order.
    enum Part: CaseIterable { case number, notANumber, nothing }

    /// What is gone through, and what is only looked up for each run of that.
    enum Plan {
        /// The runs that a condition finds, whichever the database takes for the best; what is found is sorted.
        case conditionsFirst
        /// The runs in their order, until there are enough.
        case orderFirst
        /// The values of a metric in their order, until there are enough.
        case along(Int, Part)
    }

    private var start = "run r"
    private var joins: [String] = []
    private(set) var joinArguments: [SQLValue] = []
    private var conditions: [String] = []
    private(set) var conditionArguments: [SQLValue] = []
    private var order: [String] = []
    private var orderJoins: [String] = []
    private(set) var orderArguments: [SQLValue] = []
    private let metrics: [String: Int]
    /// The database keeps to the order of tables that are joined crosswise.
    private let join: String

    init(_ search: RunSearch, metrics: [String: Int], plan: Plan) {
        self.metrics = metrics
        join = if case .conditionsFirst = plan { "JOIN" } else { "CROSS JOIN" }
        conditions = [
            "r.experiment IN (\(search.experiments.map(String.init).joined(separator: ", ")))", search.visibility.condition(on: "r.deleted"),
        ]
        var terms = search.query.order[...]
        if case .along(let metric, let part) = plan {
            follow(metric, part, isDescending: terms.first?.isDescending == true)
            terms = terms.dropFirst()
        }
        for condition in search.query.conditions { add(condition) }
        if let place = search.group {
            if let condition = place.searchCondition { add(condition) }
            if let condition = place.condition { add(condition) }
        }
        for (i, term) in zip(terms.indices, terms) { add(term, number: i) }
        order += ["r.started DESC", "r.id"]
    }

    /// In the order of their text's question marks; those of the order come after them.
    var arguments: [SQLValue] { joinArguments + conditionArguments }

    var selecting: String {
        "SELECT \(RunReader.columns) FROM \(([start] + joins + orderJoins).joined(separator: " ")) WHERE \(condition) "
            + "ORDER BY \(order.joined(separator: ", "))"
    }

    var counting: String { "SELECT count(*) FROM \(source) WHERE \(condition)" }

    /// The tables that the runs are found in, without those of the order.
    var source: String { ([start] + joins).joined(separator: " ") }

    /// What holds for the runs that are found.
    var condition: String { conditions.joined(separator: " AND ") }

    private mutating func follow(_ metric: Int, _ part: Part, isDescending: Bool) {
        switch part {
        case .number, .notANumber:
            start = "metric_latest lead CROSS JOIN run r ON r.number = lead.run"
            conditions.insert("lead.metric = \(metric) AND lead.value \(part == .number ? "<" : ">=") ''", at: 0)
            order.append("lead.value\(isDescending ? " DESC" : "")")
        case .nothing: conditions.append("NOT EXISTS (SELECT 1 FROM metric_latest l WHERE l.run = r.number AND l.metric = \(metric))")
        }
    }

    // MARK: - Conditions

    private mutating func add(_ condition: SearchCondition<RunField>) {
        switch condition.field {
        case .metric(let name): addMetric(name, condition.test)
        case .parameter(let key): addPair("run_parameter", key, condition.test)
        case .tag(let key): addPair("run_tag", key, condition.test)
        case .datasetName: addDataset("d.name", condition.test)
        case .datasetDigest: addDataset("d.digest", condition.test)
        case .datasetTag(let key): addDataset("json_extract(i.tags, ?)", condition.test, [.text("$.\"\(key)\"")])
        default: add(condition.test.condition(on: RunStatement.expression(of: condition.field)))
        }
    }

    private mutating func add(_ condition: SQLCondition) {
        conditions.append(condition.text)
        conditionArguments += condition.arguments
    }

    private mutating func addMetric(_ name: String, _ test: SearchTest) {
        guard let metric = metrics[name] else { return conditions.append(test == .isMissing ? "1" : "0") }
        let exists = "(SELECT 1 FROM metric_latest l WHERE l.run = r.number AND l.metric = \(metric)"
        switch test {
        case .exists: conditions.append("EXISTS \(exists))")
        case .isMissing: conditions.append("NOT EXISTS \(exists))")
        default:
            let alias = "c\(joins.count)"
            let condition = test.condition(on: "\(alias).value")
            joins.append("\(join) metric_latest \(alias) ON \(alias).run = r.number AND \(alias).metric = \(metric) AND \(condition.text)")
            joinArguments += condition.arguments
        }
    }

    private mutating func addPair(_ table: String, _ key: String, _ test: SearchTest) {
        switch test {
        case .exists, .isMissing:
            let not = test == .isMissing ? "NOT " : ""
            add(SQLCondition(text: "\(not)EXISTS (SELECT 1 FROM \(table) p WHERE p.run = r.number AND p.key = ?)", arguments: [.text(key)]))
        default:
            let alias = "c\(joins.count)"
            let condition = test.condition(on: "\(alias).value", indexedPrefix: "substr(\(alias).value, 1, 64)")
            joins.append("\(join) \(table) \(alias) ON \(alias).run = r.number AND \(alias).key = ? AND \(condition.text)")
            joinArguments += [.text(key)] + condition.arguments
        }
    }

    private mutating func addDataset(_ expression: String, _ test: SearchTest, _ arguments: [SQLValue] = []) {
        let condition = test.condition(on: expression)
        let select = "SELECT 1 FROM run_input i JOIN logged_dataset d ON d.id = i.dataset WHERE i.run = r.number AND \(condition.text)"
        add(SQLCondition(text: "EXISTS (\(select))", arguments: arguments + condition.arguments))
    }

    /// The runs that a condition finds by an index; nil where there is none for it.
    static func probe(_ condition: SearchCondition<RunField>, metrics: [String: Int]) -> SQLCondition? {
        switch (condition.field, condition.test) {
        case (_, .exists), (_, .isMissing): return nil
        case (.metric(let name), .number(let comparison, _)) where comparison != .unequal:
            guard let metric = metrics[name] else { return nil }
            let test = condition.test.condition(on: "value")
            return SQLCondition(text: "SELECT 1 FROM metric_latest WHERE metric = \(metric) AND \(test.text)", arguments: test.arguments)
        case (.parameter(let key), .text(.equal, let value)): return probe("run_parameter", key, value)
        case (.tag(let key), .text(.equal, let value)): return probe("run_tag", key, value)
        case (.id, .text(.equal, let id)): return SQLCondition(text: "SELECT 1 FROM run WHERE id = ?", arguments: [.text(id)])
        case (.id, .isIn(let ids)):
            return SQLCondition(
                text: "SELECT 1 FROM run WHERE id IN (\(ids.map { _ in "?" }.joined(separator: ", ")))", arguments: ids.map(SQLValue.text))
        default: return nil
        }
    }

    private static func probe(_ table: String, _ key: String, _ value: String) -> SQLCondition {
        SQLCondition(text: "SELECT 1 FROM \(table) WHERE key = ? AND substr(value, 1, 64) = substr(?, 1, 64)", arguments: [.text(key), .text(value)])
    }

    // MARK: - Order

    private mutating func add(_ term: SearchOrder<RunField>, number: Int) {
        let direction = term.isDescending ? " DESC" : ""
        let alias = "o\(number)"
        switch term.field {
        case .metric(let name):
            guard let metric = metrics[name] else { return }
            orderJoins.append("LEFT JOIN metric_latest \(alias) ON \(alias).run = r.number AND \(alias).metric = \(metric)")
            order += ["CASE WHEN \(alias).value IS NULL THEN 2 WHEN \(alias).value >= '' THEN 1 ELSE 0 END", "\(alias).value\(direction)"]
        case .parameter(let key), .tag(let key):
            let table = if case .tag = term.field { "run_tag" } else { "run_parameter" }
            order += [
                "(SELECT value FROM \(table) WHERE run = r.number AND key = ?) IS NULL",
                "(SELECT value FROM \(table) WHERE run = r.number AND key = ?)\(direction)",
            ]
            orderArguments += [.text(key), .text(key)]
        case .datasetName, .datasetDigest, .datasetTag: return
        default:
            let expression = RunStatement.expression(of: term.field)
            order += ["\(expression) IS NULL", "\(expression)\(direction)"]
        }
    }

    /// What a field of the run itself is in the statement.
    private static func expression(of field: RunField) -> String {
        switch field {
        case .id: "r.id"
        case .name: "r.name"
        case .status: "CASE r.status WHEN 'interrupted' THEN 'failed' ELSE r.status END"
        case .user: "r.claimed_user"
        case .started: "r.started"
        case .ended: "r.ended"
        case .artifacts(let root): artifacts(root)
        default: "NULL"
        }
    }

    private static func artifacts(_ root: String) -> String {
        let quoted = root.replacing("'", with: "''")
        return "((SELECT coalesce(e.artifacts, '\(quoted)' || e.id) FROM experiment e WHERE e.id = r.experiment) || '/' || r.id || '/artifacts')"
    }
}
