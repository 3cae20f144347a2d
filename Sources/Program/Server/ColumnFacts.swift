import Pages
import Support

/// A column of a stored profile as the pages show it.
struct ColumnFacts {
    let profile: JSONValue
    let role: String

    /// Figures that stand in no cell of the table, under the names that a reader knows.
    private static let further = [
        ("skewness", "skewness"), ("kurtosis", "kurtosis"), ("iqr", "interquartile range"), ("mad", "median absolute deviation"),
        ("negative", "negative"), ("infinite", "infinite"), ("nan", "not a number"),
    ]

    var view: ColumnProfileView {
        var view = ColumnProfileView(
            profile["name"].text ?? "", kind: profile["kind"].text ?? "", role: role, count: profile["count"].int ?? 0,
            missing: profile["missing"].int ?? 0, distinct: profile["distinct"].int ?? 0, distinctIsExact: profile["distinct_is_exact"].flag ?? true,
            numbers: numbers, meanLength: profile["length"]["mean"].double, top: top, alerts: profile["alerts"].elements.compactMap(\.text),
            facts: facts)
        view.lengths = lengths
        return view
    }

    private var lengths: ColumnProfileView.Numbers? {
        let length = profile["length"]
        let edges = length["histogram"]["edges"].elements.compactMap(\.double)
        guard let least = length["min"].double, let most = length["max"].double, !edges.isEmpty else { return nil }
        return .init(
            minimum: least, median: nil, maximum: most, mean: length["mean"].double ?? least, deviation: nil, zeros: 0, edges: edges,
            counts: length["histogram"]["counts"].elements.compactMap(\.int))
    }

    private var numbers: ColumnProfileView.Numbers? {
        guard profile["kind"].text != "boolean", let minimum = position(profile["min"]), let maximum = position(profile["max"]) else { return nil }
        let edges = profile["histogram"]["edges"].elements.compactMap(position)
        return .init(
            minimum: minimum, median: position(profile["median"]), maximum: maximum, mean: position(profile["mean"]) ?? minimum,
            deviation: profile["std"].double, zeros: profile["zeros"].int ?? 0, edges: edges,
            counts: profile["histogram"]["counts"].elements.compactMap(\.int))
    }

    private var top: [ColumnProfileView.Frequent] {
        profile["top_values"].elements.map { .init($0["value"].text ?? $0["value"].compact, $0["count"].int ?? 0) }
    }

    private var facts: [FactView] {
        var facts: [FactView] = []
        for quantile in profile["quantiles"].members {
            let share = Double(quantile.key).map { Figure.percent($0) } ?? quantile.key
            facts.append(FactView("quantile \(share)", text(quantile.value)))
        }
        for (key, name) in ColumnFacts.further where profile[key].double.map({ $0 != 0 }) == true {
            facts.append(FactView(name, Figure.metric(profile[key].double)))
        }
        let length = profile["length"]
        if let least = length["min"].int, let most = length["max"].int {
            facts.append(FactView("length", least == most ? Figure.count(least) : "\(Figure.count(least)) to \(Figure.count(most))"))
        }
        return facts
    }

    /// A value on the column's scale: a number, or a time in seconds.
    private func position(_ value: JSONValue) -> Double? {
        if let number = value.double { return number }
        guard profile["kind"].text == "timestamp" else { return nil }
        return value.text.flatMap { Timestamp($0)?.seconds }
    }

    private func text(_ value: JSONValue) -> String {
        value.double.map { Figure.short($0) } ?? value.text.flatMap { Timestamp($0).map { Figure.minute($0) } } ?? value.compact
    }
}
