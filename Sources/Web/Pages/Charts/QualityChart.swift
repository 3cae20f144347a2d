import Support

/// A metric over time with its intervals and the bound that judges it.
struct QualityChart {
    let quality: QualityView

    private static let width = 560.0
    private static let height = 180.0
    private static let left = 52.0

    /// The drawing; nil where no window has a value.
    var html: HTML? {
        let windows = quality.windows.filter { $0.value?.isFinite == true }
        guard let first = windows.first, let last = windows.last else { return nil }
        let values = windows.flatMap { [$0.value, $0.interval?.lower, $0.interval?.upper] }.compactMap(\.self) + [quality.bound].compactMap(\.self)
        let y = Scale(values, padding: 0.12, within: values.allSatisfy { (0...1).contains($0) } ? 0...1 : nil, from: QualityChart.height - 24, to: 10)
        let x = Scale([first.from.seconds, last.to.seconds], from: QualityChart.left, to: QualityChart.width - 6)
        let content: HTML = """
            \(grid(y))\(bound(y))
            \(band(windows, x, y))
            \(points(windows, x, y))
            <text class="tick" x="\(QualityChart.left)" y="\(QualityChart.height - 6)">\(first.from.date)</text>
            <text class="tick" x="\(QualityChart.width - 6)" y="\(QualityChart.height - 6)" text-anchor="end">\(last.to.date)</text>
            """
        let label =
            "\(quality.metric) from \(first.from.date) to \(last.to.date): first \(Figure.metric(first.value)), last \(Figure.metric(last.value))"
        return drawing("quality", width: QualityChart.width, height: QualityChart.height, label: label, content)
    }

    private func grid(_ y: Scale) -> HTML {
        var lines: HTML = ""
        for tick in y.ticks(4) {
            lines += "<line class=\"grid\" x1=\"\(QualityChart.left)\" x2=\"\(QualityChart.width)\" y1=\"\(y(tick))\" y2=\"\(y(tick))\"/>"
            lines += "<text class=\"tick\" x=\"\(QualityChart.left - 6)\" y=\"\(y(tick) + 4)\" text-anchor=\"end\">\(Figure.short(tick))</text>"
        }
        return lines
    }

    private func bound(_ y: Scale) -> HTML {
        guard let bound = quality.bound, bound.isFinite else { return "" }
        let sign = quality.direction == .atLeast ? "≥" : "≤"
        return """
            <line class="bound" x1="\(QualityChart.left)" x2="\(QualityChart.width)" y1="\(y(bound))" y2="\(y(bound))"/>
            <text class="tick boundary" x="\(QualityChart.width - 4)" y="\(y(bound) - 5)" text-anchor="end">\(sign) \(Figure.short(bound))</text>
            """
    }

    /// The line through the values.
    private func band(_ windows: [QualityView.Window], _ x: Scale, _ y: Scale) -> HTML {
        var path: HTML = ""
        for (i, window) in windows.enumerated() { path += "\(i == 0 ? "M" : "L")\(x(window.middle)) \(y(window.value ?? 0))" }
        return "<path class=\"line\" d=\"\(path)\"/>"
    }

    private func points(_ windows: [QualityView.Window], _ x: Scale, _ y: Scale) -> HTML {
        var marks: HTML = ""
        for window in windows {
            let value = window.value ?? 0
            let at = x(window.middle)
            if let interval = window.interval, interval.lower.isFinite, interval.upper.isFinite {
                let (low, high) = (y(interval.lower), y(interval.upper))
                marks += "<path class=\"whisker\" d=\"M\(at) \(low)V\(high)M\(at - 4) \(low)h8M\(at - 4) \(high)h8\"/>"
            }
            let title = "\(window.from.date) to \(window.to.date): \(Figure.metric(value))"
            marks +=
                misses(value)
                ? cross(at, y(value), title) : "<circle class=\"dot\" cx=\"\(at)\" cy=\"\(y(value))\" r=\"4\"><title>\(title)</title></circle>"
        }
        return marks
    }

    private func misses(_ value: Double) -> Bool {
        guard let bound = quality.bound else { return false }
        return quality.direction == .atLeast ? value < bound : value > bound
    }

    /// A window that misses the bound: another shape, not only another colour.
    private func cross(_ x: Double, _ y: Double, _ title: String) -> HTML {
        "<path class=\"cross\" d=\"M\(x - 4) \(y - 4)l8 8M\(x + 4) \(y - 4)l-8 8\"><title>\(title)</title></path>"
    }
}

extension QualityView.Window {
    /// The middle of the window, in seconds since 1970.
    var middle: Double { (from.seconds + to.seconds) / 2 }
}
