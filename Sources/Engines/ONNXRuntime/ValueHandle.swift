import EngineHeaders
import Support

extension ONNXRuntimeAPI {
    /// The element type that a tensor's description names.
    func elementType(_ info: UnsafeMutableRawPointer) throws(MartletError) -> TensorElementType {
        var number: CInt = 0
        try check(calls.get_tensor_element_type(info, &number), "The type of a tensor cannot be read.")
        return TensorElementType(number: number)
    }

    /// The sizes that a tensor's description names, -1 where they vary.
    func shape(_ info: UnsafeMutableRawPointer) throws(MartletError) -> [Int] {
        var rank = 0
        try check(calls.get_dimensions_count(info, &rank), "The shape of a tensor cannot be read.")
        guard rank > 0 else { return [] }
        var sizes = [Int64](repeating: 0, count: rank)
        try check(calls.get_dimensions(info, &sizes, rank), "The shape of a tensor cannot be read.")
        return sizes.map { Int($0) }
    }
}

/// A value of the engine; released exactly once. Used by one thread.
final class ValueHandle {
    /// The numbers of `ONNXType`.
    enum Kind {
        static let tensor: CInt = 1
        static let sequence: CInt = 2
        static let map: CInt = 3
    }

    let api: ONNXRuntimeAPI
    let pointer: UnsafeMutableRawPointer

    /// Takes over a value that the engine made.
    init(_ api: ONNXRuntimeAPI, owning pointer: UnsafeMutableRawPointer) {
        self.api = api
        self.pointer = pointer
    }

    deinit { api.calls.release_value(pointer) }

    /// A tensor in the engine's own memory with these values. The shape has been checked against their number.
    convenience init(_ api: ONNXRuntimeAPI, _ tensor: Tensor) throws(MartletError) {
        try self.init(api, empty: tensor.elementType, tensor.shape)
        try fill(tensor.values)
    }

    convenience init(_ api: ONNXRuntimeAPI, _ tensor: RawTensor) throws(MartletError) {
        try self.init(api, empty: tensor.elementType, tensor.shape)
        switch tensor.content {
        case .texts(let texts): try fill(texts)
        case .bytes(let bytes):
            guard !bytes.isEmpty, let target = try data() else { return }
            bytes.withUnsafeBytes { ValueHandle.copy($0, to: target) }
        }
    }

    /// A tensor whose values are to be filled in.
    private convenience init(_ api: ONNXRuntimeAPI, empty type: TensorElementType, _ shape: [Int]) throws(MartletError) {
        var value: UnsafeMutableRawPointer?
        let sizes = shape.map(Int64.init)
        let status = sizes.withUnsafeBufferPointer { buffer in
            withUnsafePointer(to: Int64(0)) { none in
                api.calls.create_tensor(api.allocator, buffer.baseAddress ?? none, buffer.count, type.number, &value)
            }
        }
        try api.check(status, "ONNX Runtime cannot make a tensor of shape \(shape).")
        guard let value else { throw MartletError(.defect, "ONNX Runtime made no tensor.") }
        self.init(api, owning: value)
    }

    private func fill(_ values: Tensor.Values) throws(MartletError) {
        switch values {
        case .double(let values): try copy(values)
        case .float(let values): try copy(values)
        case .int64(let values): try copy(values)
        case .int32(let values): try copy(values)
        case .bool(let values): try copy(values)
        case .string(let texts): try fill(texts)
        }
    }

    /// The memory of a numeric tensor.
    private func data() throws(MartletError) -> UnsafeMutableRawPointer? {
        var data: UnsafeMutableRawPointer?
        try api.check(api.calls.get_tensor_mutable_data(pointer, &data), "The values of a tensor cannot be reached.")
        return data
    }

    private func copy<Element: BitwiseCopyable>(_ values: [Element]) throws(MartletError) {
        guard !values.isEmpty, let target = try data() else { return }
        values.withUnsafeBytes { ValueHandle.copy($0, to: target) }
    }

    private static func copy(_ bytes: UnsafeRawBufferPointer, to target: UnsafeMutableRawPointer) {
        if let source = bytes.baseAddress { target.copyMemory(from: source, byteCount: bytes.count) }
    }

    /// Text goes in as C strings, which end at the first NUL: such text has been refused before.
    private func fill(_ texts: [String]) throws(MartletError) {
        guard !texts.isEmpty else { return }
        var bytes: [CChar] = []
        var starts: [Int] = []
        for text in texts {
            starts.append(bytes.count)
            bytes.append(contentsOf: text.utf8CString)
        }
        let status = bytes.withUnsafeBufferPointer { buffer in
            let pointers = starts.map { start in buffer.baseAddress.map { $0 + start } }
            return api.calls.fill_string_tensor(pointer, pointers, pointers.count)
        }
        try api.check(status, "ONNX Runtime cannot take these texts.")
    }
}
