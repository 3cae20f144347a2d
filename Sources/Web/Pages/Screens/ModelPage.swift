import Support

/// The history of a model as a time line: which version had which alias, since when, who moved it, and why.
package struct ModelPage {
    let view: ModelHistoryView

    package init(_ view: ModelHistoryView) { self.view = view }

    package var page: Page {
        Frame(title: view.model, section: .none).page(
            """
            <div class="title"><p class="crumb"><a href="\(PagePath.home)">Project</a></p><h1>\(isolated(view.model))</h1>
            <p class="meta">\(Figure.count(view.moves.count, "move"))</p></div>
            \(view.moves.isEmpty ? emptyState("No alias has moved yet.", command: "martlet run") : line)
            """)
    }

    private var line: HTML { section("history", "History", "<ol class=\"chain\">\(view.moves.enumerated().map(move))</ol>") }

    private func move(_ index: Int, _ move: ModelHistoryView.Move) -> HTML {
        let isCurrent = !view.moves.prefix(index).contains { $0.alias == move.alias }
        let to: HTML = move.version.map { "<span class=\"version\">v\($0)</span>" } ?? "taken away"
        return """
            <li class="\(move.isRollback ? "absent" : "kind-made")">
            <p class="kind">\(move.isRollback ? "back" : "forward")</p>
            <h3>\(isolated(move.alias)) \(to)\(isCurrent ? " <small>now</small>" : HTML.nothing)</h3>
            <p class="meta">\(moment(move.at)) by \(isolated(move.by))</p>
            <p>\(isolated(move.reason))</p>
            </li>
            """
    }
}
