import DuckDB
import Support
import Tables

/// Collects the aggregates that expectations need, so that one statement answers all of them: one scan of the rows, and for what depends on
/// distinct values one grouping of the column, whose few groups are tested instead of all rows.
struct ValidationScan {
    /// Where an answer will stand.
    struct Handle: Hashable {
        fileprivate var alias: String
    }

    /// A grouping of columns by value, within the rows of a condition.
    private struct Grouping: Hashable {
        var columns: [String]
        var condition: String?
    }

    let relation: String
    private var rowAggregates: [String] = []
    private var groupings: [Grouping] = []
    private var groupAggregates: [[String]] = []

    init(relation: String) { self.relation = relation }

    /// Asks for an aggregate over rows.
    /// - Parameter condition: the rows that count; nil is all.
    mutating func rows(_ aggregate: String, where condition: String? = nil) -> Handle {
        let sql = condition.map { "\(aggregate) FILTER (WHERE \($0))" } ?? aggregate
        let i = rowAggregates.firstIndex(of: sql) ?? rowAggregates.count
        if i == rowAggregates.count { rowAggregates.append(sql) }
        return Handle(alias: "r\(i)")
    }

    /// Asks for an aggregate over the distinct values of columns: `v` (or `v0`, `v1`, ... where there are several), each `n` times there.
    mutating func groups(of columns: [String], where condition: String?, _ aggregate: String) -> Handle {
        let grouping = Grouping(columns: columns, condition: condition)
        let i = groupings.firstIndex(of: grouping) ?? groupings.count
        if i == groupings.count {
            groupings.append(grouping)
            groupAggregates.append([])
        }
        let k = groupAggregates[i].firstIndex(of: aggregate) ?? groupAggregates[i].count
        if k == groupAggregates[i].count { groupAggregates[i].append(aggregate) }
        return Handle(alias: "g\(i)_\(k)")
    }

    /// The query of a grouping's values, for lists of what was not expected.
    static func values(of columns: [String], in relation: String, where condition: String?) -> String {
        let names = columns.count == 1 ? ["v"] : columns.indices.map { "v\($0)" }
        let list = zip(columns, names).map { "\(SQL.name($0)) AS \($1)" }.joined(separator: ", ")
        return "SELECT \(list), count(*) AS n FROM \(relation)\(condition.map { " WHERE \($0)" } ?? "") GROUP BY \(names.joined(separator: ", "))"
    }

    /// The answers by handle.
    func run(_ engine: DuckDB) throws(MartletError) -> Answers {
        var answers: [String: Column] = [:]
        let step = 400
        for start in stride(from: 0, to: max(1, rowAggregates.count), by: step) {
            let rows = rowAggregates.enumerated().dropFirst(start).prefix(step).map { "\($1) AS r\($0)" }
            var sources = ["(SELECT \((["count(*) AS row_count"] + rows).joined(separator: ", ")) FROM \(relation))"]
            if start == 0 { sources += groupings.indices.map(groupingQuery) }
            let answer = try engine.query("SELECT * FROM \(sources.joined(separator: ", "))")
            for column in answer.columns { answers[column.name] = column }
        }
        return Answers(columns: answers)
    }

    private func groupingQuery(_ i: Int) -> String {
        let aggregates = groupAggregates[i].enumerated().map { "\($1) AS g\(i)_\($0)" }.joined(separator: ", ")
        return "(SELECT \(aggregates) FROM (\(ValidationScan.values(of: groupings[i].columns, in: relation, where: groupings[i].condition))))"
    }

    /// What the statement answered.
    struct Answers {
        fileprivate let columns: [String: Column]

        /// The rows of the table.
        var rowCount: Int { Int(columns["row_count"]?.numbers?.first ?? 0) }

        /// A number; nil where the aggregate is over no values.
        subscript(handle: Handle) -> Double? { columns[handle.alias]?.numbers?.first.flatMap { $0.isNaN ? nil : $0 } }

        /// A count; 0 where there is none.
        func count(_ handle: Handle) -> Int { Int(exactly: self[handle] ?? 0) ?? 0 }

        /// A value as JSON, of any kind.
        func value(_ handle: Handle) -> JSONValue { columns[handle.alias].map { $0.count > 0 ? $0.json(0) : .null } ?? .null }

        /// A list that the engine wrote as JSON.
        func list(_ handle: Handle) -> [JSONValue] {
            guard let text = columns[handle.alias]?.text?[0], let json = try? JSONValue(parsing: Array(text.utf8)) else { return [] }
            return json.elements
        }
    }
}
