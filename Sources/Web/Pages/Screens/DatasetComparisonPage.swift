import Support

/// Two versions of datasets side by side, column by column, the most shifted first.
package struct DatasetComparisonPage {
    let view: DatasetComparisonView

    package init(_ view: DatasetComparisonView) { self.view = view }

    /// How many columns stand in the open; the rest unfolds.
    private static let openColumns = 60

    package var page: Page {
        Frame(title: "\(view.first.name) and \(view.second.name)", section: .datasets).page(
            """
            <div class="title"><p class="crumb"><a href="\(PagePath.datasets)">Data</a></p>
            <h1>\(name(view.first)) and \(name(view.second))</h1>
            <p class="meta">\(Figure.count(view.first.rows, "row")) and \(Figure.count(view.second.rows, "row"))</p></div>
            \(own)
            \(section("shifts", "Columns", aside: legend, "\(summary)\(tables)"))
            """)
    }

    private func name(_ side: DatasetComparisonView.Side) -> HTML { "<a href=\"\(PagePath.dataset(side.name))\">\(isolated(side.name))</a>" }

    private var legend: HTML {
        "<p class=\"legend\"><span class=\"key reference\"></span>\(isolated(view.first.name))<span class=\"key current\"></span>\(isolated(view.second.name))</p>"
    }

    private var own: HTML {
        let lines = [view.first, view.second].filter { !$0.own.isEmpty }.map { side -> HTML in
            let names = side.own.prefix(30).joined(separator: ", ")
            return "<p class=\"note alone\">Only in \(isolated(side.name)): \(isolated(names))\(side.own.count > 30 ? ", …" : "")</p>"
        }
        return "\(lines)"
    }

    private var summary: HTML {
        let count = view.columns.count { $0.isShifted }
        let sign = count == 0 ? badge("good", "✓", "no shift") : badge("warn", "!", "shift")
        return """
            <p>\(sign) \(Figure.count(count)) of \(Figure.count(view.columns.count, "column")) shifted. <span class="meta">A shift is the greatest \
            difference between two shares: of rows below a bound, with one of some values, or without a value. It counts from 0.1 on, where chance \
            does not explain it.</span></p>
            """
    }

    private var tables: HTML {
        let rest = Array(view.columns.dropFirst(DatasetComparisonPage.openColumns))
        let more: HTML = rest.isEmpty ? "" : "<details><summary>\(Figure.count(rest.count, "more column"))</summary>\(table(rest))</details>"
        return "\(table(Array(view.columns.prefix(DatasetComparisonPage.openColumns))))\(more)"
    }

    private func table(_ columns: [DatasetComparisonView.Shift]) -> HTML {
        """
        <div class="scroll" tabindex="0" role="group" aria-labelledby="shifts-title"><table class="drift">
        <thead><tr><th scope="col"><span class="sr">verdict</span></th><th scope="col">column</th><th scope="col">distribution</th>\
        <th scope="col" class="number">shift</th><th scope="col" class="number">p</th><th scope="col">figures</th></tr></thead>
        <tbody>
        \(columns.map(row))
        </tbody></table></div>
        """
    }

    private func row(_ column: DatasetComparisonView.Shift) -> HTML {
        let chart = column.histogram.flatMap {
            HistogramChart($0, subject: column.name, width: 180, height: 36, detailed: false, reference: view.first.name).html
        }
        let figures = column.figures.map { "<span class=\"meta\">\($0.name)</span> \($0.value)" as HTML }
        let note: HTML = column.note.map { " <small>\(isolated($0))</small>" } ?? ""
        return """
            <tr class="\(column.isShifted ? "drifted" : "steady")"><td>\(column.isShifted ? badge("warn", "!", "shifted") : badge("good", "✓", "steady"))</td>\
            <th scope="row">\(isolated(column.name)) <small>\(column.kind)</small></th><td>\(chart ?? "")</td>\
            <td class="number">\(Figure.metric(column.shift))</td><td class="number">\(column.pValue.map { $0 < 0.0001 ? "< 0.0001" : Figure.fixed($0, 4) } ?? "")</td>\
            <td>\(figures)\(note)</td></tr>
            """
    }
}
