/// Two distributions over the same bins: the reference as filled bars, the current one as an outline.
struct HistogramChart {
    let histogram: HistogramView
    /// What is distributed, for the label.
    let subject: String
    let width: Double
    let height: Double
    /// Whether the axis has figures and the drawing a legend.
    let detailed: Bool
    /// What the reference is, for the label.
    let reference: String

    private static let maximumBins = 60

    init(_ histogram: HistogramView, subject: String, width: Double, height: Double, detailed: Bool, reference: String = "training") {
        self.histogram = histogram
        self.subject = subject
        self.width = width
        self.height = height
        self.detailed = detailed
        self.reference = reference
    }

    private var binCount: Int { min(histogram.reference.count, histogram.current.count, HistogramChart.maximumBins) }

    private var bottom: Double { detailed ? height - 20 : height - 1 }

    /// The drawing; nil where there are no bins.
    var html: HTML? {
        guard binCount > 0 else { return nil }
        let peak = (histogram.reference.prefix(binCount) + histogram.current.prefix(binCount)).filter(\.isFinite).max() ?? 0
        let y = Scale([0, max(peak, 1e-9)], from: bottom, to: detailed ? 8 : 2)
        let step = (width - 2) / Double(binCount)
        var bars: HTML = ""
        for (i, share) in histogram.reference.prefix(binCount).enumerated() {
            bars += "<rect x=\"\(1 + step * Double(i) + 0.5)\" y=\"\(y(share))\" width=\"\(max(0.5, step - 1))\" height=\"\(bottom - y(share))\"/>"
        }
        let content: HTML = """
            <g class="reference">\(bars)</g>
            \(outline(step, y))
            <line class="axis" x1="0" x2="\(width)" y1="\(bottom)" y2="\(bottom)"/>\(detailed ? axis(step) : HTML.nothing)
            """
        return drawing("histogram", width: width, height: height, label: label, content)
    }

    /// The current distribution: one stepped line for numbers, a bracket for each category.
    private func outline(_ step: Double, _ y: Scale) -> HTML {
        var path: HTML = ""
        let shares = histogram.current.prefix(binCount)
        if histogram.categories.isEmpty {
            path += "M1 \(bottom)"
            for (i, share) in shares.enumerated() { path += "V\(y(share))H\(1 + step * Double(i + 1))" }
            path += "V\(bottom)"
        } else {
            for (i, share) in shares.enumerated() {
                let left = 1 + step * Double(i)
                path += "M\(left + step * 0.12) \(bottom)V\(y(share))H\(left + step * 0.88)V\(bottom)"
            }
        }
        return "<path class=\"current\" d=\"\(path)\"/>"
    }

    private func axis(_ step: Double) -> HTML {
        var labels: HTML = ""
        let every = max(1, (binCount + 5) / 6)
        if histogram.categories.isEmpty {
            for i in stride(from: 0, through: binCount, by: every) where i < histogram.edges.count {
                let anchor = i == 0 ? "start" : i == binCount ? "end" : "middle"
                let at = 1 + step * Double(i)
                labels += "<text class=\"tick\" x=\"\(at)\" y=\"\(height - 5)\" text-anchor=\"\(anchor)\">\(Figure.short(histogram.edges[i]))</text>"
            }
        } else {
            for i in stride(from: 0, to: min(binCount, histogram.categories.count), by: every) {
                let at = 1 + step * (Double(i) + 0.5)
                let text = shortened(histogram.categories[i], to: step * Double(every) / 11)
                labels += "<text class=\"tick\" x=\"\(at)\" y=\"\(height - 5)\" text-anchor=\"middle\">\(text)</text>"
            }
        }
        return labels
    }

    private var label: String {
        let current = histogram.current.prefix(binCount)
        guard let peak = current.indices.max(by: { current[$0] < current[$1] }) else { return subject }
        let place: String
        if histogram.categories.indices.contains(peak) {
            place = "“\(histogram.categories[peak].prefix(60))”"
        } else if histogram.edges.indices.contains(peak + 1) {
            place = "\(Figure.metric(histogram.edges[peak])) to \(Figure.metric(histogram.edges[peak + 1]))"
        } else {
            place = "bin \(peak + 1)"
        }
        return
            "\(subject.prefix(80)): most frequent now \(place) with \(Figure.percent(current[peak])), in \(reference) \(Figure.percent(histogram.reference[peak]))"
    }
}
