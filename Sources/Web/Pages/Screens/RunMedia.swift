import Support

/// What a run logged beside numbers: pictures, histograms, tables.
struct RunMedia {
    let view: TrackedRunView

    private var run: RunRowView { view.run }

    var html: HTML { "\(images)\(histograms)\(tables)" }

    // MARK: - Pictures

    private var images: HTML {
        guard !view.images.isEmpty else { return "" }
        return section("images", "Pictures", "<div class=\"reels\">\(view.images.map(reel))</div>")
    }

    private func reel(_ series: ImageSeriesView) -> HTML {
        let further: HTML = series.further > 0 ? ", \(Figure.count(series.further)) more among the artifacts" : ""
        return """
            <figure class="reel"><figcaption>\(isolated(series.name)) <span class="meta">\(Figure.count(series.pictures.count, "picture"))\(further)</span></figcaption>
            <ol class="strip-of-pictures" tabindex="0" aria-label="pictures of \(series.name)">\(series.pictures.map { frame($0, series.name) })</ol></figure>
            """
    }

    private func frame(_ picture: ImageSeriesView.Picture, _ name: String) -> HTML {
        let shown = PagePath.picture(picture.small ?? picture.path, of: run.id, in: run.experiment)
        let path = PagePath.artifact(picture.path, of: run.id, in: run.experiment)
        return """
            <li data-step="\(String(picture.step))"><a href="\(path)"><img src="\(shown)" loading="lazy" alt="\(name) at step \(String(picture.step))">\
            <span class="meta">step \(Figure.count(Int(clamping: picture.step)))</span></a></li>
            """
    }

    // MARK: - Histograms

    private var histograms: HTML {
        guard !view.histograms.isEmpty else { return "" }
        let figures = view.histograms.map { series -> HTML in
            """
            <figure><figcaption><a href="\(PagePath.artifact(series.path, of: run.id, in: run.experiment))">\(isolated(series.name))</a> \
            <span class="meta">\(Figure.count(series.steps.count, "step"))</span></figcaption>
            \(RidgeChart(series: series).html)</figure>
            """
        }
        return section("histograms", "Histograms", aside: "<p class=\"meta\">the newest step in front</p>", "<div class=\"plots\">\(figures)</div>")
    }

    // MARK: - Tables

    private var tables: HTML {
        guard !view.tables.isEmpty else { return "" }
        let list = view.tables.enumerated().map { i, table -> HTML in
            """
            <h3 id="table-\(i)"><a href="\(PagePath.artifact(table.path, of: run.id, in: run.experiment))">\(isolated(table.path))</a></h3>
            \(LoggedTable(table: table, run: run, label: "table-\(i)").html)
            """
        }
        return section("tables", "Tables", "\(list)")
    }
}

/// A table that a run logged, or the beginning of it.
struct LoggedTable {
    let table: LoggedTableView
    let run: RunRowView
    /// Of the element that names it.
    let label: String

    private static let longest = 300

    var html: HTML {
        let isNumber = table.names.indices.map { i in
            table.rows.contains { $0.indices.contains(i) && $0[i].isNumber } && !table.rows.contains { $0.indices.contains(i) && $0[i].isText }
        }
        let head = zip(table.names, isNumber).map { "<th scope=\"col\"\($1 ? " class=\"number\"" : HTML.nothing)>\(isolated($0))</th>" as HTML }
        let body = table.rows.map { row -> HTML in
            "<tr>\(row.enumerated().map { cell($1, isNumber: isNumber.indices.contains($0) && isNumber[$0]) })</tr>"
        }
        return """
            <div class="scroll" tabindex="0" role="group" aria-labelledby="\(label)"><table class="runs data">
            <thead><tr>\(head)</tr></thead>
            <tbody>
            \(body)
            </tbody></table></div>
            \(table.isCut ? "<p class=\"note\">It goes on: this is its beginning.</p>" : HTML.nothing)
            """
    }

    private func cell(_ cell: LoggedTableView.Cell, isNumber: Bool) -> HTML {
        switch cell {
        case .none: "<td class=\"\(isNumber ? "number" : "meta")\">–</td>"
        case .number(let value): "<td class=\"number\">\(Figure.short(value))</td>"
        case .text(let text):
            "<td\(text.count > 60 ? " title=\"\(String(text.prefix(1000)))\"" : HTML.nothing)>\(isolated(String(text.prefix(Self.longest))))</td>"
        case .picture(let path):
            """
            <td><a href="\(PagePath.artifact(path, of: run.id, in: run.experiment))"><img class="small" src="\(PagePath.picture(path, of: run.id, in: run.experiment))" loading="lazy" alt="\(path)"></a></td>
            """
        }
    }
}

extension LoggedTableView.Cell {
    fileprivate var isNumber: Bool { if case .number = self { true } else { false } }
    fileprivate var isText: Bool {
        switch self {
        case .text, .picture: true
        case .none, .number: false
        }
    }
}
