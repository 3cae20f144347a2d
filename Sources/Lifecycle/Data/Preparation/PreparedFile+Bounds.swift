package import DuckDB
package import Support
package import Tables

/// What the values of a column lie between, over a whole file.
package struct ColumnBounds: Sendable, Equatable {
    package var rows: Int
    package var missing: Int
    /// Nil for texts and moments in time, and where every value is missing.
    package var range: ClosedRange<Double>?
    /// Each text with its rows; nil for numbers, and where there are too many texts.
    package var texts: [String: Int]?
}

extension PreparedFile {
    /// The bounds of columns of a file. An empty text is a missing one.
    /// - Parameter mostTexts: how many different texts are told.
    package static func bounds(
        _ path: String, of columns: [Column], mostTexts: Int, engine: DuckDB
    ) throws(MartletError) -> [ColumnBounds] {
        var all: [ColumnBounds] = []
        let nothing = "SELECT NULL::DOUBLE AS low, NULL::DOUBLE AS high"
        for column in columns {
            let name = SQL.name(column.name)
            if column.kind == .timestamp {
                all.append(try bounds(path, column, nothing, engine))
            } else if column.kind.isNumeric {
                let sql = "SELECT min(\(name))::DOUBLE AS low, max(\(name))::DOUBLE AS high"
                all.append(try bounds(path, column, sql, engine))
            } else {
                var found = try bounds(path, column, nothing, engine)
                found.texts = try texts(path, name, most: mostTexts, engine)
                all.append(found)
            }
        }
        return all
    }

    private static func bounds(_ path: String, _ column: Column, _ select: String, _ engine: DuckDB) throws(MartletError) -> ColumnBounds {
        let name = SQL.name(column.name)
        let present = column.kind.isNumeric ? "count(\(name))" : "count(*) FILTER (WHERE \(name) <> '')"
        let found = try engine.query("\(select), count(*)::DOUBLE AS n, (\(present))::DOUBLE AS present FROM read_parquet(\(SQL.text(path)))")
        func number(_ name: String) -> Double { found[name]?.numbers?.first ?? .nan }
        let (low, high, rows) = (number("low"), number("high"), number("n"))
        return ColumnBounds(rows: Int(rows), missing: Int(rows - number("present")), range: low <= high ? low...high : nil)
    }

    private static func texts(_ path: String, _ name: String, most: Int, _ engine: DuckDB) throws(MartletError) -> [String: Int]? {
        let sql = "SELECT \(name) AS v, count(*)::DOUBLE AS n FROM read_parquet(\(SQL.text(path))) WHERE \(name) <> '' GROUP BY 1 LIMIT \(most + 1)"
        let found = try engine.query(sql)
        guard found.rowCount <= most, let texts = found["v"]?.text, let counts = found["n"]?.numbers else { return nil }
        return Dictionary((0..<found.rowCount).compactMap { row in texts[row].map { ($0, Int(counts[row])) } }) { first, _ in first }
    }
}
