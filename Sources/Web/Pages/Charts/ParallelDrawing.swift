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
    /// How many texts an axis has at most.
    private static let mostNames = 8

    /// An axis: where each run stands on it, and what is written at its ends or beside it.
    private struct Axis {
        var field: ComparisonView.Field
        var places: [Double]
        var labels: [(y: Double, text: String)]
    }

    /// The values in which the runs differ: metrics last, so that what was set leads to what came of it.
    private var axes: [Axis] {
        let found = fields.filter(\.differs).compactMap { field in axis(field) }
        let chosen = found.filter { $0.field.column.kind == .params }.prefix(4) + found.filter { $0.field.column.kind == .metrics }.prefix(4)
        return Array(chosen.prefix(Self.mostAxes))
    }

    /// Numbers stand where they are; a few texts stand at even distances, in their order. Nil where a run has neither.
    private func axis(_ field: ComparisonView.Field) -> Axis? {
        let (top, bottom) = (Self.top, Self.height - 20)
        if let numbers = field.numbers {
            let scale = Scale(numbers, from: bottom, to: top)
            let ends = [(top - 8, scale.domain.upperBound), (bottom + 15, scale.domain.lowerBound)]
            return Axis(field: field, places: numbers.map { scale($0) }, labels: ends.map { ($0.0, Figure.short($0.1)) })
        }
        let texts = field.cells.compactMap(\.words)
        let names = Set(texts).sorted()
        guard texts.count == field.cells.count, (2...Self.mostNames).contains(names.count) else { return nil }
        let places = Dictionary(
            uniqueKeysWithValues: names.enumerated().map { ($1, bottom - (bottom - top) * (Double($0) + 0.5) / Double(names.count)) })
        return Axis(field: field, places: texts.map { places[$0] ?? bottom }, labels: names.map { ((places[$0] ?? 0) - 4, shortened($0, to: 10)) })
    }

    /// Nil where there are fewer than two axes.
    var html: HTML? {
        let axes = axes
        guard axes.count > 1, runs.count > 1 else { return nil }
        let width = Double(axes.count - 1) * Self.spacing + 2 * Self.margin
        let label = "\(Figure.count(runs.count, "run")) across \(axes.map(\.field.column.text).joined(separator: ", "))"
        let content: HTML = "\(runs.indices.map { line($0, axes) })\n\(axes.enumerated().map { axis($1, at: x($0)) })"
        return "<div class=\"scroll\" tabindex=\"0\">\(drawing("parallel", width: width, height: Self.height, label: label, content))</div>"
    }

    private func x(_ index: Int) -> Double { Self.margin + Double(index) * Self.spacing }

    private func axis(_ axis: Axis, at x: Double) -> HTML {
        let labels = axis.labels.map { "<text class=\"tick\" x=\"\(x)\" y=\"\($0.y)\" text-anchor=\"middle\">\($0.text)</text>" as HTML }
        return """
            <line class="axis" x1="\(x)" x2="\(x)" y1="\(Self.top)" y2="\(Self.height - 20)"/>
            <text class="name" x="\(x)" y="12" text-anchor="middle">\(shortened(axis.field.column.key, to: 12))</text>
            \(labels)
            """
    }

    private func line(_ run: Int, _ axes: [Axis]) -> HTML {
        var path: HTML = ""
        for (i, axis) in axes.enumerated() { path += "\(i == 0 ? "M" : "L")\(x(i)) \(axis.places[run])" }
        return "<path class=\"hue-\(run % 8)\" d=\"\(path)\"><title>\(runs[run].title)</title></path>"
    }
}

extension RunRowView.Cell {
    /// What stands in the cell as a word of few.
    fileprivate var words: String? {
        switch self {
        case .none: nil
        case .number(let value): Figure.metric(value)
        case .text(let text): text
        }
    }
}
