import Support

/// Histograms of several steps as hills behind each other, the newest in front.
struct RidgeChart {
    let series: HistogramSeriesView

    private static let width = 360.0
    private static let left = 8.0
    private static let right = 64.0
    private static let hill = 46.0
    private static let most = 12

    /// The steps that are drawn: the first and the last, and evenly between them.
    private var steps: [HistogramSeriesView.Step] {
        let all = series.steps
        guard all.count > Self.most else { return all }
        return (0..<Self.most).map { all[$0 * (all.count - 1) / (Self.most - 1)] }
    }

    var html: HTML {
        let steps = steps
        guard let first = steps.first, let last = steps.last else { return "<p class=\"note\">no histogram can be read in it</p>" }
        let gap = steps.count == 1 ? 0 : min(16.0, 120 / Double(steps.count - 1))
        let bottom = Self.hill + 14 + gap * Double(steps.count - 1)
        let x = Scale(steps.flatMap { [$0.edges[0], $0.edges[$0.edges.count - 1]] }, from: Self.left, to: Self.width - Self.right)
        let peak = steps.flatMap(Self.heights).max() ?? 1
        let hills = steps.enumerated().map { i, step in hill(step, x, base: bottom - gap * Double(steps.count - 1 - i), peak: peak) }
        let ticks = x.ticks(4).map {
            "<text class=\"tick\" x=\"\(x($0))\" y=\"\(bottom + 16)\" text-anchor=\"middle\">\(Figure.short($0))</text>" as HTML
        }
        let content: HTML = """
            \(hills)
            \(ticks)
            \(label(first, y: bottom - gap * Double(steps.count - 1)))\(steps.count > 1 ? label(last, y: bottom) : HTML.nothing)
            """
        let spoken =
            "\(series.name): \(Figure.count(series.steps.count, "histogram")), from step \(first.step) to step \(last.step), "
            + "values from \(Figure.metric(x.domain.lowerBound)) to \(Figure.metric(x.domain.upperBound))"
        return drawing("ridges", width: Self.width, height: bottom + 22, label: spoken, content)
    }

    private func label(_ step: HistogramSeriesView.Step, y: Double) -> HTML {
        "<text class=\"tick\" x=\"\(Self.width - Self.right + 6)\" y=\"\(y)\">step \(Figure.count(Int(clamping: step.step)))</text>"
    }

    /// Counts by width: buckets need not be equally wide. An empty width counts as that of the widest by a thousand.
    private static func heights(_ step: HistogramSeriesView.Step) -> [Double] {
        let widths = zip(step.edges, step.edges.dropFirst()).map { $1 - $0 }
        let least = max((widths.max() ?? 0) / 1000, 1e-300)
        let total = max(step.counts.reduce(0, +), 1e-300)
        return zip(step.counts, widths).map { $0 / total / max($1, least) }
    }

    private func hill(_ step: HistogramSeriesView.Step, _ x: Scale, base: Double, peak: Double) -> HTML {
        var path: HTML = "M\(x(step.edges[0])) \(base)"
        for (i, height) in Self.heights(step).enumerated() {
            path += "V\(base - Self.hill * min(height / max(peak, 1e-300), 1))H\(x(step.edges[i + 1]))"
        }
        return "<path class=\"hill\" d=\"\(path)V\(base)Z\"><title>step \(String(step.step))</title></path>"
    }
}
