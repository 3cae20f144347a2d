import Serving
import Support

/// Reads the body of an infer request: JSON, followed by the raw tensors of the binary tensor extension where a header says so.
struct InferReader {
    /// Which outputs the caller wants, and in which form.
    struct Wish: Equatable {
        var name: String
        var isBinary: Bool
    }

    /// The most values of JSON that are read: about 300 MB. Larger requests come as binary tensors.
    private static let capacity = 5_000_000

    /// The endpoint's name of the callers' key, for the parameter of that name.
    let key: String?

    /// - Parameters:
    ///   - body: all bytes of the request.
    ///   - jsonLength: the header `Inference-Header-Content-Length`; nil without one, when all of the body is JSON.
    /// - Returns: the request, the outputs that were asked for (nil for all), and whether outputs not named are binary.
    func read(
        _ body: [UInt8], jsonLength: Int?, receivedAt: Double
    ) throws(MartletError) -> (request: InferenceRequest, wishes: [Wish]?, isBinary: Bool) {
        let length = jsonLength ?? body.count
        guard length > 0 else { throw refusal(body.isEmpty ? "The request has no body." : "Raw bytes without JSON are taken by “infer” only.") }
        guard length <= body.count else { throw refusal("Inference-Header-Content-Length is \(length), but the body has \(body.count) bytes.") }
        let message = try InferMessage(parsing: length == body.count ? body : Array(body[..<length]), capacity: InferReader.capacity)
        let isBinary = message.parameters["binary_data_output"].flag ?? false
        let request = InferenceRequest(
            id: message.id.text, inputs: try tensors(message.inputs, binary: body[length...]), key: try callersKey(message.parameters),
            urgency: try urgency(message.parameters, receivedAt), receivedAt: receivedAt)
        return (request, try wishes(message.outputs, isBinary: isBinary), isBinary)
    }

    // MARK: Parameters

    private func callersKey(_ parameters: JSONValue) throws(MartletError) -> String? {
        for name in ["sequence_id", "sequence_start", "sequence_end"] where !parameters[name].isNull {
            throw refusal("The parameter “\(name)” is not offered: every row is answered on its own.")
        }
        switch parameters[key ?? "key"] {
        case .string(let text): return text
        case .integer(let number): return String(number)
        case .null: return nil
        default: throw refusal("The parameter “\(key ?? "key")” must be text or a whole number.")
        }
    }

    private func urgency(_ parameters: JSONValue, _ receivedAt: Double) throws(MartletError) -> Urgency {
        for name in ["priority", "timeout"] where !parameters[name].isNull && parameters[name].int == nil {
            throw refusal("The parameter “\(name)” must be a whole number.")
        }
        return try Urgency(priority: parameters["priority"].int, microseconds: parameters["timeout"].int, receivedAt: receivedAt)
    }

    private func wishes(_ outputs: JSONValue, isBinary: Bool) throws(MartletError) -> [Wish]? {
        guard !outputs.isNull else { return nil }
        guard case .array(let elements) = outputs else { throw refusal("“outputs” must be a list.") }
        var wishes: [Wish] = []
        for output in elements {
            guard let name = output["name"].text else { throw refusal("Each of “outputs” needs a “name”.") }
            let parameters = output["parameters"]
            guard parameters["classification"].isNull else { throw refusal("The parameter “classification” is not offered; ask for “label”.") }
            try refuseSharedMemory(parameters)
            wishes.append(Wish(name: name, isBinary: parameters["binary_data"].flag ?? isBinary))
        }
        return wishes.isEmpty ? nil : wishes
    }

    private func refuseSharedMemory(_ parameters: JSONValue) throws(MartletError) {
        guard parameters["shared_memory_region"].isNull else { throw refusal("Shared memory is not offered; send the data.") }
    }

    // MARK: Inputs

    private func tensors(_ inputs: [InferMessage.Input]?, binary: ArraySlice<UInt8>) throws(MartletError) -> [Tensor] {
        guard let inputs else { throw refusal("The request needs “inputs”, a list of tensors.") }
        var tensors: [Tensor] = []
        var rest = binary
        for input in inputs { tensors.append(try tensor(input, &rest)) }
        guard rest.isEmpty else { throw refusal("\(rest.count) bytes follow the last tensor. Check binary_data_size and the header.") }
        return tensors
    }

    private func tensor(_ input: InferMessage.Input, _ rest: inout ArraySlice<UInt8>) throws(MartletError) -> Tensor {
        let json = input.fields
        guard let name = json["name"].text else { throw refusal("Each of “inputs” needs a “name”.") }
        guard let typeName = json["datatype"].text else { throw refusal("Input “\(name)” needs a “datatype”.") }
        guard let datatype = Datatype(rawValue: typeName) else {
            let known = Datatype.allCases.map(\.rawValue)
            throw refusal(
                "Input “\(name)” has the unknown datatype “\(typeName)”.\(didYouMean(typeName, among: known)) Known: \(known.joined(separator: ", "))."
            )
        }
        let shape = try shape(json["shape"], of: name)
        let parameters = json["parameters"]
        try refuseSharedMemory(parameters)
        let values: Tensor.Values
        if parameters["binary_data_size"].isNull {
            values = try JSONTensor(name: name, datatype: datatype).values(input.data)
        } else {
            guard case .json(.null) = input.data else { throw refusal("Input “\(name)” has both “data” and “binary_data_size”. Send one.") }
            guard let size = parameters["binary_data_size"].int, size >= 0, size <= rest.count else {
                throw refusal("Input “\(name)” announces \(parameters["binary_data_size"].compact) bytes; \(rest.count) are left in the body.")
            }
            values = try BinaryTensor.values(rest.prefix(size), datatype, count: Tensor.elementCount(shape, of: name), of: name)
            rest = rest.dropFirst(size)
        }
        return Tensor(name: name, datatype: datatype, shape: shape, values: values)
    }

    private func shape(_ json: JSONValue, of name: String) throws(MartletError) -> [Int] {
        guard case .array(let elements) = json, elements.count <= 16 else {
            throw refusal("Input “\(name)” needs a “shape”, a list of whole numbers.")
        }
        var shape: [Int] = []
        for element in elements {
            guard let dimension = element.int else {
                throw refusal("Input “\(name)” needs a “shape” of whole numbers; \(element.compact.prefix(40)) is none.")
            }
            shape.append(dimension)
        }
        return shape
    }

    private func refusal(_ message: String) -> MartletError { MartletError(.invalidInput, message) }
}
