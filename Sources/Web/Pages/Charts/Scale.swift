/// A straight line from values to coordinates.
struct Scale {
    let domain: ClosedRange<Double>
    let from: Double
    let to: Double

    /// - Parameters:
    ///   - values: what must fit; those that are not finite are left out.
    ///   - padding: the share of the range that is added at both ends.
    ///   - limits: what the domain may not leave where the values do not.
    init(_ values: [Double], padding: Double = 0, within limits: ClosedRange<Double>? = nil, from: Double, to: Double) {
        let finite = values.filter { $0.isFinite && abs($0) < 1e300 }
        var low = finite.min() ?? 0
        var high = finite.max() ?? 1
        if high - low <= max(abs(high), abs(low)) * 1e-9 {
            let room = max(abs(high) * 0.1, 1e-3)
            (low, high) = (low - room, high + room)
        }
        let room = (high - low) * padding
        var (start, end) = (low - room, high + room)
        if let limits, low >= limits.lowerBound, high <= limits.upperBound {
            (start, end) = (max(start, limits.lowerBound), min(end, limits.upperBound))
        }
        domain = start...max(start, end)
        self.from = from
        self.to = to
    }

    /// The coordinate of a value, clipped to the drawing.
    func callAsFunction(_ value: Double) -> Double {
        let width = domain.upperBound - domain.lowerBound
        guard width > 0, !value.isNaN else { return from }
        let share = min(max((value - domain.lowerBound) / width, 0), 1)
        return from + (to - from) * share
    }

    /// About `count` round values within the domain.
    func ticks(_ count: Int) -> [Double] {
        let width = domain.upperBound - domain.lowerBound
        guard width > 0, count > 0 else { return [] }
        var step = 1.0
        while step * Double(count) < width, step < 1e300 { step *= 10 }
        while step * Double(count) > width * 10, step > 1e-300 { step /= 10 }
        let candidates = [step / 10, step / 5, step / 2, step]
        guard let chosen = candidates.first(where: { width / $0 <= Double(count) }) ?? candidates.last else { return [] }
        let first = (domain.lowerBound / chosen).rounded(.up)
        return (0...count + 1).map { (first + Double($0)) * chosen }.filter { $0 <= domain.upperBound + chosen * 1e-9 }
    }
}

/// An SVG drawing with a text for those who do not see it.
func drawing(_ kind: String, width: Double, height: Double, label: String, _ content: HTML) -> HTML {
    """
    <svg class="chart \(kind)" viewBox="0 0 \(width) \(height)" role="img" aria-label="\(label)">
    \(content)
    </svg>
    """
}

/// A text broken at spaces into lines of about a width (as in `shortened`); the last line ends with an ellipsis where more would follow.
func wrapped(_ text: String, to width: Double, lines: Int) -> [String] {
    var rest = text.prefix(400).split(whereSeparator: \.isWhitespace).map(String.init)[...]
    var out: [String] = []
    while !rest.isEmpty, out.count < lines {
        var line = rest.removeFirst()
        while let word = rest.first, shortened("\(line) \(word)", to: width) == "\(line) \(word)" {
            line += " \(word)"
            rest.removeFirst()
        }
        if out.count == lines - 1, !rest.isEmpty { line += " \(rest.joined(separator: " "))" }
        out.append(shortened(line, to: width))
    }
    return out
}

/// A text cut to about a width, in units of the font size where a usual letter is 0.55 wide and an East Asian one 1.
func shortened(_ text: String, to width: Double) -> String {
    var used = 0.0
    var out = ""
    for character in text.prefix(400) {
        let scalar = character.unicodeScalars.first?.value ?? 0
        used += scalar >= 0x1100 ? 1 : "iljtfrI.,:;|' ".contains(character) ? 0.36 : "mwMW@%".contains(character) ? 0.86 : 0.57
        if used > width { return String(out.dropLast()) + "…" }
        out.append(character)
    }
    return out.count < text.prefix(401).count ? out + "…" : out
}
