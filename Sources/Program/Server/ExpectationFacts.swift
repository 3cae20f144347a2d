import Pages
import Support

/// A stored result of an expectation, in the shape of Great Expectations, as the pages show it.
enum ExpectationFacts {
    /// Arguments that say which columns are meant.
    private static let columnKeys = ["column", "column_A", "column_B", "column_list", "column_set"]

    static func view(_ result: JSONValue) -> ExpectationView {
        let configuration = result["expectation_config"]
        let arguments = configuration["kwargs"].members.filter { !columnKeys.contains($0.key) && !$0.value.isNull }
        let name = (configuration["type"].text ?? "").replacing("expect_", with: "", maxReplacements: 1).replacing("_", with: " ")
        return ExpectationView(
            name, columns: columns(configuration["kwargs"]), arguments: arguments.map { FactView($0.key.replacing("_", with: " "), text($0.value)) },
            severity: configuration["severity"].text ?? "", holds: result["success"].flag ?? false, found: found(result),
            examples: examples(result["result"]["partial_unexpected_list"].elements))
    }

    private static func columns(_ arguments: JSONValue) -> [String] {
        columnKeys.flatMap { key in arguments[key].text.map { [$0] } ?? arguments[key].elements.compactMap(\.text) }
    }

    private static func found(_ result: JSONValue) -> String {
        if let message = result["exception_info"]["exception_message"].text { return message }
        let figures = result["result"]
        if let unexpected = figures["unexpected_count"].int {
            let rows = (figures["element_count"].int ?? 0) - (figures["missing_count"].int ?? 0)
            guard unexpected > 0 else { return "all of \(Figure.count(rows, "row"))" }
            let share = rows > 0 ? " (\(Figure.percent(Double(unexpected) / Double(rows))))" : ""
            return "not in \(Figure.count(unexpected)) of \(Figure.count(rows, "row"))\(share)"
        }
        return figures["observed_value"].isNull ? "" : text(figures["observed_value"])
    }

    /// The different ones, as they came.
    private static func examples(_ values: [JSONValue]) -> [String] {
        var seen: [String] = []
        for value in values.map(text) where !seen.contains(value) { seen.append(value) }
        return seen
    }

    private static func text(_ value: JSONValue) -> String {
        if let number = value.double { return Figure.short(number) }
        if !value.elements.isEmpty { return value.elements.map(text).joined(separator: ", ") }
        return value.text ?? value.compact
    }
}
