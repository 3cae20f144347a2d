import Support

/// The page that explains one prediction: the drawing, then every fact of the chain.
package struct WhyPage {
    let view: WhyView?

    /// - Parameter view: nil shows the search box alone.
    package init(_ view: WhyView?) { self.view = view }

    package var page: Page {
        guard let view else { return search }
        return Frame(title: "Why \(view.prediction.id.prefix(12))", section: .why).page(
            """
            <div class="title">
            <p class="crumb"><a href="\(PagePath.endpoint(view.endpoint))">Endpoint \(isolated(view.endpoint))</a></p>
            <h1>Why this answer?</h1>
            <p class="meta"><code>prediction:\(view.prediction.id)</code></p>
            </div>
            <div class="columns verdicts">
            \(answer(view))
            \(inputs(view))
            </div>
            \(view.explanation.map { ExplanationSection($0).html } ?? "")
            \(drawing(view))
            \(section("chain", "Every link of the chain", "<ol class=\"chain\">\(view.nodes.enumerated().map { node($0, $1, view) })</ol>"))
            """)
    }

    private var search: Page {
        Frame(title: "Why", section: .why).page(
            """
            <div class="title"><h1>Why was this answered?</h1></div>
            <p>Every answer carries a prediction ID. From it the chain leads back to the model version, the run, the code, the data and the objective.</p>
            \(Frame.search(compact: false))
            \(emptyState("The same from a terminal:", command: "martlet why prediction:ID"))
            """)
    }

    private func answer(_ view: WhyView) -> HTML {
        let prediction = view.prediction
        let key: HTML = view.key.map { "<div><dt>key</dt><dd>\(isolated($0))</dd></div>" } ?? ""
        return section(
            "answer", "Answered",
            """
            <p class="big">\(prediction.label.map(isolated) ?? HTML(Figure.metric(prediction.score)))</p>
            <dl class="facts">
            \(prediction.label == nil ? HTML.nothing : "<div><dt>score</dt><dd>\(Figure.metric(prediction.score))</dd></div>")
            <div><dt>at</dt><dd><time datetime="\(prediction.time.description)">\(Figure.second(prediction.time))</time></dd></div>
            \(key)
            </dl>
            """)
    }

    private func inputs(_ view: WhyView) -> HTML {
        guard !view.inputs.isEmpty else { return section("inputs", "Asked", emptyState("The inputs were not logged.")) }
        let open = factRows(Array(view.inputs.prefix(24)))
        let rest = factRows(Array(view.inputs.dropFirst(24)))
        let more: HTML =
            rest.isEmpty ? "" : "<details><summary>\(Figure.count(rest.count, "more value"))</summary><dl class=\"facts grid\">\(rest)</dl></details>"
        return section("inputs", "Asked", "<dl class=\"facts grid\">\(open)</dl>\(more)")
    }

    private func drawing(_ view: WhyView) -> HTML {
        guard let drawing = LineageDrawing(view).html else { return "" }
        return section(
            "drawing", "What it rests on",
            "<div class=\"scroll canvas\" tabindex=\"0\" role=\"group\" aria-labelledby=\"drawing-title\">\(drawing)</div>")
    }

    private func node(_ index: Int, _ node: WhyView.Node, _ view: WhyView) -> HTML {
        let title: HTML = PagePath.local(node.link).map { "<a href=\"\($0)\">\(isolated(node.title))</a>" } ?? isolated(node.title)
        let missing: HTML = node.missing.map { "<p class=\"problem\">\(badge("warn", "!", "missing")) \(isolated($0))</p>" } ?? ""
        let time: HTML = node.time.map { " · \(moment($0))" } ?? ""
        return """
            <li id="node-\(index)" class="\(node.missing == nil ? "kind-\(node.group)" : "absent")">
            <p class="kind">\(isolated(node.kind))</p>
            <h3>\(title)</h3>
            <p class="meta"><code>\(node.reference)</code>\(time)</p>
            \(missing)
            \(node.facts.isEmpty ? HTML.nothing : "<dl class=\"facts\">\(factRows(node.facts))</dl>")
            \(relations(node, view))
            </li>
            """
    }

    /// The arrows that leave a node, in words.
    private func relations(_ node: WhyView.Node, _ view: WhyView) -> HTML {
        let leaving = view.edges.filter { $0.from == node.reference }
        guard !leaving.isEmpty else { return "" }
        let words = leaving.prefix(50).map { edge -> HTML in
            guard let index = view.nodes.firstIndex(where: { $0.reference == edge.to }) else {
                return "<li>\(isolated(edge.relation)) <code>\(edge.to)</code></li>"
            }
            return "<li>\(isolated(edge.relation)) <a href=\"#node-\(index)\">\(isolated(view.nodes[index].title))</a></li>"
        }
        return "<ul class=\"leads\">\(words)</ul>"
    }
}
