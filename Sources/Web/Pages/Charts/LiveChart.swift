import Support

/// Figures of the last minutes as lines over time, beginning at zero.
struct LiveChart {
    /// One line.
    struct Line {
        var name: String
        /// What it looks like: `hue-0` and on.
        var hue: Int
        /// One for each moment; nil where there is none.
        var values: [Double?]
    }

    let name: String
    let times: [Timestamp]
    let lines: [Line]
    /// A value as it is read out.
    let text: (Double) -> String

    private static let (width, height, left) = (360.0, 130.0, 48.0)

    var html: HTML {
        let values = lines.flatMap { $0.values.compactMap(\.self) }
        let peak = values.max() ?? 0
        let y = Scale([0, peak > 0 ? peak : 1], from: LiveChart.height - 20, to: 10)
        let x = Scale([times.first?.seconds ?? 0, times.last?.seconds ?? 1], from: LiveChart.left, to: LiveChart.width - 6)
        let spoken = lines.map { line in
            "\(line.name) now \(line.values.last.flatMap(\.self).map(text) ?? "none"), at most \(line.values.compactMap(\.self).max().map(text) ?? "none")"
        }
        return drawing(
            "live", width: LiveChart.width, height: LiveChart.height, label: "\(name): \(spoken.joined(separator: "; "))",
            """
            \(grid(y))
            \(lines.map { path($0, x, y) })
            <text class="tick" x="\(LiveChart.left)" y="\(LiveChart.height - 4)">\(times.first.map(LiveChart.clock) ?? "")</text>
            <text class="tick" x="\(LiveChart.width - 6)" y="\(LiveChart.height - 4)" text-anchor="end">\(times.last.map(LiveChart.clock) ?? "")</text>
            """)
    }

    /// `21:36:00`.
    private static func clock(_ time: Timestamp) -> String { String(time.description.dropFirst(11).prefix(8)) }

    private func grid(_ y: Scale) -> HTML {
        var out: HTML = "<line class=\"axis\" x1=\"\(LiveChart.left)\" x2=\"\(LiveChart.width)\" y1=\"\(y(0))\" y2=\"\(y(0))\"/>"
        for tick in y.ticks(3) where tick > 0 {
            out += "<line class=\"grid\" x1=\"\(LiveChart.left)\" x2=\"\(LiveChart.width)\" y1=\"\(y(tick))\" y2=\"\(y(tick))\"/>"
            out += "<text class=\"tick\" x=\"\(LiveChart.left - 6)\" y=\"\(y(tick) + 4)\" text-anchor=\"end\">\(Figure.short(tick))</text>"
        }
        return out
    }

    /// A line that breaks off where there is no value; a value without neighbours is a dot.
    private func path(_ line: Line, _ x: Scale, _ y: Scale) -> HTML {
        var path: HTML = ""
        var isOn = false
        for (time, value) in zip(times, line.values) {
            guard let value else {
                isOn = false
                continue
            }
            path += isOn ? "L\(x(time.seconds)) \(y(value))" : "M\(x(time.seconds)) \(y(value))h.1"
            isOn = true
        }
        return "<path class=\"hue-\(line.hue % 8)\" d=\"\(path)\"/>"
    }
}
