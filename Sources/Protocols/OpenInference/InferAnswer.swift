import Serving
import Support
import Tables

/// The answer to an infer request: outputs as JSON, or as raw bytes after it.
struct InferAnswer {
    /// One output: its name, datatype, the dimensions of one row, and its values.
    struct Output {
        enum Values {
            case numbers([Double])
            case labels(TextValues)
            case identifiers([TimeOrderedID])
        }

        var name: String
        var rowShape: [Int]
        var values: Values

        var datatype: Datatype { if case .numbers = values { .fp64 } else { .bytes } }
    }

    let endpoint: String
    let requestID: String?
    let result: InferenceResult

    /// Body and, where an output is binary, the length of the JSON in front.
    /// - Throws: `invalidInput` for an output that there is none of.
    func encoded(wishes: [InferReader.Wish]?, isBinary: Bool) throws(MartletError) -> (body: [UInt8], jsonLength: Int?) {
        let wishes = wishes ?? result.answer.outputs.map { InferReader.Wish(name: $0.name, isBinary: isBinary) }
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
        let known = answer.outputs
        guard let found = known.first(where: { $0.name == name }) else {
            let names = known.map(\.name)
            throw MartletError(
                .invalidInput, "There is no output “\(name)”.\(didYouMean(name, among: names)) There are: \(names.joined(separator: ", ")).")
        }
        return found.rowShape
    }

    /// The output of a name.
    private func output(_ name: String) throws(MartletError) -> Output {
        let rowShape = try InferAnswer.rowShape(name, of: result.answer)
        switch name {
        case "label": return Output(name: name, rowShape: rowShape, values: .labels(labels))
        case "prediction_id": return Output(name: name, rowShape: rowShape, values: .identifiers(result.ids))
        default: return Output(name: name, rowShape: rowShape, values: .numbers(result.answers.scores))
        }
    }

    private var labels: TextValues { result.answers.labels ?? TextValues(codes: result.ids.map { _ in -1 }, dictionary: []) }

    private static func bytes(_ values: Output.Values) -> [UInt8] {
        switch values {
        case .numbers(let numbers): BinaryTensor.bytes(numbers)
        case .labels(let labels): BinaryTensor.bytes(labels.codes.indices.map { labels[$0] ?? "" })
        case .identifiers(let ids): BinaryTensor.bytes(ids.map(\.description))
        }
    }

    /// The values with commas between. A number that JSON cannot say is null.
    private static func write(_ values: Output.Values, to json: inout String) {
        switch values {
        case .numbers(let numbers): write(numbers.count, to: &json) { $0 += JSONValue.text(of: numbers[$1]) }
        case .identifiers(let ids): write(ids.count, to: &json) { $0 += "\"\(ids[$1])\"" }
        case .labels(let labels):
            let quoted = labels.dictionary.map { JSONValue.string($0).compact }
            write(labels.codes.count, to: &json) { $0 += labels.codes[$1] < 0 ? "\"\"" : quoted[Int(labels.codes[$1])] }
        }
    }

    private static func write(_ count: Int, to json: inout String, each: (inout String, Int) -> Void) {
        for i in 0..<count {
            if i > 0 { json += "," }
            each(&json, i)
        }
    }
}
