import Support

/// The runs of an experiment as a table: searched, sorted and paged by the server, with all of its state in its address.
package struct RunTablePage {
    let view: RunTableView

    package init(_ view: RunTableView) { self.view = view }

    private var request: RunTableRequest { view.request }

    package var page: Page {
        Frame(title: view.experiment.name, section: .experiments, scripts: [PagePath.searchScript]).page(
            """
            <div class="title"><p class="crumb"><a href="\(PagePath.experiments)">Experiments</a></p><h1>\(isolated(view.experiment.name))</h1>
            <p class="meta">experiment \(view.experiment.id), since \(moment(view.experiment.created))\(view.experiment.isDeleted ? ", deleted" : HTML.nothing)</p></div>
            \(view.experiment.note.isEmpty ? HTML.nothing : "<p class=\"note-text\">\(isolated(view.experiment.note))</p>")
            \(RunFinder(view: view).html)
            <div class="asides">\(columns)\(RunSearchHelp(known: view.known).html)</div>
            \(content)
            """)
    }

    private var content: HTML {
        if let key = request.group, !view.groups.isEmpty { return RunGroupTable(view: view, key: key).html }
        return view.rows.isEmpty ? nothing : table
    }

    private var nothing: HTML {
        if view.problem != nil { return "" }
        guard request.search.isEmpty, request.from == 0, !request.isDeleted else { return emptyState("No run is like that.") }
        return emptyState(
            "Nothing has run here yet. A script that logs here begins with:", command: "mlflow.set_experiment(\"\(view.experiment.name)\")")
    }

    // MARK: - Columns

    private var columns: HTML {
        let all = (view.columns + view.known).reduce(into: [RunColumn]()) { if !$0.contains($1) { $0.append($1) } }
        guard !all.isEmpty else { return "" }
        let kept = request.with(\.columns, []).fields.map { "<input type=\"hidden\" name=\"\($0.name)\" value=\"\($0.value)\">" as HTML }
        return """
            <details><summary>Columns</summary>
            <form method="get" action="\(PagePath.experiment(request.experiment))">
            \(kept)
            <div class="choices">\(all.map(choice))</div>
            <p><button type="submit">Show these</button></p>
            </form></details>
            """
    }

    private func choice(_ column: RunColumn) -> HTML {
        let checked: HTML = view.columns.contains(column) ? " checked" : ""
        return "<label><input type=\"checkbox\" name=\"show\" value=\"\(column.text)\"\(checked)> \(isolated(column.text))</label>"
    }

    // MARK: - Table

    private var table: HTML {
        section(
            "runs", "Runs", aside: "<p class=\"meta\">this address is this view: keep it, or send it on</p>",
            """
            <form method="get" action="\(PagePath.comparison(request.experiment))">
            <div class="scroll" tabindex="0" role="group" aria-labelledby="runs-title"><table class="runs listed">
            <thead><tr><th scope="col" class="pick"><span class="sr">compare</span></th>\(head)</tr></thead>
            <tbody>
            \(view.rows.map(row))
            </tbody></table></div>
            <p class="pager"><button type="submit">Compare the ticked runs</button></p>
            </form>
            \(pager(from: request.from, count: view.rows.count, of: "run", step: RunTableRequest.count, hasMore: view.hasMore) { request.with(\.from, $0).path })
            """)
    }

    /// Whether who it was tells runs apart.
    private var hasUsers: Bool { request.order == .user || Set(view.rows.map(\.user)).count > 1 }

    private var head: HTML {
        let fixed: [(RunOrder, HTML)] = [(.name, "run"), (.status, "status"), (.started, "started")]
        let head = RunHead(request: request)
        var cells = fixed.map { head.html($0, $1) }
        cells.append("<th scope=\"col\" class=\"number\">took</th>")
        if hasUsers { cells.append(head.html(.user, "user")) }
        for column in view.columns {
            cells.append(head.html(.column(column), column.title, isNumber: column.kind == .metrics))
        }
        return "\(cells)"
    }

    private func row(_ row: RunRowView) -> HTML {
        """
        <tr><td class="pick"><input type="checkbox" name="run" value="\(row.id)" aria-label="compare \(row.title)"></td>\
        <th scope="row">\(row.isNested ? "<span class=\"nested\" title=\"within another run\">↳ </span>" : HTML.nothing)\
        <a href="\(PagePath.run(row.id, in: row.experiment))">\(isolated(row.title))</a></th>\
        <td>\(row.standing.badge) \(row.standing.rawValue)</td><td>\(moment(row.started))</td>\
        <td class="number">\(row.seconds.map(Figure.duration) ?? "–")</td>\(hasUsers ? "<td>\(isolated(row.user))</td>" : HTML.nothing)\(row.cells.map(\.html))</tr>
        """
    }
}

extension RunRowView.Cell {
    /// The cell of a table.
    var html: HTML {
        switch self {
        case .none: "<td></td>"
        case .number(let value): "<td class=\"number\">\(Figure.metric(value))</td>"
        case .text(let text): "<td title=\"\(String(text.prefix(300)))\">\(isolated(String(text.prefix(80))))</td>"
        }
    }
}

extension RunStanding {
    /// The symbol and the word.
    var badge: HTML {
        switch self {
        case .running: Pages.badge("warn", "▸", "running")
        case .finished: Pages.badge("good", "✓", "finished")
        case .failed: Pages.badge("bad", "✗", "failed")
        case .scheduled: Pages.badge("none", "·", "scheduled")
        case .killed: Pages.badge("bad", "■", "killed")
        case .interrupted: Pages.badge("bad", "!", "interrupted")
        }
    }
}
