import DuckDB
import Support

/// How often every value occurs: a table of columns `i` (position of the column), `v` (value), `n` (rows).
package struct ValueCounts {
    let engine: DuckDB
    let table: String

    /// Counts in a table in long form.
    package static func counting(_ long: String) -> String { "SELECT i, v, count(*) AS n FROM \(long) GROUP BY i, v" }

    /// Counts the values of single columns, given by position, in a whole relation.
    static func counting(_ columns: [(position: Int, expression: String)], in relation: String) -> String {
        columns.map { column in
            "SELECT \(column.position) AS i, v, count(*) AS n FROM (SELECT \(column.expression) AS v FROM \(relation)) WHERE v IS NOT NULL GROUP BY v"
        }.joined(separator: " UNION ALL ")
    }

    /// How often the values that `candidates` (columns `i`, `v`) lists occur in a whole relation.
    static func counting(_ columns: [(position: Int, expression: String)], in relation: String, among candidates: String) -> String {
        columns.map { column in
            """
            SELECT \(column.position) AS i, v, count(*) AS n FROM (SELECT \(column.expression) AS v FROM \(relation))
            WHERE v IN (SELECT v FROM \(candidates) WHERE i = \(column.position)) GROUP BY v
            """
        }.joined(separator: " UNION ALL ")
    }

    /// The number of different values of every column that has one.
    func distinct() throws(MartletError) -> [Int: Int] {
        let answer = try Answer(engine, "SELECT i, count(*) FROM \(table) GROUP BY i")
        return Dictionary((0..<answer.rowCount).map { (answer.count($0, 0), answer.count($0, 1)) }) { first, _ in first }
    }

    /// A SELECT of the most frequent values of every column, columns `i`, `v`, `n`; of equally frequent ones the smaller.
    func top(_ limit: Int, where condition: String) -> String {
        "SELECT i, v, n FROM \(table) WHERE \(condition) QUALIFY row_number() OVER (PARTITION BY i ORDER BY n DESC, v) <= \(limit)"
    }

    /// The most frequent values of every column, most frequent first.
    func topTexts(where condition: String) throws(MartletError) -> [Int: [ValueCount]] {
        let answer = try Answer(engine, "SELECT i, left(v, 200), n FROM (\(top(20, where: condition))) AS top ORDER BY i, n DESC, v")
        var lists: [Int: [ValueCount]] = [:]
        for row in 0..<answer.rowCount { lists[answer.count(row, 0), default: []].append(ValueCount(answer.text(row, 1), answer.count(row, 2))) }
        return lists
    }

    /// How often the most frequent values of every column occur, in falling order.
    func ranks(_ limit: Int) throws(MartletError) -> [Int: [Int]] {
        let answer = try Answer(engine, "SELECT i, n FROM (\(top(limit, where: "true"))) AS top ORDER BY i, n DESC")
        var lists: [Int: [Int]] = [:]
        for row in 0..<answer.rowCount { lists[answer.count(row, 0), default: []].append(answer.count(row, 1)) }
        return lists
    }

    /// As `topTexts`, of numbers.
    func topNumbers(where condition: String) throws(MartletError) -> [Int: [(value: Double, count: Int)]] {
        let answer = try Answer(engine, "SELECT i, v, n FROM (\(top(20, where: condition))) AS top ORDER BY i, n DESC, v")
        var lists: [Int: [(value: Double, count: Int)]] = [:]
        for row in 0..<answer.rowCount {
            guard let value = answer.number(row, 1) else { continue }
            lists[answer.count(row, 0), default: []].append((value, answer.count(row, 2)))
        }
        return lists
    }

    /// The condition that a row belongs to one of these columns.
    static func isOne(of positions: some Sequence<Int>) -> String {
        let list = positions.map(String.init)
        return list.isEmpty ? "false" : "i IN (\(list.joined(separator: ", ")))"
    }
}
