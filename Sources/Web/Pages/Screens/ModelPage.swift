import Support

/// The registered models.
package struct ModelsPage {
    let models: [ModelSummaryView]

    package init(_ models: [ModelSummaryView]) { self.models = models }

    package var page: Page {
        Frame(title: "Models", section: .models).page(
            """
            <div class="title"><h1>Models</h1><p class="meta">what is registered, and which version has which alias</p></div>
            \(models.isEmpty ? emptyState("No model is registered yet.", command: "martlet run") : list)
            """)
    }

    private var list: HTML { "<ul class=\"cards\">\(models.map(card))</ul>" }

    private func card(_ model: ModelSummaryView) -> HTML {
        let aliases = model.aliases.map { "\(isolated($0.name)) <span class=\"version\">\($0.value)</span>" as HTML }
        return """
            <li><a href="\(PagePath.model(model.name))"><span class="big">\(isolated(model.name))</span>
            <span class="meta">\(Figure.count(model.versions, "version")), newest v\(model.newest) of \(moment(model.registered))</span>
            <span class="meta">\(aliases.isEmpty ? ["no alias"] : aliases)</span></a></li>
            """
    }
}

/// The history of a model as a time line: its versions, and which of them had which alias, since when, who moved it, and why.
package struct ModelPage {
    let view: ModelHistoryView

    package init(_ view: ModelHistoryView) { self.view = view }

    package var page: Page {
        Frame(title: view.model, section: .models).page(
            """
            <div class="title"><p class="crumb"><a href="\(PagePath.models)">Models</a></p><h1>\(isolated(view.model))</h1>
            <p class="meta">\(view.versions.isEmpty ? HTML.nothing : "\(Figure.count(view.versions.count, "version")), ")\(Figure.count(view.moves.count, "move"))</p></div>
            \(view.versions.isEmpty ? HTML.nothing : section("versions", "Versions", table))
            \(view.moves.isEmpty ? emptyState("No alias has moved yet.", command: "martlet run") : HTML.nothing)
            \(entries.isEmpty ? HTML.nothing : section("history", "History", "<ol class=\"chain\">\(entries)</ol>"))
            """)
    }

    private var table: HTML {
        let rows = view.versions.map { version -> HTML in
            let run: HTML = PagePath.local(version.run).map { "<a href=\"\($0)\">run</a>" } ?? ""
            let aliases = version.aliases.map { "<span class=\"version\">\($0)</span>" as HTML }
            return """
                <tr id="v\(version.number)"><th scope="row">v\(version.number)</th><td>\(aliases)</td><td>\(moment(version.at))</td>\
                <td>\(isolated(version.by.joined(separator: ", ")))</td><td>\(run)</td><td>\(version.facts.map(ModelPage.fact))</td></tr>
                """
        }
        return """
            <div class="scroll" tabindex="0" role="group" aria-labelledby="versions-title"><table class="runs">
            <thead><tr><th scope="col">version</th><th scope="col">has now</th><th scope="col">registered</th><th scope="col">by</th>\
            <th scope="col">made by</th><th scope="col">what it is</th></tr></thead>
            <tbody>
            \(rows)
            </tbody></table></div>
            """
    }

    private static func fact(_ fact: FactView) -> HTML { "<span class=\"meta\">\(isolated(fact.name))</span> \(isolated(fact.value))" }

    /// Moves and registrations, newest first.
    private var entries: [HTML] {
        let moves = view.moves.enumerated().map { (at: $1.at, html: move($0, $1)) }
        let versions = view.versions.map { (at: $0.at, html: made($0)) }
        return (moves + versions).enumerated().sorted { ($0.element.at, $1.offset) > ($1.element.at, $0.offset) }.map(\.element.html)
    }

    private func made(_ version: ModelHistoryView.Version) -> HTML {
        """
        <li class="kind-data">
        <p class="kind">registered</p>
        <h3><span class="version">v\(version.number)</span></h3>
        <p class="meta">\(moment(version.at)) by \(isolated(version.by.isEmpty ? "somebody" : version.by.joined(separator: ", ")))</p>
        </li>
        """
    }

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
