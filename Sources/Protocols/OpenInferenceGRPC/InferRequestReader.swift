import Serving
import Support

/// Reads a request for predictions: tensors with their values beside them, or all values as raw bytes after the tensors.
struct InferRequestReader {
    let request: WireModelInferRequest
    /// The endpoint's name of the callers' key, for the parameter of that name.
    let key: String?

    /// The most inputs, outputs and dimensions that are read.
    private static let tensorLimit = 20_000
    private static let dimensionLimit = 16

    /// - Throws: `invalidInput`.
    func inference(receivedAt: Double) throws(MartletError) -> InferenceRequest {
        guard request.inputs.count <= InferRequestReader.tensorLimit else {
            throw refusal("The request has \(request.inputs.count) inputs, which is too many.")
        }
        let id = request.id.isEmpty ? nil : request.id
        return InferenceRequest(id: id, inputs: try tensors(), key: try callersKey(), urgency: try urgency(receivedAt), receivedAt: receivedAt)
    }

    /// The outputs that are asked for; none for all.
    /// - Throws: `invalidInput` for a form of output that is not offered.
    func outputs() throws(MartletError) -> [String] {
        guard request.outputs.count <= InferRequestReader.tensorLimit else {
            throw refusal("The request asks for \(request.outputs.count) outputs, which is too many.")
        }
        for output in request.outputs {
            guard output.parameters["classification"] == nil else {
                throw refusal("The parameter “classification” is not offered; ask for “label”.")
            }
            try refuseSharedMemory(output.parameters)
        }
        return request.outputs.map(\.name)
    }

    /// Whether the answer's values are raw bytes: as those of the request are, or where it asks for it.
    var wantsRaw: Bool {
        !request.rawInputContents.isEmpty || isSet(request.parameters["binary_data_output"])
            || request.outputs.contains { isSet($0.parameters["binary_data"]) }
    }

    private func isSet(_ parameter: WireInferParameter?) -> Bool { parameter?.parameterChoice == .boolParam(true) }

    // MARK: Parameters

    private func callersKey() throws(MartletError) -> String? {
        for name in ["sequence_id", "sequence_start", "sequence_end"] where request.parameters[name] != nil {
            throw refusal("The parameter “\(name)” is not offered: every row is answered on its own.")
        }
        switch request.parameters[key ?? "key"]?.parameterChoice {
        case .stringParam(let text): return text
        case .int64Param(let number): return String(number)
        case .uint64Param(let number): return String(number)
        case nil: return nil
        default: throw refusal("The parameter “\(key ?? "key")” must be text or a whole number.")
        }
    }

    private func urgency(_ receivedAt: Double) throws(MartletError) -> Urgency {
        try Urgency(priority: try whole("priority"), microseconds: try whole("timeout"), receivedAt: receivedAt)
    }

    private func whole(_ name: String) throws(MartletError) -> Int? {
        switch request.parameters[name]?.parameterChoice {
        case .int64Param(let number): return Int(number)
        case .uint64Param(let number): return Int(clamping: number)
        case nil: return nil
        default: throw refusal("The parameter “\(name)” must be a whole number.")
        }
    }

    private func refuseSharedMemory(_ parameters: [String: WireInferParameter]) throws(MartletError) {
        guard parameters["shared_memory_region"] == nil else { throw refusal("Shared memory is not offered; send the data.") }
    }

    // MARK: Inputs

    private func tensors() throws(MartletError) -> [Tensor] {
        let raw = request.rawInputContents
        guard raw.isEmpty || raw.count == request.inputs.count else {
            throw refusal("The request has \(request.inputs.count) inputs and \(raw.count) raw contents. Send one for each input, or none.")
        }
        var tensors: [Tensor] = []
        for (place, input) in request.inputs.enumerated() {
            try refuseSharedMemory(input.parameters)
            let datatype = try datatype(of: input)
            let shape = try shape(of: input)
            let count = try Tensor.elementCount(shape, of: input.name)
            let values: Tensor.Values
            if raw.isEmpty {
                values = try TypedContents(name: input.name, datatype: datatype, contents: input.contents).values(count: count)
            } else {
                guard !input.hasContents || input.contents == .init() else {
                    throw refusal("Input “\(input.name)” has contents of its own beside raw_input_contents. Send all values in one form.")
                }
                values = try BinaryTensor.values(ArraySlice(raw[place]), datatype, count: count, of: input.name)
            }
            tensors.append(Tensor(name: input.name, datatype: datatype, shape: shape, values: values))
        }
        return tensors
    }

    private func datatype(of input: WireModelInferRequest.InferInputTensor) throws(MartletError) -> Datatype {
        guard let datatype = Datatype(rawValue: input.datatype) else {
            let known = Datatype.allCases.map(\.rawValue)
            let hint = didYouMean(input.datatype, among: known)
            throw refusal("Input “\(input.name)” has the unknown datatype “\(input.datatype)”.\(hint) Known: \(known.joined(separator: ", ")).")
        }
        return datatype
    }

    private func shape(of input: WireModelInferRequest.InferInputTensor) throws(MartletError) -> [Int] {
        guard input.shape.count <= InferRequestReader.dimensionLimit else {
            throw refusal("Input “\(input.name)” has \(input.shape.count) dimensions; it may have \(InferRequestReader.dimensionLimit).")
        }
        return input.shape.map { Int($0) }
    }

    private func refusal(_ message: String) -> MartletError { MartletError(.invalidInput, message) }
}
