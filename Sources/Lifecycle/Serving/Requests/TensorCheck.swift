package import Support
package import Tables

/// Holds a request against the tensors that a model takes, before the model sees it.
package struct TensorCheck: Sendable {
    let interface: TensorInterface
    /// The input in which callers send their own key.
    let key: String?

    package init(interface: TensorInterface, key: String?) {
        self.interface = interface
        self.key = key
    }

    /// The model's tensors in its order, the number of rows, and the callers' keys.
    /// - Throws: `invalidInput` naming the input at fault.
    package func read(_ request: InferenceRequest) throws(MartletError) -> (tensors: [Tensor], rows: Int, keys: TextValues?) {
        try checkNames(request.inputs)
        var tensors: [Tensor] = []
        var rows: (count: Int, of: String)?
        for field in interface.inputs {
            guard let tensor = request.inputs.first(where: { $0.name == field.name }) else { throw absent(field) }
            try check(tensor, field, &rows)
            tensors.append(tensor)
        }
        let count = rows?.count ?? 1
        let keyTensor = request.inputs.first { isKey($0.name) }
        return (tensors, count, try CallersKeys(name: key ?? "id", rows: count).read(keyTensor, parameter: request.key))
    }

    private func isKey(_ name: String) -> Bool { (name == key || name == "id") && !interface.inputs.contains { $0.name == name } }

    private func checkNames(_ tensors: [Tensor]) throws(MartletError) {
        let known = interface.inputs.map(\.name)
        var seen: Set<String> = []
        for tensor in tensors {
            guard known.contains(tensor.name) || isKey(tensor.name) else {
                throw refusal("Input “\(tensor.name)” is not known.\(didYouMean(tensor.name, among: known)) The model takes: \(listed).")
            }
            guard seen.insert(tensor.name).inserted else { throw refusal("Input “\(tensor.name)” is there twice. Send it once.") }
        }
    }

    private func absent(_ field: TensorField) -> MartletError { refusal("Input “\(field.name)” is absent. The model takes: \(listed).") }

    private var listed: String { interface.inputs.prefix(30).map(\.description).joined(separator: ", ") }

    private func check(_ tensor: Tensor, _ field: TensorField, _ rows: inout (count: Int, of: String)?) throws(MartletError) {
        guard tensor.datatype == field.datatype else {
            throw refusal("Input “\(field.name)” has datatype \(tensor.datatype.rawValue); it must be \(field.datatype.rawValue).")
        }
        let fits = tensor.shape.count == field.shape.count && zip(tensor.shape, field.shape).allSatisfy { $1 < 0 || $0 == $1 }
        guard fits else { throw refusal("Input “\(field.name)” has shape \(tensor.shape); it must be \(field.shapeText).") }
        let count = try Tensor.elementCount(tensor.shape, of: tensor.name)
        guard tensor.count == count else {
            throw refusal("Input “\(field.name)” has \(tensor.count) values; its shape \(tensor.shape) asks for \(count).")
        }
        guard count > 0 else { throw refusal("Input “\(field.name)” has no values. Send at least one row.") }
        if case .text(let texts) = tensor.values, texts.contains(nil) { throw refusal("Input “\(field.name)” has a text that is null.") }
        try CheckedNumbers.requireFitting(tensor)
        guard field.shape.first == -1 else { return }
        try countRows(tensor, &rows)
    }

    private func countRows(_ tensor: Tensor, _ rows: inout (count: Int, of: String)?) throws(MartletError) {
        let count = tensor.shape[0]
        guard count <= RequestCheck.rowLimit else {
            throw refusal("Input “\(tensor.name)” has \(count) rows; a request may have \(RequestCheck.rowLimit). Send several.")
        }
        guard let (first, name) = rows else {
            rows = (count, tensor.name)
            return
        }
        guard first == count else {
            throw refusal("Input “\(tensor.name)” has \(count) rows, but “\(name)” has \(first). All must have the same number.")
        }
    }

    private func refusal(_ message: String) -> MartletError { MartletError(.invalidInput, message) }
}

extension TensorField: CustomStringConvertible {
    /// The shape for a message: `[any, 4]`.
    var shapeText: String { "[" + shape.map { $0 < 0 ? "any" : String($0) }.joined(separator: ", ") + "]" }

    package var description: String { "\(name) (\(datatype.rawValue) \(shapeText))" }
}

/// Numbers that came as text and are to be put into a datatype.
private enum CheckedNumbers {
    /// - Throws: `invalidInput` where null stands in a tensor that has no value for “missing”, or a number is beyond what it can hold.
    static func requireFitting(_ tensor: Tensor) throws(MartletError) {
        guard case .numbers(let numbers) = tensor.values, let limit = limit(tensor.datatype) else { return }
        guard let place = numbers.firstIndex(where: { limit > 0 && $0.magnitude > limit || $0.isNaN && limit == 0 }) else { return }
        let value = numbers[place].isNaN ? "null" : "\(numbers[place])"
        throw MartletError(
            .invalidInput, "Input “\(tensor.name)” at \(place) (counted from 0) is \(value), which \(tensor.datatype.rawValue) cannot hold.")
    }

    /// The greatest magnitude; 0 where only whole numbers are held, which were checked already; nil where every double fits.
    private static func limit(_ datatype: Datatype) -> Double? {
        switch datatype {
        case .fp16: 65_504
        case .fp32, .bf16: Double(Float.greatestFiniteMagnitude)
        case .fp64, .bytes: nil
        default: 0
        }
    }
}
