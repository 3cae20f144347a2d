/// How closely pairs of columns go together, as a triangle of squares: the fuller the colour, the closer.
struct CorrelationMatrix {
    let associations: [AssociationView]
    /// What the figures are called, for the label.
    let name: String

    private static let most = 24
    private static let cell = 22.0
    private static let left = 150.0

    /// In their order, those that go together with another most closely.
    private var columns: [String] {
        var closest: [String: Double] = [:]
        var order: [String] = []
        for association in associations {
            for column in [association.first, association.second] {
                if closest[column] == nil { order.append(column) }
                closest[column] = max(closest[column] ?? 0, abs(association.value))
            }
        }
        let ranked = order.enumerated().sorted { a, b in
            (-(closest[a.element] ?? 0), a.offset) < (-(closest[b.element] ?? 0), b.offset)
        }
        let kept = Set(ranked.prefix(CorrelationMatrix.most).map(\.element))
        return order.filter(kept.contains)
    }

    /// The drawing; nil where there is no pair.
    var html: HTML? {
        let columns = columns
        guard columns.count > 1 else { return nil }
        let places = Dictionary(columns.enumerated().map { ($1, $0) }) { first, _ in first }
        var squares: HTML = ""
        for association in associations {
            guard let i = places[association.first], let j = places[association.second], i != j, association.value.isFinite else { continue }
            squares += square(max(i, j), min(i, j), association)
        }
        var names: HTML = ""
        for (i, column) in columns.enumerated() {
            let y = CorrelationMatrix.cell * (Double(i) + 0.65)
            names += "<text x=\"\(CorrelationMatrix.left - 8)\" y=\"\(y)\" text-anchor=\"end\">\(shortened(column, to: 22))</text>"
        }
        let size = CorrelationMatrix.cell * Double(columns.count)
        let closest = associations.max { abs($0.value) < abs($1.value) }
        let spoken = closest.map { ", the closest \($0.first.prefix(60)) and \($0.second.prefix(60)) with \(Figure.fixed($0.value, 2))" } ?? ""
        return drawing(
            "matrix", width: max(CorrelationMatrix.left + size, 440), height: size + 4, label: "\(name) of \(columns.count) columns\(spoken)",
            "\(names)\(squares)")
    }

    private func square(_ row: Int, _ column: Int, _ association: AssociationView) -> HTML {
        let cell = CorrelationMatrix.cell
        let (x, y) = (CorrelationMatrix.left + cell * Double(column) + 1, cell * Double(row) + 1)
        let strength = min(abs(association.value), 1)
        let title = "\(association.first.prefix(80)) and \(association.second.prefix(80)): \(Figure.fixed(association.value, 3))"
        return """
            <rect class="none" x="\(x)" y="\(y)" width="\(cell - 2)" height="\(cell - 2)"/>\
            <rect class="\(association.value < 0 ? "less" : "more")" x="\(x)" y="\(y)" width="\(cell - 2)" height="\(cell - 2)" opacity="\(strength)">\
            <title>\(title)</title></rect>
            """
    }
}
