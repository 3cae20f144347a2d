package import DuckDB
package import Support

/// The rows of a relation that are looked at one by one: all of a small one, a random part of a large one.
package struct RelationSample {
    /// The table that holds the rows, as it stands after FROM.
    package let relation: String
    /// How many rows the relation has.
    package let relationRows: Int
    /// How many rows the sample has.
    package let rowCount: Int

    /// Up to this many rows, all are used.
    package static let wholeLimit = 100_000
    /// About as many rows are drawn of a larger relation: a quantile of theirs is within 0.5 % of its rank, 97 times in 100.
    package static let size = 50_000

    package var isWhole: Bool { rowCount == relationRows }

    /// Draws every row with equal probability and a fixed seed, so that the same rows in the same order give the same sample.
    /// - Parameter relation: what stands after FROM.
    package static func with<Value>(
        _ relation: String, in engine: DuckDB, _ body: (RelationSample) throws(MartletError) -> Value
    ) throws(MartletError) -> Value {
        let rows = try Answer(engine, "SELECT count(*) FROM \(relation)").count(0, 0)
        guard rows > wholeLimit else { return try body(RelationSample(relation: relation, relationRows: rows, rowCount: rows)) }
        let percent = 100 * Double(size) / Double(rows)
        return try ScratchTable.with("SELECT * FROM \(relation) USING SAMPLE \(percent)% (bernoulli, 7)", in: engine) {
            (table) throws(MartletError) in
            let drawn = try Answer(engine, "SELECT count(*) FROM \(table)").count(0, 0)
            return try body(RelationSample(relation: table, relationRows: rows, rowCount: drawn))
        }
    }
}
