/// An objective as a bar: its interval, its value, and the bound with the side that passes.
struct IntervalChart {
    let objective: ObjectiveView

    private static let width = 300.0
    private static let height = 40.0
    private static let axis = 16.0

    /// The drawing; nil where there is neither a value nor a bound.
    var html: HTML? {
        let shown = [objective.value, objective.bound, objective.interval?.lower, objective.interval?.upper].compactMap(\.self).filter(\.isFinite)
        guard !shown.isEmpty else { return nil }
        let x = Scale(shown, padding: 0.35, within: shown.allSatisfy { (0...1).contains($0) } ? 0...1 : nil, from: 8, to: IntervalChart.width - 8)
        return drawing(
            "interval \(objective.verdict.rawValue)", width: IntervalChart.width, height: IntervalChart.height, label: label,
            "\(zone(x))\(bar(x))\(point(x))")
    }

    /// The side of the bound that passes, the bound itself and its figure.
    private func zone(_ x: Scale) -> HTML {
        let axis = IntervalChart.axis
        let rail: HTML = "<rect class=\"rail\" x=\"8\" y=\"\(axis - 7)\" width=\"\(IntervalChart.width - 16)\" height=\"14\" rx=\"3\"/>"
        guard let bound = objective.bound, bound.isFinite else { return rail }
        let at = x(bound)
        let (start, end) = objective.direction == .atLeast ? (at, IntervalChart.width - 8) : (8, at)
        let anchor = at < 60 ? "start" : at > IntervalChart.width - 60 ? "end" : "middle"
        return """
            \(rail)<rect class="pass" x="\(start)" y="\(axis - 7)" width="\(max(0, end - start))" height="14" rx="3"/>
            <line class="bound" x1="\(at)" x2="\(at)" y1="\(axis - 11)" y2="\(axis + 11)"/>
            <text class="tick" x="\(at)" y="\(IntervalChart.height - 2)" text-anchor="\(anchor)">\(objective.direction == .atLeast ? "≥" : "≤") \(Figure.short(bound))</text>
            """
    }

    private func bar(_ x: Scale) -> HTML {
        guard let interval = objective.interval, interval.lower.isFinite, interval.upper.isFinite else { return "" }
        let axis = IntervalChart.axis
        let (a, b) = (x(interval.lower), x(interval.upper))
        return """
            <line class="bar" x1="\(a)" x2="\(b)" y1="\(axis)" y2="\(axis)"/>
            <path class="cap" d="M\(a) \(axis - 5)v10M\(b) \(axis - 5)v10"/>
            """
    }

    /// The value as a dot, and the end of the interval that is judged as a diamond.
    private func point(_ x: Scale) -> HTML {
        let axis = IntervalChart.axis
        var marks: HTML = ""
        if let value = objective.value, value.isFinite { marks += "<circle class=\"dot\" cx=\"\(x(value))\" cy=\"\(axis)\" r=\"4.5\"/>" }
        if let judged = objective.judged, judged.isFinite, objective.judge != .point {
            marks += "<path class=\"judged\" d=\"M\(x(judged)) \(axis - 6)l5 6l-5 6l-5 -6z\"/>"
        }
        return marks
    }

    private var label: String {
        var words = "\(objective.metric): "
        words += objective.value.map { Figure.metric($0) } ?? "not measured"
        if let interval = objective.interval { words += ", interval \(Figure.metric(interval.lower)) to \(Figure.metric(interval.upper))" }
        if let bound = objective.bound { words += ", required \(objective.direction == .atLeast ? "at least" : "at most") \(Figure.metric(bound))" }
        return words
    }
}

extension ObjectiveView {
    /// The number that is held against the bound.
    var judged: Double? {
        switch judge {
        case .point: value
        case .lowerBound: interval?.lower
        case .upperBound: interval?.upper
        }
    }
}
