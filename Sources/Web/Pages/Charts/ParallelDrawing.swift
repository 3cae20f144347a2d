import Support

/// Runs as lines across an axis for each value in which they differ.
struct ParallelDrawing {
    let runs: [RunRowView]
    let fields: [ComparisonView.Field]

    private static let height = 240.0
    private static let top = 34.0
    private static let spacing = 150.0
    private static let margin = 70.0
    private static let mostAxes = 8

    /// The values that are numbers in every run and differ: metrics last, so that what was set leads to what came of it.
    private var axes: [(field: ComparisonView.Field, numbers: [Double], scale: Scale)] {
        let numeric = fields.filter(\.differs).compactMap { field in field.numbers.map { (field, $0) } }
        let chosen = numeric.filter { $0.0.column.kind != .metrics }.prefix(4) + numeric.filter { $0.0.column.kind == .metrics }.prefix(4)
        return chosen.prefix(Self.mostAxes).map { ($0.0, $0.1, Scale($0.1, from: Self.height - 20, to: Self.top)) }
    }

    /// Nil where there are fewer than two axes.
    var html: HTML? {
        let axes = axes
        guard axes.count > 1, runs.count > 1 else { return nil }
        let width = Double(axes.count - 1) * Self.spacing + 2 * Self.margin
        let label = "\(Figure.count(runs.count, "run")) across \(axes.map(\.field.column.text).joined(separator: ", "))"
        let content: HTML = "\(axes.enumerated().map { axis($1.field, $1.scale, at: x($0)) })\n\(runs.indices.map { line($0, axes) })"
        return "<div class=\"scroll\" tabindex=\"0\">\(drawing("parallel", width: width, height: Self.height, label: label, content))</div>"
    }

    private func x(_ index: Int) -> Double { Self.margin + Double(index) * Self.spacing }

    private func axis(_ field: ComparisonView.Field, _ scale: Scale, at x: Double) -> HTML {
        """
        <line class="axis" x1="\(x)" x2="\(x)" y1="\(Self.top)" y2="\(Self.height - 20)"/>
        <text x="\(x)" y="12" text-anchor="middle">\(shortened(field.column.key, to: 12))</text>
        <text class="tick" x="\(x)" y="26" text-anchor="middle">\(Figure.short(scale.domain.upperBound))</text>
        <text class="tick" x="\(x)" y="\(Self.height - 5)" text-anchor="middle">\(Figure.short(scale.domain.lowerBound))</text>
        """
    }

    private func line(_ run: Int, _ axes: [(field: ComparisonView.Field, numbers: [Double], scale: Scale)]) -> HTML {
        var path: HTML = ""
        for (i, axis) in axes.enumerated() { path += "\(i == 0 ? "M" : "L")\(x(i)) \(axis.scale(axis.numbers[run]))" }
        return "<path class=\"hue-\(run % 8)\" d=\"\(path)\"><title>\(runs[run].title)</title></path>"
    }
}
