import Support

/// The columns of a dataset as two tables, of numbers and of everything else, after the manner of Facets Overview. Links order them, so that no script is needed.
struct ColumnTables {
    let view: DatasetVersionView
    let request: DatasetRequest

    var html: HTML {
        guard !view.columns.isEmpty else { return section("columns", "Columns", emptyState("There is no profile of this version.")) }
        let found = request.chosen(of: view.columns)
        let shown = found.dropFirst(request.from).prefix(DatasetRequest.count)
        let numeric = shown.filter { $0.numbers != nil }
        let others = shown.filter { $0.numbers == nil }
        let content: HTML =
            shown.isEmpty
            ? emptyState("No column fits.")
            : "\(table("numbers", "Numbers and times", numeric, ColumnTables.numericHeads, numericCells))\(table("values", "Texts and values", others, ColumnTables.otherHeads, otherCells))"
        return section("columns", "Columns", aside: aside, "\(finder)\(content)\(pager(found.count))")
    }

    private var aside: HTML {
        guard let rows = view.sampledRows else { return "" }
        return "<p class=\"meta\">Quantiles of \(Figure.count(rows, "row")) that were drawn.</p>"
    }

    private var finder: HTML {
        let orders = [(ColumnOrder.odd, "what is odd"), (.place, "their place"), (.name, "name"), (.missing, "missing values")].map {
            link($0, $1, isCurrent: request.order == $0)
        }
        guard view.columns.count > ColumnTables.fewColumns else { return "<p class=\"meta orders\">By \(orders)</p>" }
        let hidden = request.fields.filter { $0.name == "sort" || $0.name == "reverse" }.map {
            "<input type=\"hidden\" name=\"\($0.name)\" value=\"\($0.value)\">" as HTML
        }
        return """
            <form class="search" action="\(PagePath.dataset(request.dataset))" method="get">\(hidden)
            <input type="search" name="find" value="\(request.find)" aria-label="A part of the name" placeholder="Column" maxlength="200">
            <button type="submit">Find</button></form>
            <p class="meta orders">By \(orders)</p>
            """
    }

    /// So many are seen at a glance.
    private static let fewColumns = 12

