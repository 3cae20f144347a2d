import DuckDB
import Support
import Tables

/// Finds the first values that were not expected, and the most frequent ones.
struct UnexpectedExamples {
    let table: CheckedTable

    func add(_ unexpected: CompiledExpectation.Unexpected, to result: inout ExpectationResult) throws(MartletError) {
        let names = unexpected.columns.map(SQL.name).joined(separator: ", ")
        // Whole numbers are read as text, which keeps every digit.
        var shown: [String] = []
        for name in unexpected.columns { shown.append(try table.kind(of: name) == .integer ? "CAST(\(SQL.name(name)) AS VARCHAR)" : SQL.name(name)) }
        let list = shown.joined(separator: ", ")
        let rows = "(\(unexpected.source ?? table.numbered)) WHERE \(unexpected.condition)"
        let order = unexpected.source == nil ? "" : " ORDER BY martlet_row"
        let first = try table.engine.query("SELECT \(list), martlet_row FROM \(rows)\(order) LIMIT 20")
        result.partialUnexpected = try values(first, unexpected.columns, result.expectation.type.isPair)
        result.partialIndexes = (0..<first.rowCount).compactMap { Int(exactly: first.columns[unexpected.columns.count].numbers?[$0] ?? -1) }
        if result.unexpectedCount == first.rowCount {
            result.partialUnexpectedCounts = UnexpectedExamples.counts(result.partialUnexpected)
            return
        }
        let counts = try table.engine.query(
            "SELECT \(list), count(*) AS martlet_n FROM \(rows) GROUP BY \(names) ORDER BY martlet_n DESC, \(names) LIMIT 20")
        let values = try values(counts, unexpected.columns, result.expectation.type.isPair)
        result.partialUnexpectedCounts = values.enumerated().map { row, value in
            let count = Int(exactly: counts.columns[unexpected.columns.count].numbers?[row] ?? 0) ?? 0
            return ExpectationResult.ValueCount(value: value, count: count)
        }
    }

    /// Counts a few values: the most frequent first, then by the value.
    private static func counts(_ values: [JSONValue]) -> [ExpectationResult.ValueCount] {
        var counts: [ExpectationResult.ValueCount] = []
        for value in values {
            if let i = counts.firstIndex(where: { $0.value == value }) { counts[i].count += 1 } else { counts.append(.init(value: value, count: 1)) }
        }
        return counts.sorted { a, b in a.count == b.count ? ExpectationResult.precedes(a.value, b.value) : a.count > b.count }
    }

    /// Rows as JSON: the value itself of one column, a list of a pair, objects of several columns.
    private func values(_ rows: Table, _ names: [String], _ isPair: Bool) throws(MartletError) -> [JSONValue] {
        var isWhole: [Bool] = []
        for name in names { isWhole.append(try table.kind(of: name) == .integer) }
        func value(_ place: Int, _ row: Int) -> JSONValue {
            let column = rows.columns[place]
            if isWhole[place] { return ExpectationResult.whole(column.json(row)) ?? .null }
            guard column.kind == .number, let number = column.numbers?[row] else { return column.json(row) }
            return ExpectationResult.figure(number)
        }
        return (0..<rows.rowCount).map { row in
            let values = names.enumerated().map { ($1, value($0, row)) }
            if isPair { return .array(values.map(\.1)) }
            return names.count == 1 ? values[0].1 : .object(values.map { JSONValue.Member($0, $1) })
        }
    }
}
