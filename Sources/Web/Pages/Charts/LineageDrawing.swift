import Support

/// The chain behind a prediction as a drawing: cards in layers with arrows between them.
struct LineageDrawing {
    private let nodes: [WhyView.Node]
    private let edges: [WhyView.Edge]
    private let layout: LayeredLayout
    private let left: Double

    private static let card = (width: 232.0, height: 96.0, gap: 26.0, rise: 52.0)
    private static let maximumNodes = 200

    init(_ why: WhyView) {
        nodes = Array(why.nodes.prefix(LineageDrawing.maximumNodes))
        let index = Dictionary(nodes.enumerated().map { ($1.reference, $0) }, uniquingKeysWith: { first, _ in first })
        edges = why.edges.filter { index[$0.from] != nil && index[$0.to] != nil }
        let pairs = edges.compactMap { edge in index[edge.from].flatMap { from in index[edge.to].map { (from: from, to: $0) } } }
        layout = LayeredLayout(
            nodeCount: nodes.count, edges: pairs, nodeWidth: LineageDrawing.card.width + LineageDrawing.card.gap, bendWidth: LineageDrawing.card.gap)
        left = (layout.slots.map { $0.x - ($0.node == nil ? 0 : LineageDrawing.card.width / 2) }.min() ?? 0) - 8
    }

    /// The drawing; nil where there is nothing to draw.
    var html: HTML? {
        guard !nodes.isEmpty else { return nil }
        let card = LineageDrawing.card
        let right = layout.slots.map { $0.x + ($0.node == nil ? 0 : card.width / 2) }.max() ?? 0
        let width = right - left + 8
        let height = Double(layout.layers.count) * (card.height + card.rise) - card.rise + 12
        let arrows = layout.routes.map(arrow)
        let cards = layout.slots.compactMap { slot in slot.node.map { self.card(nodes[$0], $0, slot) } }
        let content: HTML = """
            <defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto"><path class="tip" d="M0 0.5L8 4L0 7.5z"/></marker></defs>
            <g class="arrows">
            \(arrows.map(\.line))
            </g>
            <g class="relations" aria-hidden="true">
            \(arrows.map(\.word))
            </g>
            \(cards)
            """
        return """
            <svg class="chart lineage" viewBox="0 0 \(width) \(height)" width="\(width)" height="\(height)" role="group" aria-label="What this prediction rests on, drawn">
            \(content)
            </svg>
            """
    }

    private func top(_ slot: LayeredLayout.Slot) -> Double { 4 + Double(slot.layer) * (LineageDrawing.card.height + LineageDrawing.card.rise) }

    /// The line of an edge and the word on it.
    private func arrow(_ route: LayeredLayout.Route) -> (line: HTML, word: HTML) {
        let points = route.slots.map { layout.slots[$0] }
        let height = LineageDrawing.card.height
        var path: HTML = ""
        for (a, b) in zip(points, points.dropFirst()) {
            let (x1, y1) = (a.x - left, top(a) + height)
            let (x2, y2) = (b.x - left, top(b) - (b.node == nil ? 0 : 2))
            if a.node != nil { path += "M\(x1) \(y1)" } else { path += "V\(y1)" }
            path += "C\(x1) \((y1 + y2) / 2) \(x2) \((y1 + y2) / 2) \(x2) \(y2)"
        }
        let (a, b) = (points[0], points[1])
        let relation = edges[route.edge].relation
        let word: HTML = """
            <text x="\((a.x + b.x) / 2 - left)" y="\(top(a) + height + LineageDrawing.card.rise / 2 + 4)" text-anchor="middle">\(shortened(relation, to: 17))</text>
            """
        return ("<path d=\"\(path)\" marker-end=\"url(#tip)\"/>", word)
    }

    /// One card: kind, title, and as many facts as fit; it leads to the full list below.
    private func card(_ node: WhyView.Node, _ index: Int, _ slot: LayeredLayout.Slot) -> HTML {
        let card = LineageDrawing.card
        let (x, y) = (slot.x - left - card.width / 2, top(slot))
        var lines: HTML = ""
        let titles = wrapped(node.title, to: 13.2, lines: 2)
        for (i, title) in titles.enumerated() { lines += "<text class=\"title\" x=\"\(x + 14)\" y=\"\(y + 37 + 17 * Double(i))\">\(title)</text>\n" }
        let start = y + 38 + 17 * Double(titles.count)
        let room = 4 - max(1, titles.count)
        let facts =
            node.missing.map { wrapped($0, to: 17.5, lines: room) } ?? node.facts.prefix(room).map { shortened("\($0.name) \($0.value)", to: 17.5) }
        for (i, fact) in facts.enumerated() {
            lines += "<text class=\"fact\" x=\"\(x + 14)\" y=\"\(start + 15.5 * Double(i))\">\(fact)</text>\n"
        }
        return """
            <a href="#node-\(index)" class="card \(node.missing == nil ? "kind-\(node.group)" : "absent")"><title>\(node.kind): \(node.title)</title>
            <rect class="face" x="\(x)" y="\(y)" width="\(card.width)" height="\(card.height)" rx="7"/>
            <path class="mark" d="M\(x + 3.5) \(y + 7)v\(card.height - 14)"/>
            <text class="kind" x="\(x + 14)" y="\(y + 18)">\(shortened(node.missing == nil ? node.kind.uppercased() : "\(node.kind.uppercased()) · MISSING", to: 17))</text>
            \(lines)</a>
            """
    }
}

extension WhyView.Node {
    /// The family of the node's kind, for its colour: what answered, what was made, what was learnt from, what was agreed.
    var group: String {
        switch kind {
        case "prediction", "endpoint": "served"
        case "model", "run", "commit", "step", "job": "made"
        case "source", "dataset", "label": "data"
        default: "agreed"
        }
    }
}
