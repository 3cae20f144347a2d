import Serving
import Support
import Tables

/// The answer to an infer request: outputs as JSON, or as raw bytes after it.
struct InferAnswer {
    /// One output: its name, datatype, the dimensions of one row, and its values.
    struct Output {
        enum Values {
            case numbers([Double])
            case texts([String])
        }

        var name: String
        var rowShape: [Int]
        var values: Values

        var datatype: Datatype { if case .texts = values { .bytes } else { .fp64 } }
    }

    let endpoint: String
    let requestID: String?
    let result: InferenceResult

    /// The names of the outputs for a kind of answer, in their order, with the dimensions of one row: what the metadata announce.
    static func names(_ answer: Signature.Answer) -> [(name: String, datatype: Datatype, rowShape: [Int])] {
        switch answer {
        case .binary: [("label", .bytes, []), ("probability", .fp64, []), ("prediction_id", .bytes, [])]
        case .multiclass(let classes): [("label", .bytes, []), ("probabilities", .fp64, [classes.count]), ("prediction_id", .bytes, [])]
        case .regression: [("value", .fp64, []), ("prediction_id", .bytes, [])]
        }
    }

    /// Body and, where an output is binary, the length of the JSON in front.
    /// - Throws: `invalidInput` for an output that there is none of.
    func encoded(wishes: [InferReader.Wish]?, isBinary: Bool) throws(MartletError) -> (body: [UInt8], jsonLength: Int?) {
        let wishes = wishes ?? InferAnswer.names(result.answer).map { InferReader.Wish(name: $0.name, isBinary: isBinary) }
        var json = "{\"model_name\":\(JSONValue.string(endpoint).compact),\"model_version\":\"\(result.model.version)\""
        if let requestID { json += ",\"id\":\(JSONValue.string(requestID).compact)" }
        json += ",\"outputs\":["
        var raw: [UInt8] = []
        for (i, wish) in wishes.enumerated() {
            let output = try output(wish.name)
            let shape = ([result.ids.count] + output.rowShape).map(String.init).joined(separator: ",")
            json += "\(i > 0 ? "," : ""){\"name\":\"\(output.name)\",\"datatype\":\"\(output.datatype.rawValue)\",\"shape\":[\(shape)],"
            if wish.isBinary {
                let bytes = InferAnswer.bytes(output.values)
                raw.append(contentsOf: bytes)
                json += "\"parameters\":{\"binary_data_size\":\(bytes.count)}}"
            } else {
                json += "\"data\":["
                InferAnswer.write(output.values, to: &json)
                json += "]}"
            }
        }
        json += "]}"
        let head = Array(json.utf8)
        return wishes.contains(where: \.isBinary) ? (head + raw, head.count) : (head, nil)
    }

    /// Checks, before anything is answered, that the outputs asked for exist.
    static func check(_ wishes: [InferReader.Wish], of answer: Signature.Answer) throws(MartletError) {
        for wish in wishes { _ = try rowShape(wish.name, of: answer) }
    }

    private static func rowShape(_ name: String, of answer: Signature.Answer) throws(MartletError) -> [Int] {
        let known = InferAnswer.names(answer)
        guard let found = known.first(where: { $0.name == name }) else {
            let names = known.map(\.name)
            throw MartletError(.invalidInput, "There is no output “\(name)”.\(didYouMean(name, among: names)) There are: \(names.joined(separator: ", ")).")
        }
        return found.rowShape
    }

    /// The output of a name.
    private func output(_ name: String) throws(MartletError) -> Output {
        let rowShape = try InferAnswer.rowShape(name, of: result.answer)
        switch name {
        case "label": return Output(name: name, rowShape: rowShape, values: .texts(labels))
        case "prediction_id": return Output(name: name, rowShape: rowShape, values: .texts(result.ids.map(\.description)))
        default: return Output(name: name, rowShape: rowShape, values: .numbers(result.answers.scores))
        }
    }

    private var labels: [String] {
        guard let labels = result.answers.labels else { return Array(repeating: "", count: result.ids.count) }
        return labels.codes.indices.map { labels[$0] ?? "" }
    }

    private static func bytes(_ values: Output.Values) -> [UInt8] {
        switch values {
        case .numbers(let numbers): BinaryTensor.bytes(numbers)
        case .texts(let texts): BinaryTensor.bytes(texts)
        }
    }

    /// The values with commas between. A number that JSON cannot say is null.
    private static func write(_ values: Output.Values, to json: inout String) {
        switch values {
        case .numbers(let numbers):
            for (i, number) in numbers.enumerated() {
                if i > 0 { json += "," }
                json += JSONValue.text(of: number)
            }
        case .texts(let texts):
            for (i, text) in texts.enumerated() {
                if i > 0 { json += "," }
                json += JSONValue.string(text).compact
            }
        }
    }
}
