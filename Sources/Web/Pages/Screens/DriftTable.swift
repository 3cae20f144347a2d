import Support

/// Drift of every column, the drifted ones first.
struct DriftTable {
    let drift: DriftView?

    /// How many columns stand in the open; the rest unfolds.
    private static let openColumns = 40

    var html: HTML {
        guard let drift, !drift.columns.isEmpty else {
            return section("drift", "Drift", emptyState("Nothing has been compared with the training data yet.", command: "martlet monitor drift"))
        }
        let sorted = drift.columns.filter(\.drifted) + drift.columns.filter { !$0.drifted }
        let open = Array(sorted.prefix(DriftTable.openColumns))
        let rest = Array(sorted.dropFirst(DriftTable.openColumns))
        let more: HTML = rest.isEmpty ? "" : "<details><summary>\(Figure.count(rest.count, "more column"))</summary>\(table(rest))</details>"
        return section("drift", "Drift", aside: HistogramLegend().html, "\(summary(drift))\(table(open))\(more)\(notKept(drift))")
    }

    private func summary(_ drift: DriftView) -> HTML {
        let count = drift.columns.count { $0.drifted }
        let sign = count == 0 ? badge("good", "✓", "no drift") : badge("warn", "!", "drift")
        let sentence =
            count == 0
            ? "None of \(Figure.count(drift.columns.count, "column")) drifted"
            : "\(Figure.count(count)) of \(Figure.count(drift.columns.count, "column")) drifted"
        return """
            <p>\(sign) \(sentence). <span class="meta">\(Figure.count(drift.rows, "prediction")) from \(moment(drift.from)) to \(moment(drift.to)) against the \(isolated(drift.reference)).\(pictured(drift))</span></p>
            """
    }

    private func notKept(_ drift: DriftView) -> HTML {
        guard !drift.notKept.isEmpty else { return "" }
        return "<p class=\"note\">Not compared, as the log hashes them or leaves them out: \(isolated(drift.notKept.joined(separator: ", ")))</p>"
    }

    private func pictured(_ drift: DriftView) -> String {
        guard let rows = drift.picturedRows, drift.columns.contains(where: { $0.histogram != nil }) else { return "" }
        return " Pictures: the newest \(Figure.count(rows, "prediction"))."
    }

    private func table(_ columns: [DriftView.Column]) -> HTML {
        """
        <div class="scroll" tabindex="0" role="group" aria-label="Drift by column"><table class="drift">
        <thead><tr><th scope="col"><span class="sr">verdict</span></th><th scope="col">column</th><th scope="col">training against now</th>\
        <th scope="col">method</th><th scope="col" class="number">statistic</th><th scope="col" class="number">threshold</th>\
        <th scope="col" class="number">p</th></tr></thead>
        <tbody>
        \(columns.map(row))
        </tbody></table></div>
        """
    }

    private func row(_ column: DriftView.Column) -> HTML {
        let histogram = column.histogram.flatMap { HistogramChart($0, subject: column.name, width: 180, height: 36, detailed: false).html }
        return """
            <tr class="\(column.drifted ? "drifted" : "steady")"><td>\(column.drifted ? badge("warn", "!", "drifted") : badge("good", "✓", "steady"))</td>\
            <th scope="row">\(isolated(column.name))</th><td>\(histogram ?? "")</td><td>\(method(column.method))</td>\
            <td class="number">\(Figure.metric(column.statistic))</td><td class="number">\(Figure.metric(column.threshold))</td>\
            <td class="number">\(probability(column.pValue))</td></tr>
            """
    }

    private func probability(_ value: Double?) -> String {
        guard let value, value.isFinite else { return "" }
        return value < 0.0001 ? "< 0.0001" : Figure.fixed(value, 4)
    }

    private func method(_ name: String) -> HTML {
        switch name {
        case "psi": "PSI"
        case "ks": "Kolmogorov–Smirnov"
        case "jensen_shannon": "Jensen–Shannon"
        case "chi_square": "chi-square"
        default: isolated(name)
        }
    }
}
