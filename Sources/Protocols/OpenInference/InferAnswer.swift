import Serving
import Support

/// The answer to an infer request: outputs as JSON, or as raw bytes after it.
struct InferAnswer {
    let endpoint: String
    let requestID: String?
    let result: InferenceResult

    /// Body and, where an output is binary, the length of the JSON in front.
    /// - Parameters:
    ///   - wishes: the outputs that were asked for, which have been checked; nil for all.
    ///   - isBinary: whether all are binary where none are asked for.
    func encoded(wishes: [InferReader.Wish]?, isBinary: Bool) throws(MartletError) -> (body: [UInt8], jsonLength: Int?) {
        let wishes = wishes ?? result.outputNames.map { InferReader.Wish(name: $0, isBinary: isBinary) }
        var json = JSONWriter()
        json.append("{\"model_name\":")
        json.quote(endpoint)
        json.append(",\"model_version\":\"")
        json.append(Int64(result.model.version))
        json.append("\"")
        if let requestID {
            json.append(",\"id\":")
            json.quote(requestID)
        }
        writeParameters(to: &json)
        json.append(",\"outputs\":[")
        var raw: [UInt8] = []
        for (place, wish) in wishes.enumerated() {
            if place > 0 { json.append(",") }
            InferAnswer.write(try result.output(wish.name), isBinary: wish.isBinary, to: &json, &raw)
        }
        json.append("]}")
        return wishes.contains(where: \.isBinary) ? (json.bytes + raw, json.bytes.count) : (json.bytes, nil)
    }

    /// The identifier of the first row's prediction: models with tensors of their own give the others where `prediction_id` is asked for. And what is
    /// unlike training in the rows, where something is.
    private func writeParameters(to json: inout JSONWriter) {
        let prediction = result.tensors == nil ? nil : result.ids.first
        let findings = result.findings.flatMap { $0.warnings.isEmpty ? nil : $0 }
        guard prediction != nil || findings != nil else { return }
        json.append(",\"parameters\":{")
        if let prediction {
            json.append("\"prediction_id\":")
            json.quote(prediction.description)
        }
        if let findings {
            if prediction != nil { json.append(",") }
            json.append("\"outlier_score\":")
            json.append(findings.greatestScore)
            json.append(",\"input_warnings\":")
            json.quote(findings.text)
        }
        json.append("}")
    }

    private static func write(_ tensor: Tensor, isBinary: Bool, to json: inout JSONWriter, _ raw: inout [UInt8]) {
        json.append("{\"name\":")
        json.quote(tensor.name)
        json.append(",\"datatype\":")
        json.quote(tensor.datatype.rawValue)
        json.append(",\"shape\":[")
        write(tensor.shape, to: &json) { $0.append(Int64($1)) }
        guard isBinary else {
            json.append("],\"data\":[")
            tensor.writeValues(to: &json)
            return json.append("]}")
        }
        let bytes = BinaryTensor.bytes(tensor.values, as: tensor.datatype)
        raw.append(contentsOf: bytes)
        json.append("],\"parameters\":{\"binary_data_size\":")
        json.append(Int64(bytes.count))
        json.append("}}")
    }

    /// Values with commas between.
    fileprivate static func write<Value>(_ values: [Value], to json: inout JSONWriter, each: (inout JSONWriter, Value) -> Void) {
        for (place, value) in values.enumerated() {
            if place > 0 { json.append(",") }
            each(&json, value)
        }
    }
}

extension Tensor {
    /// The values in JSON. A number that JSON cannot say is null; a missing text is empty.
    fileprivate func writeValues(to json: inout JSONWriter) {
        if datatype == .fp32, case .raw(let bytes) = values {
            return InferAnswer.write(BinaryTensor.words(bytes, UInt32.self), to: &json) { $0.append(Float(bitPattern: $1)) }
        }
        switch decoded {
        case .numbers(let numbers): InferAnswer.write(numbers, to: &json) { $0.append($1) }
        case .integers(let integers) where datatype == .bool:
            InferAnswer.write(integers, to: &json) { $1 == 0 ? $0.append("false") : $0.append("true") }
        case .integers(let integers): InferAnswer.write(integers, to: &json) { $0.append($1) }
        case .text(let texts): InferAnswer.write(texts, to: &json) { $0.quote($1 ?? "") }
        case .raw: break
        }
    }
}
