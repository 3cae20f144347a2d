import Support

/// The few groups that a column sorts rows into: its most frequent texts, or fifths of its numbers.
struct PointGroups {
    /// In order; each row belongs to one of them.
    let names: [String]
    /// The group of every row.
    let groups: [Int]
    /// Whether the groups are in the order of numbers, so that a colour tells more and less.
    let areOrdered: Bool

    /// - Parameter most: the groups that are told apart, the rest among them.
    init(_ axis: ScatterView.Axis, most: Int) {
        switch axis.values {
        case .texts(let texts): self.init(texts: texts, most: most)
        case .numbers(let numbers): self.init(numbers: numbers, most: most) { Figure.short($0) }
        case .moments(let moments): self.init(numbers: moments, most: most) { Timestamp(seconds: $0).date }
        }
    }

    private init(texts: [String?], most: Int) {
        var counts: [String: Int] = [:]
        for text in texts { counts[text ?? PointGroups.missing, default: 0] += 1 }
        let order = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map(\.key)
        let kept = order.count <= most ? order : Array(order.prefix(most - 1))
        let places = Dictionary(kept.enumerated().map { ($1, $0) }) { first, _ in first }
        groups = texts.map { places[$0 ?? PointGroups.missing] ?? kept.count }
        names = order.count > kept.count ? kept + ["the rest"] : kept
        areOrdered = false
    }

    private init(numbers: [Double], most: Int, _ shown: (Double) -> String) {
        let known = numbers.filter { !$0.isNaN }.sorted()
        let distinct = known.reduce(into: [Double]()) { if $0.last != $1 && $0.count <= most { $0.append($1) } }
        let hasMissing = known.count < numbers.count
        guard distinct.count > most - (hasMissing ? 1 : 0) else {
            let places = Dictionary(distinct.enumerated().map { ($1, $0) }) { first, _ in first }
            groups = numbers.map { places[$0] ?? distinct.count }
            names = distinct.map(shown) + (hasMissing ? [PointGroups.missing] : [])
            areOrdered = true
            return
        }
        let bounds = (1..<PointGroups.fifths).map { known[known.count * $0 / PointGroups.fifths] }.reduce(into: [Double]()) {
            if $0.last != $1 { $0.append($1) }
        }
        groups = numbers.map { value in value.isNaN ? bounds.count + 1 : bounds.firstIndex { value < $0 } ?? bounds.count }
        let first = bounds.first.map { ["below \(shown($0))"] } ?? []
        let middle = zip(bounds, bounds.dropFirst()).map { "\(shown($0)) to \(shown($1))" }
        let last = bounds.last.map { ["from \(shown($0))"] } ?? ["all"]
        names = first + middle + last + (hasMissing ? [PointGroups.missing] : [])
        areOrdered = true
    }

    private static let fifths = 5
    private static let missing = "missing"
}
