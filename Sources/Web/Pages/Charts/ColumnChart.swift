import Support

/// How often each value, or each range of values, occurs in a column: bars in the order of the numbers, or of the frequencies of texts.
struct ColumnChart {
    let column: ColumnProfileView
    let width: Double
    let height: Double
    /// Whether the drawing has an axis with figures.
    let detailed: Bool

    private struct Bar {
        var name: String
        var count: Int
        var isRest = false
    }

    private var bottom: Double { detailed ? height - 20 : height - 1 }

    private var bars: [Bar] {
        if let numbers = column.numbers, numbers.edges.count == numbers.counts.count + 1, !numbers.counts.isEmpty {
            return numbers.counts.enumerated().map { Bar(name: "\(text(numbers.edges[$0])) to \(text(numbers.edges[$0 + 1]))", count: $1) }
        }
        let named = column.top.map { Bar(name: "“\($0.value.prefix(60))”", count: $0.count) }
        let rest = column.count - column.top.reduce(0) { $0.addingReportingOverflow($1.count).partialValue }
        return named.isEmpty || rest <= 0 ? named : named + [Bar(name: "all others", count: rest, isRest: true)]
    }

    /// The drawing; nil where there is nothing to draw.
    var html: HTML? {
        let bars = bars
        guard let greatest = bars.max(by: { $0.count < $1.count }), greatest.count > 0 else { return nil }
        let y = Scale([0, Double(greatest.count)], from: bottom, to: detailed ? 14 : 2)
        let step = (width - 2) / Double(max(bars.count, column.numbers == nil ? 8 : 1))
        var drawn: HTML = ""
        for (i, bar) in bars.enumerated() where bar.count > 0 {
            // What is there is seen, however rare it is.
            let top = min(y(Double(bar.count)), bottom - 1)
            drawn += "<rect\(bar.isRest ? " class=\"rest\"" : HTML.nothing) x=\"\(1 + step * Double(i) + 0.5)\" y=\"\(top)\" "
            drawn += "width=\"\(max(0.5, step - 1))\" height=\"\(bottom - top)\"><title>\(bar.name): \(Figure.count(bar.count, "row"))</title></rect>"
        }
        let share = Figure.percent(Double(greatest.count) / Double(max(1, column.count)))
        return drawing(
            "column", width: width, height: height, label: "\(column.name.prefix(80)): most frequent \(greatest.name) with \(share)",
            "\(drawn)\n<line class=\"axis\" x1=\"0\" x2=\"\(width)\" y1=\"\(bottom)\" y2=\"\(bottom)\"/>\(detailed ? axis(step) : HTML.nothing)")
    }

    private func axis(_ step: Double) -> HTML {
        guard let numbers = column.numbers, let first = numbers.edges.first, let last = numbers.edges.last else {
            return column.top.prefix(4).enumerated().reduce(into: "" as HTML) { labels, item in
                let name = shortened(item.element.value, to: step / 11)
                labels +=
                    "<text class=\"tick\" x=\"\(1 + step * (Double(item.offset) + 0.5))\" y=\"\(height - 5)\" text-anchor=\"middle\">\(name)</text>"
            }
        }
        let middle = numbers.edges[numbers.edges.count / 2]
        return """
            <text class="tick" x="1" y="\(height - 5)">\(text(first))</text>\
            <text class="tick" x="\(width / 2)" y="\(height - 5)" text-anchor="middle">\(text(middle))</text>\
            <text class="tick" x="\(width - 1)" y="\(height - 5)" text-anchor="end">\(text(last))</text>
            """
    }

    private func text(_ value: Double) -> String { column.figure(value) }
}

extension ColumnProfileView {
    /// A value of the column's own scale: a number, or a day.
    func figure(_ value: Double?) -> String {
        guard let value else { return "–" }
        guard isTime else { return Figure.short(value) }
        return abs(value) < 9e12 ? String(Timestamp(seconds: value).date) : "–"
    }

    /// A spread on the column's scale: a number, or a length of time.
    func spread(_ value: Double?) -> String {
        guard let value else { return "–" }
        return isTime ? Figure.duration(value) : Figure.short(value)
    }
}
