import Planning
import Support

/// A column of a profile as cells of a table.
enum ProfileText {
    static func cells(_ column: JSONValue) -> [String] {
        let top = column["top_values"].elements.first
        return [
            column["name"].text ?? "", column["kind"].text ?? "", number(column["missing"]), number(column["distinct"]), number(column["min"]),
            number(column["mean"]), number(column["max"]), top.map { "\($0["value"].text ?? $0["value"].compact) (\(number($0["count"])))" } ?? "",
        ]
    }

    private static func number(_ value: JSONValue) -> String { value.double.map { Objective.text($0) } ?? "" }
}
