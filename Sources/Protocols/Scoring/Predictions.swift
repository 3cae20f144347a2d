internal import Serving
internal import Support
internal import Tables

/// The answers of a request, row by row.
struct Predictions {
    let result: InferenceResult

    /// A model's own outputs, where it has any that go by rows, and what it says of each row otherwise.
    private var names: [String] { (own.map { $0.map(\.name) + ["prediction_id"] }) ?? result.answer.outputs.map(\.name) }

    private let own: [RowOutput]?

    init(result: InferenceResult) {
        self.result = result
        let tensors = result.tensors ?? []
        let areRows = tensors.allSatisfy { $0.shape.first == result.ids.count && $0.name != "prediction_id" }
        own = areRows && !tensors.isEmpty ? tensors.map(RowOutput.init) : nil
    }

    /// All rows: one object each, or the values of one output.
    /// - Parameter isBare: whether rows of a model with a single output of its own are told by its value alone, as the servers do that contracts are from.
    /// - Throws: `invalidInput` for an output that there is none of.
    func list(of output: String?, isBare: Bool = true) throws(MartletError) -> [JSONValue] {
        if output == nil, isBare, let own {
            return result.ids.indices.map { row in
                own.count == 1 ? own[0].json(row) : .object(own.map { JSONValue.Member($0.name, $0.json(row)) })
            }
        }
        guard let output else {
            return result.ids.indices.map { row in .object(names.map { JSONValue.Member($0, value($0, row)) }) }
        }
        guard names.contains(output) else {
            throw Rows.refusal("There is no output “\(output.prefix(100))”. There are: \(names.joined(separator: ", ")).")
        }
        return result.ids.indices.map { value(output, $0) }
    }

    /// Lines of values with commas between, in the order of the names; classes' probabilities one after another.
    var csv: String {
        return result.ids.indices.map { row in
            names.map { name in
                let value = value(name, row)
                return if case .array(let parts) = value { parts.map(\.compact).joined(separator: ",") } else { Predictions.field(value) }
            }.joined(separator: ",")
        }.joined(separator: "\n") + "\n"
    }

    private static func field(_ value: JSONValue) -> String {
        guard let text = value.text else { return value.isNull ? "" : value.compact }
        return text.contains { ",\"\r\n".contains($0) } ? "\"\(text.replacing("\"", with: "\"\""))\"" : text
    }

    private func value(_ name: String, _ row: Int) -> JSONValue {
        let answers = result.answers
        if name != "prediction_id", let own { return own.first { $0.name == name }?.json(row) ?? .null }
        switch name {
        case "label": return answers.labels.flatMap { $0[row] }.map(JSONValue.string) ?? .null
        case "prediction_id": return .string(result.ids[row].description)
        case "probabilities": return .array(answers.scores[row * answers.width..<(row + 1) * answers.width].map { JSONValue($0) })
        default: return JSONValue(answers.scores[row])
        }
    }
}
