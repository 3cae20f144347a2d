import Support

/// The table of an experiment's runs put together in groups; each can be opened where it stands.
struct RunGroupTable {
    let view: RunTableView
    let key: RunGroupKey

    private var request: RunTableRequest { view.request }
    private var columns: [RunColumn] { view.columns.filter { $0.kind == .metrics } }

    var html: HTML {
        section(
            "runs", "Runs by \(isolated(key.title))", aside: "<p class=\"meta\">mean, least and greatest of the latest values</p>",
            """
            <form method="get" action="\(PagePath.comparison(request.experiment))">
            <div class="scroll" tabindex="0" role="group" aria-labelledby="runs-title"><table class="runs groups">
            <thead><tr><th scope="col" class="pick"><span class="sr">compare</span></th>\(heads)</tr></thead>
            \(view.groups.map(body))
            </table></div>
            \(hasOpen ? "<p class=\"pager\"><button type=\"submit\">Compare the ticked runs</button></p>" : HTML.nothing)
            </form>
            \(pager(from: request.from, count: view.groups.count, of: "group", step: RunTableRequest.count, hasMore: view.hasMore) { request.with(\.from, $0).path })
            """)
    }

    private var hasOpen: Bool { view.groups.contains { !$0.rows.isEmpty } }

    // MARK: - Heads

    private var heads: HTML {
        let sort: HTML = request.order == nil ? " aria-sort=\"descending\"" : ""
        let runs: HTML = "<th scope=\"col\" class=\"number\"\(sort)><a href=\"\(request.with(\.order, nil).path)\">runs</a></th>"
        let metrics = columns.map { RunHead(request: request).html(.column($0), $0.title, isNumber: true) }
        return "\(RunHead(request: request).html(.name, isolated(key.title)))\(runs)\(RunHead(request: request).html(.started, "newest"))\(metrics)"
    }

    // MARK: - Groups

    private func body(_ group: RunGroupView) -> HTML {
        let isOpen = request.open.contains(group.mark)
        let toggled = isOpen ? request.open.filter { $0 != group.mark } : request.open + [group.mark]
        let toggle = request.keepingPlace(\.open, toggled).path
        let metrics = group.metrics.map(summary)
        return """
            <tbody class="group"\(isOpen ? " id=\"open-\(group.mark)\"" : HTML.nothing)>
            <tr><td class="pick"><a class="twist" href="\(toggle)" aria-label="\(isOpen ? "close" : "open") \(group.title ?? "those without one")" \
            aria-expanded="\(isOpen ? "true" : "false")">\(isOpen ? "▾" : "▸")</a></td>\
            <th scope="row">\(title(group))</th><td class="number">\(all(group))</td><td>\(moment(group.newest))</td>\(metrics)</tr>
            \(group.rows.map(row))
            \(isOpen && group.rows.count < group.count ? rest(group) : HTML.nothing)
            </tbody>
            """
    }

    private func title(_ group: RunGroupView) -> HTML {
        guard let title = group.title else { return "<span class=\"meta\">\(key == .parent ? "not within another run" : "none")</span>" }
        let name: HTML = title.isEmpty ? "<span class=\"meta\">empty text</span>" : isolated(String(title.prefix(120)))
        let linked: HTML = PagePath.local(group.path).map { "<a href=\"\($0)\">\(name)</a>" } ?? name
        return group.detail.isEmpty ? linked : "\(linked) <small>\(isolated(group.detail))</small>"
    }

    /// How many there are, with the way to a table of them alone.
    private func all(_ group: RunGroupView) -> HTML {
        guard let path = path(group) else { return HTML(Figure.count(group.count)) }
        return "<a href=\"\(path)\" title=\"these runs alone\">\(Figure.count(group.count))</a>"
    }

    private func path(_ group: RunGroupView) -> String? {
        guard let search = group.search, search.count <= RunTableRequest.longestSearch else { return nil }
        var alone = request.with(\.search, search)
        (alone.group, alone.open) = (nil, [])
        return alone.path
    }

    private func rest(_ group: RunGroupView) -> HTML {
        let words = "the newest \(group.rows.count) of \(Figure.count(group.count))"
        return """
            <tr class="rest"><td></td><td colspan="\(3 + columns.count)" class="meta">\(words)\(path(group).map { ": <a href=\"\($0)\">see all</a>" } ?? HTML.nothing)</td></tr>
            """
    }

    private func summary(_ summary: RunGroupView.Summary?) -> HTML {
        guard let summary else { return "<td></td>" }
        let span: HTML =
            summary.least < summary.greatest
            ? "<small class=\"span\">\(Figure.metric(summary.least)) … \(Figure.metric(summary.greatest))</small>" : ""
        return "<td class=\"number\" title=\"\(Figure.count(summary.count, "value"))\">\(Figure.metric(summary.mean))\(span)</td>"
    }

    private func row(_ row: RunRowView) -> HTML {
        return """
            <tr class="member"><td class="pick"><input type="checkbox" name="run" value="\(row.id)" aria-label="compare \(row.title)"></td>\
            <th scope="row"><span class="nested">↳ </span><a href="\(PagePath.run(row.id, in: row.experiment))">\(isolated(row.title))</a></th>\
            <td class="number">\(row.standing.badge)</td><td>\(moment(row.started))</td>\(row.cells.map(\.html))</tr>
            """
    }
}

/// The head of a column that the runs can be sorted by.
struct RunHead {
    let request: RunTableRequest

    func html(_ order: RunOrder, _ name: HTML, isNumber: Bool = false) -> HTML {
        let isCurrent = request.order == order
        let sort: HTML = isCurrent ? " aria-sort=\"\(request.isDescending ? "descending" : "ascending")\"" : ""
        return
            "<th scope=\"col\"\(isNumber ? " class=\"number\"" : HTML.nothing)\(sort)><a href=\"\(request.sorted(by: order).path)\">\(name)</a></th>"
    }
}

extension RunColumn {
    /// What stands at the head of the column.
    var title: HTML { "<span class=\"origin\">\(kind.rawValue)</span>\(isolated(key))" }
}
