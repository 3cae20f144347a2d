import DuckDB
import Support
import Tables

/// Collects the aggregates that expectations need, so that one statement answers all of them: one scan of the rows, and for what depends on
/// distinct values one grouping of the column, whose few groups are tested instead of all rows. Very wide tables take several statements.
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
    private var selections: [String] = []
    private var placeOfAggregate: [String: Int] = [:]
    private var placeOfGrouping: [Grouping: Int] = [:]

    init(relation: String) { self.relation = relation }

    /// Asks for an aggregate over rows.
    /// - Parameter condition: the rows that count; nil is all.
    mutating func rows(_ aggregate: String, where condition: String? = nil) -> Handle {
        let sql = condition.map { "\(aggregate) FILTER (WHERE \($0))" } ?? aggregate
        let i = placeOfAggregate[sql] ?? rowAggregates.count
        if i == rowAggregates.count {
            placeOfAggregate[sql] = i
            rowAggregates.append(sql)
        }
        return Handle(alias: "r\(i)")
    }

    /// Asks for an aggregate over the distinct values of columns: `v` (or `v0`, `v1`, ... where there are several), each `n` times there.
    mutating func groups(of columns: [String], where condition: String?, _ aggregate: String) -> Handle {
        let grouping = Grouping(columns: columns, condition: condition)
        let i = placeOfGrouping[grouping] ?? groupings.count
        if i == groupings.count {
            placeOfGrouping[grouping] = i
            groupings.append(grouping)
            groupAggregates.append([])
        }
        let k = groupAggregates[i].firstIndex(of: aggregate) ?? groupAggregates[i].count
        if k == groupAggregates[i].count { groupAggregates[i].append(aggregate) }
        return Handle(alias: "g\(i)_\(k)")
    }

    /// Asks for the answer of a SELECT of one row and one column of its own.
    mutating func selection(_ select: String) -> Handle {
        selections.append(select)
        return Handle(alias: "s\(selections.count - 1)")
    }

    /// The query of a grouping's values.
    static func values(of columns: [String], in relation: String, where condition: String?) -> String {
        let names = columns.count == 1 ? ["v"] : columns.indices.map { "v\($0)" }
        let list = zip(columns, names).map { "\(SQL.name($0)) AS \($1)" }.joined(separator: ", ")
        return "SELECT \(list), count(*) AS n FROM \(relation)\(condition.map { " WHERE \($0)" } ?? "") GROUP BY \(names.joined(separator: ", "))"
    }

    /// The answers by handle.
    func run(_ engine: DuckDB) throws(MartletError) -> Answers {
        var answers: [String: Column] = [:]
        let step = 400
        var sources: [String] = []
        for start in stride(from: 0, to: max(1, rowAggregates.count), by: step) {
            let rows = rowAggregates.enumerated().dropFirst(start).prefix(step).map { "\($1) AS r\($0)" }
            sources.append("(SELECT \((["count(*) AS row_count_\(start)"] + rows).joined(separator: ", ")) FROM \(relation))")
        }
        sources += groupings.indices.map(groupingQuery) + selections.enumerated().map { "(SELECT (\($1)) AS s\($0))" }
        // One statement for what a suite of usual size asks; a source of many aggregates stands alone.
        for part in sources.count <= 64 && rowAggregates.count <= step ? [sources] : sources.map({ [$0] }) {
            for column in try engine.query("SELECT * FROM \(part.joined(separator: ", "))").columns { answers[column.name] = column }
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
        var rowCount: Int { Int(exactly: columns["row_count_0"]?.numbers?.first ?? 0) ?? 0 }

        /// A number; nil where the aggregate is over no values. It may be infinite.
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
