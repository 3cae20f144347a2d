package import Database

/// What a field is in a statement: an expression, with the arguments that stand in it.
package struct SearchColumn: Sendable {
    package var expression: String
    package var arguments: [SQLValue]

    package init(_ expression: String, _ arguments: [SQLValue] = []) {
        self.expression = expression
        self.arguments = arguments
    }
}

/// Searches a table by fields that each are one expression: for everything but runs, of which there are too many for that.
package struct ListSearch<Field: Sendable> {
    private let source: String
    private let column: (Field) -> SearchColumn

    /// - Parameters:
    ///   - source: what is selected from, with a condition that always holds: `experiment e WHERE e.deleted IS NULL`.
    ///   - column: what each field is.
    package init(_ source: String, column: @escaping (Field) -> SearchColumn) {
        self.source = source
        self.column = column
    }

    /// The rows of a page.
    /// - Parameters:
    ///   - arguments: of the source.
    ///   - tieBreak: the order of what the query leaves open.
    package func page(
        _ query: SearchQuery<Field>, selecting columns: String, arguments: [SQLValue] = [], tieBreak: String, offset: Int, limit: Int,
        in session: SQLSession
    ) throws -> SearchPage<SQLRow> {
        var text = "SELECT \(columns) FROM \(source)"
        var arguments = arguments
        for condition in query.conditions {
            let column = column(condition.field)
            let test = condition.test.condition(on: column.expression)
            text += " AND \(test.text)"
            arguments += (0..<test.uses).flatMap { _ in column.arguments } + test.arguments
        }
        var order: [String] = []
        for term in query.order {
            let column = column(term.field)
            order += ["\(column.expression) IS NULL", "\(column.expression)\(term.isDescending ? " DESC" : "")"]
            arguments += column.arguments + column.arguments
        }
        text += " ORDER BY \((order + [tieBreak]).joined(separator: ", ")) LIMIT ? OFFSET ?"
        let rows = try session.rowsOnce(text, arguments + [SQLValue(limit + 1), SQLValue(offset)])
        return SearchPage(items: Array(rows.prefix(limit)), hasMore: rows.count > limit)
    }
}
