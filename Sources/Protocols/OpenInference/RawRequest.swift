import Serving
import Support

/// A request that is the bytes of a tensor and nothing else (`Inference-Header-Content-Length: 0`), for a model that takes only one. Its shape follows from
/// the number of bytes; the answer has raw bytes too.
struct RawRequest {
    private let field: TensorField

    /// - Throws: `invalidInput` for a model that takes several tensors.
    init(_ interface: TensorInterface) throws(MartletError) {
        guard let field = interface.inputs.first, interface.inputs.count == 1 else {
            throw MartletError(
                .invalidInput,
                "The model takes \(interface.inputs.count) inputs; raw bytes without JSON are for models that take one. Send JSON before the bytes.")
        }
        self.field = field
    }

    /// - Throws: `invalidInput` where so many bytes are no tensor of the model's.
    func request(_ body: [UInt8], receivedAt: Double) throws(MartletError) -> InferenceRequest {
        InferenceRequest(
            id: nil, inputs: [try tensor(body)], key: nil, urgency: try Urgency(priority: nil, microseconds: nil, receivedAt: receivedAt),
            receivedAt: receivedAt)
    }

    private func tensor(_ body: [UInt8]) throws(MartletError) -> Tensor {
        guard let size = field.datatype.size else { return try text(body) }
        let known = field.shape.reduce(1) { $1 < 0 ? $0 : min(1 << 31, $0 * min(1 << 31, max(0, $1))) }
        let unknown = field.shape.count { $0 < 0 }
        guard unknown <= 1 else { throw refusal("leaves \(unknown) dimensions open. Send JSON before the bytes, with the shape.") }
        let count = unknown == 0 || known == 0 ? 1 : body.count / size / known
        guard known > 0, count > 0, body.count == count * known * size else {
            throw refusal("takes \(known) values of \(size) bytes\(unknown == 0 ? "" : " for each row"); the request has \(body.count) bytes.")
        }
        let values = try BinaryTensor.values(body[...], field.datatype, count: count * known, of: field.name)
        return Tensor(name: field.name, datatype: field.datatype, shape: field.shape.map { $0 < 0 ? count : $0 }, values: values)
    }

    /// A text is the whole body, without its length in front.
    private func text(_ body: [UInt8]) throws(MartletError) -> Tensor {
        guard field.shape.allSatisfy({ $0 < 0 || $0 == 1 }) else { throw refusal("takes more than one text. Send JSON before the bytes.") }
        guard let text = String(validating: body, as: UTF8.self) else { throw refusal("takes a text; the request is not valid UTF-8.") }
        return Tensor(name: field.name, datatype: field.datatype, shape: field.shape.map { _ in 1 }, values: .text([text]))
    }

    private func refusal(_ words: String) -> MartletError { MartletError(.invalidInput, "Input “\(field.name)” \(words)") }
}
