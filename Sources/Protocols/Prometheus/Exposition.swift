internal import Support

/// Metrics in Prometheus's text format: families with their help, and samples with labels.
struct Exposition {
    enum Kind: String {
        case counter, gauge, histogram
    }

    private(set) var text = ""

    /// Begins a family; its samples follow.
    mutating func family(_ name: String, _ kind: Kind, _ help: String) { text += "# HELP \(name) \(help)\n# TYPE \(name) \(kind.rawValue)\n" }

    mutating func sample(_ name: String, _ labels: [(name: String, value: String)], _ value: Double) {
        let listed = labels.map { "\($0.name)=\"\(Exposition.escaped($0.value))\"" }.joined(separator: ",")
        text += "\(name)\(listed.isEmpty ? "" : "{\(listed)}") \(Exposition.number(value))\n"
    }

    mutating func sample(_ name: String, _ labels: [(name: String, value: String)], _ value: Int) { sample(name, labels, Double(value)) }

    private static func escaped(_ text: String) -> String {
        text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
    }

    private static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value > 0 ? "+Inf" : "-Inf" }
        return JSONValue.text(of: value)
    }
}
