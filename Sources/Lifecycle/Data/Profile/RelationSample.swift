import DuckDB
import Support
import Tables

/// The rows of a relation that are looked at one by one: all of a small one, a random part of a large one.
struct RelationSample {
    /// The table that holds the rows, as it stands after FROM.
    let relation: String
    /// How many rows the relation has.
    let relationRows: Int
    /// How many rows the sample has.
    let rowCount: Int

    /// Up to this many rows, all are used.
    static let wholeLimit = 100_000
    /// About as many rows are drawn of a larger relation: a quantile of theirs is within 0.5 % of its rank, 97 times in 100.
    static let size = 50_000

    var isWhole: Bool { rowCount == relationRows }

    /// Draws every row with equal probability and a fixed seed, so that the same rows in the same order give the same sample.
    /// - Parameter relation: what stands after FROM.
    static func with<Value>(
        _ relation: String, in engine: DuckDB, _ body: (RelationSample) throws(MartletError) -> Value
    ) throws(MartletError) -> Value {
        let rows = try Answer(engine, "SELECT count(*) FROM \(relation)").count(0, 0)
        guard rows > wholeLimit else { return try body(RelationSample(relation: relation, relationRows: rows, rowCount: rows)) }
        let percent = 100 * Double(size) / Double(rows)
        return try ScratchTable.with("SELECT * FROM \(relation) USING SAMPLE \(percent)% (bernoulli, 7)", in: engine) { (table) throws(MartletError) in
            let drawn = try Answer(engine, "SELECT count(*) FROM \(table)").count(0, 0)
            return try body(RelationSample(relation: table, relationRows: rows, rowCount: drawn))
        }
    }
}

/// An answer of the engine, read by position.
struct Answer {
    private let columns: [[Double]]
    private let texts: [[String?]]
    let rowCount: Int

    init(_ engine: DuckDB, _ sql: String) throws(MartletError) {
        let table = try engine.query(sql)
        rowCount = table.rowCount
        columns = table.columns.map { $0.numbers ?? [] }
        texts = table.columns.map { column in
            guard let text = column.text else { return [] }
            return (0..<text.codes.count).map { text[$0] }
        }
    }

    /// A number; nil where it is missing or the column holds text.
    func number(_ row: Int, _ column: Int) -> Double? {
        guard columns.indices.contains(column), columns[column].indices.contains(row), !columns[column][row].isNaN else { return nil }
        return columns[column][row]
    }

    /// A whole number; 0 where it is missing.
    func count(_ row: Int, _ column: Int) -> Int { number(row, column).flatMap { Int(exactly: $0.rounded()) } ?? 0 }

    /// A text; empty where it is missing.
    func text(_ row: Int, _ column: Int) -> String {
        guard texts.indices.contains(column), texts[column].indices.contains(row) else { return "" }
        return texts[column][row] ?? ""
    }
}

extension Array {
    /// The elements in runs of at most `size`.
    func runs(of size: Int) -> [ArraySlice<Element>] {
        stride(from: 0, to: count, by: Swift.max(1, size)).map { self[$0..<Swift.min($0 + size, count)] }
    }
}