    private func link(_ order: ColumnOrder, _ title: HTML, isCurrent: Bool) -> HTML {
        "<a href=\"\(request.sorted(by: order).path)\"\(isCurrent ? " aria-current=\"true\"" : HTML.nothing)>\(title)</a>"
    }

    private func pager(_ count: Int) -> HTML {
        let next = request.from + DatasetRequest.count
        guard request.from > 0 || next < count else { return "" }
        let before: HTML =
            request.from > 0 ? "<a class=\"button\" href=\"\(request.starting(at: request.from - DatasetRequest.count).path)\">Before</a>" : ""
        let after: HTML = next < count ? "<a class=\"button\" href=\"\(request.starting(at: next).path)\">More</a>" : ""
        return """
            <p class="pager">\(before)\(after)<span class="meta">\(Figure.count(min(request.from + 1, count)))–\(Figure.count(min(next, count))) of \
            \(Figure.count(count, "column"))</span></p>
            """
    }

    // MARK: Tables

    private struct Head {
        var title: HTML
        var order: ColumnOrder?
        var isNumber = true
    }

    private static let numericHeads = [
        Head(title: "column", order: .name, isNumber: false), Head(title: "distribution", isNumber: false), Head(title: "missing", order: .missing),
        Head(title: "distinct", order: .distinct), Head(title: "zeros", order: .zeros), Head(title: "mean", order: .mean),
        Head(title: "deviation", order: .deviation), Head(title: "least", order: .minimum), Head(title: "median", order: .median),
        Head(title: "greatest", order: .maximum),
    ]

    private static let otherHeads = [
        Head(title: "column", order: .name, isNumber: false), Head(title: "frequencies", isNumber: false), Head(title: "missing", order: .missing),
        Head(title: "distinct", order: .distinct), Head(title: "most frequent", isNumber: false), Head(title: "its share", order: .most),
        Head(title: "length", order: .length),
    ]

    private func table(
        _ id: String, _ title: HTML, _ columns: [ColumnProfileView], _ heads: [Head], _ cells: (ColumnProfileView) -> HTML
    ) -> HTML {
        guard !columns.isEmpty else { return "" }
        return """
            <h3 id="\(id)">\(title) <span class="meta">\(Figure.count(columns.count))</span></h3>
            <div class="scroll" tabindex="0" role="group" aria-labelledby="\(id)"><table class="profile">
            <thead><tr>\(heads.map(head))</tr></thead>
            \(columns.map { row($0, heads.count, cells($0)) })
            </table></div>
            """
    }

    private func row(_ column: ColumnProfileView, _ width: Int, _ cells: HTML) -> HTML {
        """
        <tbody><tr><th scope="row">\(isolated(column.name))\(label(column))</th>\
        <td>\(ColumnChart(column: column, width: 180, height: 40, detailed: false).html ?? "")</td>\(cells)</tr>
        <tr class="further"><td colspan="\(width)">\(further(column))</td></tr></tbody>
        """
    }

    private func head(_ head: Head) -> HTML {
        let kind: HTML = head.isNumber ? " class=\"number\"" : ""
        guard let order = head.order else { return "<th scope=\"col\"\(kind)>\(head.title)</th>" }
        let isCurrent = request.order == order
        let direction: HTML = order.ascends != request.isReversed ? "ascending" : "descending"
        return """
            <th scope="col"\(kind)\(isCurrent ? " aria-sort=\"\(direction)\"" : HTML.nothing)>\(link(order, head.title, isCurrent: false))</th>
            """
    }

    private func label(_ column: ColumnProfileView) -> HTML {
        " <small>\(column.kind)\(column.role == "feature" || column.role.isEmpty ? "" : ", \(column.role)")</small>"
    }

    private func numericCells(_ column: ColumnProfileView) -> HTML {
        guard let numbers = column.numbers else { return "" }
        let zeros = column.isTime ? "" : Figure.percent(Double(numbers.zeros) / Double(max(1, column.count)))
        return """
            \(missing(column))\(distinct(column))<td class="number">\(zeros)</td><td class="number">\(column.figure(numbers.mean))</td>\
            <td class="number">\(column.spread(numbers.deviation))</td><td class="number">\(column.figure(numbers.minimum))</td>\
            <td class="number">\(column.figure(numbers.median))</td><td class="number">\(column.figure(numbers.maximum))</td>
            """
    }

    private func otherCells(_ column: ColumnProfileView) -> HTML {
        let top = column.top.first
        let share = top.map { Figure.percent(Double($0.count) / Double(max(1, column.count))) } ?? "–"
        return """
            \(missing(column))\(distinct(column))<td class="value-text">\(top.map { isolated(String($0.value.prefix(60))) } ?? "–")</td>\
            <td class="number">\(share)</td><td class="number">\(column.meanLength.map { Figure.short($0) } ?? "–")</td>
            """
    }

    private func missing(_ column: ColumnProfileView) -> HTML {
        "<td class=\"number\(column.missingShare >= 0.1 ? " much" : "")\">\(Figure.percent(column.missingShare))</td>"
    }

    private func distinct(_ column: ColumnProfileView) -> HTML {
        "<td class=\"number\">\(column.distinctIsExact ? "" : "≈ ")\(Figure.count(column.distinct))</td>"
    }

    // MARK: What unfolds

    /// How long the texts of a column are; nothing where all are of one length.
    private func lengths(_ column: ColumnProfileView) -> HTML {
        guard let lengths = column.lengths else { return "" }
        let view = ColumnProfileView(
            "length of \(column.name)", kind: "integer", role: "", count: column.count, missing: 0, distinct: 0, numbers: lengths)
        guard let chart = ColumnChart(column: view, width: 420, height: 110, detailed: true).html else { return "" }
        return "<figure><figcaption class=\"meta\">length in characters</figcaption>\(chart)</figure>"
    }

    private func further(_ column: ColumnProfileView) -> HTML {
        let alerts = column.alerts.map { "\(badge("warn", "!", "stands out")) \(isolated($0))" as HTML }
        let chart = ColumnChart(column: column, width: 420, height: 150, detailed: true).html
        let values = column.top.map { frequent -> HTML in
            "<div><dt>\(isolated(String(frequent.value.prefix(80))))</dt><dd>\(Figure.count(frequent.count))</dd></div>"
        }
        return """
            <details><summary>\(alerts.isEmpty ? ["more"] : alerts)</summary>
            <div class="unfolded">\(chart ?? "")\(lengths(column))<dl class="facts">\(factRows(column.facts))</dl>\
            \(values.isEmpty ? HTML.nothing : "<dl class=\"facts\">\(values)</dl>")</div></details>
            """
    }
}
