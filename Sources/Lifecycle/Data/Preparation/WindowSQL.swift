import DuckDB
import Support
import Tables

/// The SQL of a window rule. No figure sees a row after its own.
struct WindowSQL {
    let window: WindowRule
    /// The columns of the rows.
    let columns: [TypedColumn]
    let target: String
    let place: SourcePlace?

    /// - Throws: `invalidInput` for columns that are not there, or are of a kind that does not fit.
    func check() throws(MartletError) {
        for name in window.by + [window.order] + window.figures.compactMap(\.column) { _ = try column(name) }
        let order = try column(window.order)
        guard order.kind != .text, order.kind != .boolean else {
            throw failure(
                "“\(order.name)” holds \(order.kind.rawValue) values; rows are ordered by times or numbers. Set “kind: timestamp” for the column.")
        }
        for (i, figure) in window.figures.enumerated() {
            let taken = columns.map(\.name) + window.figures[..<i].map(\.name)
            if taken.contains(where: { $0.lowercased() == figure.name.lowercased() }) {
                throw failure("There is a column “\(figure.name)” already. Choose another name.")
            }
            try check(figure, order)
        }
    }

    private func check(_ figure: WindowRule.Figure, _ order: TypedColumn) throws(MartletError) {
        if figure.isWithCurrent, figure.column == target {
            throw failure("“\(figure.name)” would tell the target of the row itself. Remove “current”.")
        }
        switch figure.reach {
        case .seconds where order.kind != .timestamp:
            throw failure("“\(order.name)” holds \(order.kind.rawValue) values: write “within” as a number, not as a duration.")
        case .span where order.kind == .timestamp:
            throw failure("“\(order.name)” holds times: write “within” as a duration, such as 30d.")
        default: break
        }
        guard let name = figure.column, [.mean, .sum, .std].contains(figure.function) else { return }
        let kind = try column(name).kind
        guard kind.isNumeric, kind != .timestamp else {
            throw failure("“\(figure.function.rawValue)” takes numbers; “\(name)” holds \(kind.rawValue) values.")
        }
    }

    private func column(_ name: String) throws(MartletError) -> TypedColumn {
        guard let found = columns.first(where: { $0.name == name }) else {
            throw failure("There is no column “\(name)”.\(didYouMean(name, among: columns.map(\.name)))")
        }
        return found
    }

    private func failure(_ sentence: String) -> MartletError { MartletError(.invalidInput, "The table rule “window”: \(sentence)", place: place) }

    /// The rows with the figures, in their order.
    func select(from table: String) -> String {
        let (order, id) = (SQL.name(window.order), "martlet_id")
        let partition = (window.by.map(SQL.name) + ["(\(order) IS NULL)"]).joined(separator: ", ")
        let added = window.figures.map { figure in
            "CASE WHEN \(order) IS NULL THEN NULL ELSE \(expression(figure, partition, order, id)) END AS \(SQL.name(figure.name))"
        }
        let rows = "SELECT *, rowid AS \(id) FROM \(SQL.name(table))"
        return "SELECT * EXCLUDE (\(id)) FROM (SELECT *, \(added.joined(separator: ", ")) FROM (\(rows))) ORDER BY \(id)"
    }

    private func expression(_ figure: WindowRule.Figure, _ partition: String, _ order: String, _ id: String) -> String {
        let column = figure.column.map(SQL.name) ?? "*"
        let over = "PARTITION BY \(partition) ORDER BY \(order)"
        if figure.function == .lag, case .rows(let rows) = figure.reach { return "lag(\(column), \(rows)) OVER (\(over), \(id))" }
        let call =
            switch figure.function {
            case .mean: "avg(CAST(\(column) AS DOUBLE))"
            case .sum: "sum(CAST(\(column) AS DOUBLE))"
            case .std: "stddev_samp(CAST(\(column) AS DOUBLE))"
            default: "\(figure.function.rawValue)(\(column))"
            }
        return "\(call) OVER (\(over)\(frame(figure, id)))"
    }

    private func frame(_ figure: WindowRule.Figure, _ id: String) -> String {
        let (before, end) = (figure.isWithCurrent ? 1 : 0, figure.isWithCurrent ? "CURRENT ROW" : "1 PRECEDING")
        if case .rows(let rows) = figure.reach { return ", \(id) ROWS BETWEEN \(rows - before) PRECEDING AND \(end)" }
        let start =
            switch figure.reach {
            case .all, .rows: "UNBOUNDED"
            case .seconds(let seconds): "INTERVAL '\(Int64(exactly: (seconds * 1e6).rounded()) ?? .max) microseconds'"
            case .span(let span): SQL.number(span)
            }
        return " RANGE BETWEEN \(start) PRECEDING AND CURRENT ROW EXCLUDE \(figure.isWithCurrent ? "TIES" : "GROUP")"
    }
}
