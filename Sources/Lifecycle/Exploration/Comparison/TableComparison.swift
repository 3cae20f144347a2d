package import Support

/// How far the columns of one table lie from those of another, the most shifted first.
package struct TableComparison: Sendable {
    /// One of the two tables.
    package struct Side: Sendable, Equatable {
        package var name: String
        package var rows: Int
        /// The rows that were looked at.
        package var comparedRows: Int
        /// Columns that the other side does not have.
        package var own: [String] = []
    }

    package var first: Side
    package var second: Side
    /// The columns that both have: those that shifted, then by how far they did.
    package var columns: [ColumnShift]

    /// The columns that shifted, the most shifted first.
    package var shifted: [ColumnShift] { columns.filter(\.isShifted) }

    /// The comparison as `martlet data compare --json` prints it.
    package var json: JSONValue {
        let sides = [first, second].map { side -> JSONValue in
            [
                "name": .string(side.name), "rows": JSONValue(side.rows), "compared_rows": JSONValue(side.comparedRows),
                "own_columns": JSONValue(side.own),
            ]
        }
        return [
            "a": sides[0], "b": sides[1], "shifted": JSONValue(shifted.map(\.name)), "columns": .array(columns.map(\.json)),
        ]
    }
}
