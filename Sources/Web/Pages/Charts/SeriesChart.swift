import Support

/// A metric of a run over its steps, or over time where it has no steps: a line, with the band of the extremes that sampling would lose.
struct SeriesChart {
    let series: SeriesView

    private static let width = 360.0
    private static let height = 170.0
    private static let left = 48.0

    private var points: [SeriesView.Point] { series.points.filter { SeriesChart.isShown($0.value) } }

    /// What was out of range is stored as the greatest number there is, which would flatten everything else.
    private static func isShown(_ value: Double) -> Bool { value.isFinite && abs(value) < 1e300 }

    /// Whether the steps tell the points apart.
    private var hasSteps: Bool { Set(points.prefix(3).map(\.step)).count > 1 || points.first?.step != points.last?.step }

    private func position(_ point: SeriesView.Point) -> Double { hasSteps ? Double(point.step) : point.at.seconds }

    var html: HTML {
        let points = points.sorted { position($0) < position($1) }
        guard let first = points.first, let last = points.last else { return "<p class=\"note\">none of its values is a number</p>" }
        let extremes = points.flatMap { [$0.least, $0.greatest] }.filter(SeriesChart.isShown)
        let y = Scale(points.map(\.value) + extremes, padding: 0.06, from: SeriesChart.height - 24, to: 8)
        let x = Scale([position(first), position(last)], from: SeriesChart.left, to: SeriesChart.width - 6)
        let content: HTML = """
            \(grid(y))\(band(points, x, y))
            \(line(points, x, y))
            <text class="tick" x="\(SeriesChart.left)" y="\(SeriesChart.height - 6)">\(label(first))</text>
            <text class="tick" x="\(SeriesChart.width - 6)" y="\(SeriesChart.height - 6)" text-anchor="end">\(label(last))</text>
            """
        let spoken =
            "\(series.metric): \(Figure.count(series.count, "point")), from \(Figure.metric(first.value)) to \(Figure.metric(last.value))"
            + ", least \(Figure.metric(extremes.min())), greatest \(Figure.metric(extremes.max()))"
        return drawing("series", width: SeriesChart.width, height: SeriesChart.height, label: spoken, content)
    }

    private func label(_ point: SeriesView.Point) -> String {
        hasSteps ? "step \(Figure.count(Int(clamping: point.step)))" : Figure.minute(point.at)
    }

    private func grid(_ y: Scale) -> HTML {
        var lines: HTML = ""
        for tick in y.ticks(4) {
            lines += "<line class=\"grid\" x1=\"\(SeriesChart.left)\" x2=\"\(SeriesChart.width)\" y1=\"\(y(tick))\" y2=\"\(y(tick))\"/>"
            lines += "<text class=\"tick\" x=\"\(SeriesChart.left - 6)\" y=\"\(y(tick) + 4)\" text-anchor=\"end\">\(Figure.short(tick))</text>"
        }
        return lines
    }

    private func band(_ points: [SeriesView.Point], _ x: Scale, _ y: Scale) -> HTML {
        guard series.count > series.points.count else { return "" }
        var path: HTML = ""
        for (i, point) in points.enumerated() { path += "\(i == 0 ? "M" : "L")\(x(position(point))) \(y(point.greatest))" }
        for point in points.reversed() { path += "L\(x(position(point))) \(y(point.least))" }
        return "<path class=\"band\" d=\"\(path)Z\"/>"
    }

    private func line(_ points: [SeriesView.Point], _ x: Scale, _ y: Scale) -> HTML {
        guard points.count > 1 else {
            let point = points[0]
            return "<circle class=\"dot\" cx=\"\(x(position(point)))\" cy=\"\(y(point.value))\" r=\"3\"/>"
        }
        var path: HTML = ""
        for (i, point) in points.enumerated() { path += "\(i == 0 ? "M" : "L")\(x(position(point))) \(y(point.value))" }
        return "<path class=\"line\" d=\"\(path)\"/>"
    }
}
