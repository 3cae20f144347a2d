import Support

/// Rows as points in one drawing: numbers along an axis, texts in bands of their own.
struct ScatterChart {
    let x: PointAxis
    let y: PointAxis
    /// The rows that are drawn.
    let rows: [Int]
    /// The colour of every row; nil for one colour.
    let colours: PointGroups?
    /// What the drawing shows, for the label.
    let subject: String

    private static let width = 420.0
    private static let height = 300.0
    private static let left = 66.0
    private static let bottom = 34.0

    var html: HTML {
        let (right, base) = (ScatterChart.width - 8, ScatterChart.height - ScatterChart.bottom)
        let (toX, toY) = (x.places(from: ScatterChart.left, to: right), y.places(from: base, to: 8))
        var drawn: [HTML] = Array(repeating: "", count: max(1, colours?.names.count ?? 1))
        var count = 0
        for row in rows {
            guard let px = toX.place(row, salt: 0), let py = toY.place(row, salt: 1) else { continue }
            count += 1
            drawn[colours?.groups[row] ?? 0] += "<circle cx=\"\(px)\" cy=\"\(py)\" r=\"2.4\"/>"
        }
        let groups = drawn.enumerated().map { "<g class=\"\(ScatterChart.style($0, colours))\">\($1)</g>" as HTML }
        let content: HTML = """
            \(grid(toX, toY, right: right, base: base))
            \(groups)
            """
        return drawing("scatter", width: ScatterChart.width, height: ScatterChart.height, label: "\(subject): \(Figure.count(count, "row"))", content)
    }

    /// The class of a group's colour.
    static func style(_ group: Int, _ colours: PointGroups?) -> String {
        guard let colours else { return "hue-0" }
        return colours.areOrdered ? "more-\(min(group, 5))" : "hue-\(min(group, 7))"
    }

    private func grid(_ toX: PointPlaces, _ toY: PointPlaces, right: Double, base: Double) -> HTML {
        var lines: HTML = ""
        for tick in toY.ticks {
            lines += "<line class=\"grid\" x1=\"\(ScatterChart.left)\" x2=\"\(right)\" y1=\"\(tick.at)\" y2=\"\(tick.at)\"/>"
            lines +=
                "<text class=\"tick\" x=\"\(ScatterChart.left - 6)\" y=\"\(tick.at + 4)\" text-anchor=\"end\">\(shortened(tick.text, to: 5.2))</text>"
        }
        for tick in toX.ticks {
            lines += "<line class=\"grid\" x1=\"\(tick.at)\" x2=\"\(tick.at)\" y1=\"8\" y2=\"\(base)\"/>"
            lines +=
                "<text class=\"tick\" x=\"\(tick.at)\" y=\"\(base + 14)\" text-anchor=\"\(tick.at > right - 20 ? "end" : "middle")\">\(shortened(tick.text, to: toX.room / 11))</text>"
        }
        let names: HTML = """
            <text class="tick name" x="\(right)" y="\(ScatterChart.height - 4)" text-anchor="end">\(shortened(x.axis.name, to: 28))</text>
            """
        return "\(lines)\(names)"
    }
}

/// An axis with what its ends and bands are, the same for every drawing.
struct PointAxis {
    let axis: ScatterView.Axis
    private let bands: PointGroups?

    /// How many texts have a band of their own.
    private static let mostBands = 10

    init(_ axis: ScatterView.Axis) {
        self.axis = axis
        if case .texts = axis.values { bands = PointGroups(axis, most: PointAxis.mostBands) } else { bands = nil }
    }

    /// The axis along a stretch of a drawing.
    func places(from: Double, to: Double) -> PointPlaces { PointPlaces(axis, bands, from: from, to: to) }
}

/// Where the rows lie along an axis of a drawing.
struct PointPlaces {
    private let numbers: [Double]
    private let bands: PointGroups?
    private let scale: Scale
    private let from: Double
    private let step: Double
    let ticks: [(at: Double, text: String)]
    /// The width that a text at a tick has.
    let room: Double

    init(_ axis: ScatterView.Axis, _ bands: PointGroups?, from: Double, to: Double) {
        self.bands = bands
        self.from = from
        var (values, isMoment) = ([Double](), false)
        switch axis.values {
        case .numbers(let numbers): values = numbers
        case .moments(let moments): (values, isMoment) = (moments, true)
        case .texts: break
        }
        numbers = values
        scale = Scale(values, padding: 0.03, from: from, to: to)
        step = (to - from) / Double(max(1, bands?.names.count ?? 1))
        if let bands {
            let step = step
            ticks = bands.names.enumerated().map { (from + step * (Double($0) + 0.5), $1) }
        } else {
            let scale = scale
            ticks = scale.ticks(4).map { (scale($0), isMoment ? Timestamp(seconds: $0).date : Figure.short($0)) }
        }
        room = abs(to - from) / Double(max(1, ticks.count))
    }

    /// The coordinate of a row; nil where its value is missing or no finite number. Texts are spread within their band, always alike.
    func place(_ row: Int, salt: Int) -> Double? {
        if let bands {
            let spread = Double((row &* 2_654_435_761 &+ salt &* 40_503) & 0xFFFF) / 65_536
            return from + step * (Double(bands.groups[row]) + 0.14 + 0.72 * spread)
        }
        guard numbers.indices.contains(row), numbers[row].isFinite else { return nil }
        return scale(numbers[row])
    }
}
