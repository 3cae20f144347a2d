import Support

/// Some runs side by side: what they differ in, as a table and as charts.
package struct ComparisonPage {
    let view: ComparisonView

    package init(_ view: ComparisonView) { self.view = view }

    package var page: Page {
        Frame(title: "Comparison", section: .experiments, scripts: view.hasPlotly ? [PagePath.comparisonScript] : []).page(
            """
            <div class="title">
            <p class="crumb"><a href="\(PagePath.experiments)">Experiments</a> › \
            <a href="\(PagePath.experiment(view.experiment.id))">\(isolated(view.experiment.name))</a></p>
            <h1>Comparison</h1><p class="meta">\(Figure.count(view.runs.count, "run"))</p></div>
            \(view.runs.count < 2 ? tooFew : "\(parallel)\(tables)\(plots)")
            """)
    }

    private var tooFew: HTML {
        emptyState(
            "Tick at least two runs in <a href=\"\(PagePath.experiment(view.experiment.id))\">the table of the experiment</a>, then compare them.")
    }

    private var parallel: HTML {
        ParallelDrawing(runs: view.runs, fields: view.fields).html.map { section("parallel", "What leads to what", $0) } ?? ""
    }

    /// Where the script puts its charts.
    private var plots: HTML { view.hasPlotly ? "<div id=\"comparison\" data-plotly=\"\(PagePath.plotly)\"></div>" : "" }

    private var tables: HTML {
        let toggle: HTML =
            "<p class=\"meta\"><a href=\"\(view.path(showsAll: !view.showsAll))\">\(view.showsAll ? "only differences" : "what is the same too")</a></p>"
        let shown = view.fields.filter { view.showsAll || $0.differs }
        guard !shown.isEmpty else { return section("fields", "Values", aside: toggle, emptyState("These runs differ in nothing that was logged.")) }
        let head = view.runs.enumerated().map { self.head($0, $1) }
        let facts: HTML = """
            <tr><th scope="row">status</th>\(view.runs.map { "<td>\($0.standing.badge) \($0.standing.rawValue)</td>" as HTML })</tr>
            <tr><th scope="row">started</th>\(view.runs.map { "<td>\(moment($0.started))</td>" as HTML })</tr>
            <tr><th scope="row">took</th>\(view.runs.map { "<td>\($0.seconds.map(Figure.duration) ?? "–")</td>" as HTML })</tr>
            """
        return section(
            "fields", "Values", aside: toggle,
            """
            <div class="scroll" tabindex="0" role="group" aria-labelledby="fields-title"><table class="runs compared">
            <thead><tr><td></td>\(head)</tr></thead>
            <tbody>
            \(facts)
            \(shown.map(row))
            </tbody></table></div>
            """)
    }

    private func head(_ index: Int, _ run: RunRowView) -> HTML {
        """
        <th scope="col" data-run="\(run.title)"><svg width="14" height="10" aria-hidden="true"><path class="hue-\(index % 8)" d="M0 5h14" stroke-width="4"/></svg> \
        <a href="\(PagePath.run(run.id, in: run.experiment))">\(isolated(run.title))</a></th>
        """
    }

    private func row(_ field: ComparisonView.Field) -> HTML {
        let cells = field.cells.map { cell -> HTML in
            let value: HTML = cell.number.map { " data-value=\"\(String($0))\"" } ?? ""
            return "<td\(value)\(field.differs ? " class=\"differs\"" : HTML.nothing)\(cell.hint)>\(cell.short)</td>"
        }
        return "<tr data-column=\"\(field.column.text)\"><th scope=\"row\">\(field.column.title)</th>\(cells)</tr>"
    }
}

extension RunRowView.Cell {
    /// What a cell of a comparison says.
    fileprivate var short: HTML {
        switch self {
        case .none: "–"
        case .number(let value): HTML(Figure.metric(value))
        case .text(let text): isolated(String(text.prefix(80)))
        }
    }

    fileprivate var hint: HTML {
        switch self {
        case .none: ""
        case .number(let value): " title=\"\(String(value))\""
        case .text(let text): text.count > 30 ? " title=\"\(String(text.prefix(300)))\"" : ""
        }
    }
}
