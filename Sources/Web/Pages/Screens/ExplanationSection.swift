import Support

/// What each column added to a prediction: the greatest as bars to either side, from the average to the answer.
struct ExplanationSection {
    let view: ExplanationView

    private static let shown = 12
    private static let (width, height) = (300.0, 14.0)

    init(_ view: ExplanationView) { self.view = view }

    var html: HTML {
        if let missing = view.missing { return section("explanation", "What each column added", emptyState(isolated(missing))) }
        let open = Array(view.contributions.prefix(ExplanationSection.shown))
        let rest = Array(view.contributions.dropFirst(ExplanationSection.shown))
        let more: HTML =
            rest.isEmpty ? "" : "<details><summary>\(Figure.count(rest.count, "more column"))</summary>\(table(rest))</details>"
        return section(
            "explanation", "What each column added", aside: "<p class=\"meta\">\(method)</p>", "<p>\(sentence)</p>\(table(open))\(more)")
    }

    private var method: HTML { view.method == "tree_shap" ? "exact, from the trees" : "sampled; ± is the standard error" }

    private var sentence: HTML {
        let of: HTML = view.output.map { " of \(isolated($0))" } ?? ""
        let what: HTML =
            switch view.scale {
            case "raw": "raw score"
            case "probability": "probability"
            default: "value"
            }
        return "From the average \(what)\(of), \(Figure.metric(view.base)), to this row’s, \(Figure.metric(view.score)):"
    }

    private func table(_ contributions: [ExplanationView.Contribution]) -> HTML {
        let rows = contributions.map { contribution -> HTML in
            let error: HTML = contribution.error.map { " <small>± \(Figure.metric($0))</small>" } ?? ""
            return """
                <tr><th scope="row">\(isolated(contribution.column))</th><td>\(bar(contribution.value))</td>\
                <td class="number">\(contribution.value > 0 ? "+" : "")\(Figure.metric(contribution.value))\(error)</td></tr>
                """
        }
        return "<table class=\"contributions\"><tbody>\(rows)</tbody></table>"
    }

    /// A bar from the middle, to the right for what was added.
    private func bar(_ value: Double) -> HTML {
        let (width, height) = (ExplanationSection.width, ExplanationSection.height)
        let greatest = view.contributions.map(\.value.magnitude).max() ?? 0
        let length = greatest > 0 && value.isFinite ? value.magnitude / greatest * (width / 2 - 2) : 0
        let start = value < 0 ? width / 2 - length : width / 2
        return """
            <svg class="chart contribution" viewBox="0 0 \(Figure.coordinate(width)) \(Figure.coordinate(height))" aria-hidden="true">\
            <rect class="\(value < 0 ? "less" : "more")" x="\(Figure.coordinate(start))" y="2" width="\(Figure.coordinate(length))" height="10" rx="2"/>\
            <path class="axis" d="M\(Figure.coordinate(width / 2)) 0v\(Figure.coordinate(height))"/></svg>
            """
    }
}
