/// A sample of a dataset's rows as points: two columns are the axes, a third gives the colour, a fourth one drawing for each of its groups.
package struct ScatterPage {
    let view: ScatterView
    let request: ScatterRequest

    package init(_ view: ScatterView, _ request: ScatterRequest) {
        self.view = view
        self.request = request
    }

    /// How many groups of rows have a drawing of their own, and a colour.
    private static let mostFacets = 6
    private static let mostColours = 8

    package var page: Page {
        let dataset = "\(view.name)@v\(view.version)"
        let sampled: HTML =
            view.sampled < view.rows
            ? "\(Figure.count(view.sampled)) of \(Figure.count(view.rows, "row")), spread over the whole" : "\(Figure.count(view.rows, "row"))"
        return Frame(title: "\(view.name) v\(view.version) as points", section: .datasets).page(
            """
            <div class="title"><p class="crumb"><a href="\(PagePath.datasets)">Data</a> <a href="\(PagePath.dataset(dataset))">\(isolated(view.name)) v\(view.version)</a></p>
            <h1>Rows as points</h1><p class="meta">\(sampled)</p></div>
            \(form)
            \(section("points", isolated(title), aside: legend, drawings))
            """)
    }

    private var title: String { "\(view.y.name) against \(view.x.name)" }

    private var form: HTML {
        """
        <form method="get" action="\(PagePath.scatter(request.dataset))" class="axes">
        \(choice("x", "across", view.x.name, allowsNone: false))
        \(choice("y", "upwards", view.y.name, allowsNone: false))
        \(choice("colour", "colour", view.colour?.name, allowsNone: true))
        \(choice("facet", "one drawing for each", view.facet?.name, allowsNone: true))
        <button type="submit" class="primary">Draw</button>
        </form>
        """
    }

    private func choice(_ name: String, _ title: String, _ chosen: String?, allowsNone: Bool) -> HTML {
        let none: HTML = allowsNone ? "<option value=\"\">none</option>" : ""
        let options = view.columns.map { "<option\($0 == chosen ? " selected" : HTML.nothing) value=\"\($0)\">\($0)</option>" as HTML }
        return "<label><span class=\"name\">\(title)</span><select name=\"\(name)\">\(none)\(options)</select></label>"
    }

    private var colours: PointGroups? { view.colour.map { PointGroups($0, most: ScatterPage.mostColours) } }

    private var legend: HTML {
        guard let colour = view.colour, let colours else { return "" }
        let keys = colours.names.enumerated().map { place, name -> HTML in
            "<span class=\"key dots \(ScatterChart.style(place, colours))\"></span>\(isolated(String(name.prefix(40))))"
        }
        return "<p class=\"legend\">\(isolated(colour.name)): \(keys)</p>"
    }

    private var drawings: HTML {
        let (x, y, colours) = (PointAxis(view.x), PointAxis(view.y), colours)
        guard let facet = view.facet else {
            return "<div class=\"facets one\">\(ScatterChart(x: x, y: y, rows: Array(0..<view.sampled), colours: colours, subject: title).html)</div>"
        }
        let groups = PointGroups(facet, most: ScatterPage.mostFacets)
        let drawings = groups.names.enumerated().map { place, name -> HTML in
            let rows = groups.groups.indices.filter { groups.groups[$0] == place }
            let chart = ScatterChart(x: x, y: y, rows: rows, colours: colours, subject: "\(title), \(facet.name) \(name.prefix(60))").html
            return
                "<figure><figcaption>\(isolated(facet.name)): \(isolated(String(name.prefix(60)))) <small>\(Figure.count(rows.count, "row"))</small></figcaption>\(chart)</figure>"
        }
        return "<div class=\"facets\">\(drawings)</div>"
    }
}
