/// Predictions per day as bars.
struct DayChart {
    let days: [DayView]

    private static let width = 560.0
    private static let height = 150.0
    private static let maximumDays = 366

    /// The drawing; nil where there are no days.
    var html: HTML? {
        let days = Array(days.suffix(DayChart.maximumDays))
        guard let first = days.first, let last = days.last else { return nil }
        let (width, bottom) = (DayChart.width, DayChart.height - 20)
        let peak = days.map(\.predictions).max() ?? 0
        let y = Scale([0, Double(max(peak, 1))], from: bottom, to: 16)
        let step = (width - 44) / Double(days.count)
        let gap = step > 4 ? 1.5 : 0.2
        var bars: HTML = ""
        for (i, day) in days.enumerated() {
            let top = y(Double(day.predictions))
            bars += "<rect x=\"\(44 + step * Double(i))\" y=\"\(top)\" width=\"\(max(0.4, step - gap))\" height=\"\(bottom - top)\">"
            bars += "<title>\(day.day): \(Figure.count(day.predictions))</title></rect>"
        }
        let total = Figure.count(days.reduce(0) { $0.addingReportingOverflow($1.predictions).partialValue })
        return drawing(
            "days", width: width, height: DayChart.height,
            label: "Predictions per day from \(first.day) to \(last.day): \(total) in all, at most \(Figure.count(peak)) on one day",
            """
            \(grid(y))<g class="bars">\(bars)</g>
            <line class="axis" x1="44" x2="\(width)" y1="\(bottom)" y2="\(bottom)"/>
            <text class="tick" x="44" y="\(DayChart.height - 5)">\(first.day)</text>
            <text class="tick" x="\(width)" y="\(DayChart.height - 5)" text-anchor="end">\(last.day)</text>
            """)
    }

    private func grid(_ y: Scale) -> HTML {
        var lines: HTML = ""
        for tick in y.ticks(3) where tick > 0 && tick == tick.rounded() {
            lines += "<line class=\"grid\" x1=\"44\" x2=\"\(DayChart.width)\" y1=\"\(y(tick))\" y2=\"\(y(tick))\"/>"
            lines += "<text class=\"tick\" x=\"38\" y=\"\(y(tick) + 4)\" text-anchor=\"end\">\(Figure.short(tick))</text>"
        }
        return lines
    }
}
