package import Support
import Tables

/// An answer of the engine, read by position.
package struct Answer {
    private let columns: [[Double]]
    private let texts: [[String?]]
    package let rowCount: Int

    package init(_ engine: DuckDB, _ sql: String) throws(MartletError) {
        let table = try engine.query(sql)
        rowCount = table.rowCount
        columns = table.columns.map { $0.numbers ?? [] }
        texts = table.columns.map { column in
            guard let text = column.text else { return [] }
            return (0..<text.codes.count).map { text[$0] }
        }
    }

    /// A number; nil where it is missing or the column holds text.
    package func number(_ row: Int, _ column: Int) -> Double? {
        guard columns.indices.contains(column), columns[column].indices.contains(row), !columns[column][row].isNaN else { return nil }
        return columns[column][row]
    }

    /// A whole number; 0 where it is missing.
    package func count(_ row: Int, _ column: Int) -> Int { number(row, column).flatMap { Int(exactly: $0.rounded()) } ?? 0 }

    /// A text; empty where it is missing.
    package func text(_ row: Int, _ column: Int) -> String {
        guard texts.indices.contains(column), texts[column].indices.contains(row) else { return "" }
        return texts[column][row] ?? ""
    }
}
