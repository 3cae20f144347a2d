import EngineHeaders
import Support

extension ValueHandle {
    /// The value as a tensor of ours: a tensor, or a list of maps from class to score.
    /// - Throws: `invalidInput` for anything else, and for element types that Martlet does not read (half precision, complex).
    func tensor(_ name: String) throws(MartletError) -> Tensor {
        var kind: CInt = 0
        try api.check(api.calls.get_value_type(pointer, &kind), "The output “\(name)” cannot be read.")
        switch kind {
        case Kind.tensor: return try plainTensor(name)
        case Kind.sequence: return try mapSequence(name)
        default: throw MartletError(.invalidInput, "The output “\(name)” is neither a tensor nor a list of maps; Martlet cannot read it.")
        }
    }

    /// The value as an array as it is: a tensor, or a list of maps from class to score as rows × classes doubles.
    /// - Throws: `invalidInput` for anything else.
    func raw(_ name: String) throws(MartletError) -> RawTensor {
        var kind: CInt = 0
        try api.check(api.calls.get_value_type(pointer, &kind), "The output “\(name)” cannot be read.")
        guard kind == Kind.tensor else {
            let tensor = try tensor(name)
            return RawTensor(.double, shape: tensor.shape, .bytes(ValueHandle.bytes(of: tensor.doubles ?? [])[...]), labels: tensor.labels)
        }
        let (type, shape) = try typeAndShape(name)
        let count = shape.reduce(1, *)
        guard let size = type.size else { return RawTensor(type, shape: shape, .texts(try texts(count))) }
        return RawTensor(type, shape: shape, .bytes(try read(count * size, UInt8.self)[...]))
    }

    private static func bytes(of values: [Double]) -> [UInt8] { values.withUnsafeBytes { Array($0) } }

    private func typeAndShape(_ name: String) throws(MartletError) -> (TensorElementType, [Int]) {
        var info: UnsafeMutableRawPointer?
        try api.check(api.calls.get_tensor_type_and_shape(pointer, &info), "The output “\(name)” cannot be read.")
        guard let info else { throw MartletError(.defect, "The output “\(name)” has no shape.") }
        defer { api.calls.release_tensor_type_and_shape_info(info) }
        return (try api.elementType(info), try api.shape(info))
    }

    private func plainTensor(_ name: String) throws(MartletError) -> Tensor {
        let (type, shape) = try typeAndShape(name)
        return Tensor(shape: shape, values: try values(name, type, shape.reduce(1, *)))
    }

    private func values(_ name: String, _ type: TensorElementType, _ count: Int) throws(MartletError) -> Tensor.Values {
        switch type {
        case .double: .double(try read(count))
        case .float: .float(try read(count))
        case .int64: .int64(try read(count))
        case .int32: .int32(try read(count))
        case .bool: .bool(try read(count, UInt8.self).map { $0 != 0 })
        case .string: .string(try texts(count))
        case .int8: .int32(try read(count, Int8.self).map(Int32.init))
        case .uint8: .int32(try read(count, UInt8.self).map(Int32.init))
        case .int16: .int32(try read(count, Int16.self).map(Int32.init))
        case .uint16: .int32(try read(count, UInt16.self).map(Int32.init))
        case .uint32: .int64(try read(count, UInt32.self).map(Int64.init))
        default:
            throw MartletError(
                .invalidInput,
                "The output “\(name)” is of type \(type.rawValue), which Martlet does not read. Add a Cast to float or int64 to the graph.")
        }
    }

    private func read<Element: BitwiseCopyable>(_ count: Int, _ type: Element.Type = Element.self) throws(MartletError) -> [Element] {
        guard count > 0 else { return [] }
        var data: UnsafeMutableRawPointer?
        try api.check(api.calls.get_tensor_mutable_data(pointer, &data), "The values of a tensor cannot be reached.")
        guard let data else { throw MartletError(.defect, "A tensor has no values.") }
        return Array(UnsafeBufferPointer(start: data.assumingMemoryBound(to: Element.self), count: count))
    }

    private func texts(_ count: Int) throws(MartletError) -> [String] {
        guard count > 0 else { return [] }
        var length = 0
        try api.check(api.calls.get_string_tensor_data_length(pointer, &length), "The texts of a tensor cannot be read.")
        var bytes = [UInt8](repeating: 0, count: max(1, length))
        var offsets = [Int](repeating: 0, count: count)
        try api.check(api.calls.get_string_tensor_content(pointer, &bytes, length, &offsets, count), "The texts of a tensor cannot be read.")
        offsets.append(length)
        return (0..<count).map { String(decoding: bytes[offsets[$0]..<offsets[$0 + 1]], as: UTF8.self) }
    }

    /// A list of maps, one a row. Classes keep the order of the first row; what a row lacks is NaN.
    private func mapSequence(_ name: String) throws(MartletError) -> Tensor {
        var rows = 0
        try api.check(api.calls.get_value_count(pointer, &rows), "The output “\(name)” cannot be read.")
        var labels: [String] = []
        var positions: [String: Int] = [:]
        var scores: [Double] = []
        for row in 0..<rows {
            let map = try element(row, of: name)
            let keys = try map.element(0, of: name).plainTensor(name).texts
            guard let values = try map.element(1, of: name).plainTensor(name).doubles, values.count == keys.count else {
                throw MartletError(.invalidInput, "The output “\(name)” maps classes to something else than numbers; Martlet cannot read it.")
            }
            if row == 0 {
                labels = keys
                positions = Dictionary(zip(keys, keys.indices), uniquingKeysWith: { first, _ in first })
            }
            let start = scores.count
            scores.append(contentsOf: repeatElement(.nan, count: labels.count))
            for (key, value) in zip(keys, values) { if let column = positions[key] { scores[start + column] = value } }
        }
        return Tensor(shape: [rows, labels.count], values: .double(scores), labels: labels)
    }

    private func element(_ index: Int, of name: String) throws(MartletError) -> ValueHandle {
        var value: UnsafeMutableRawPointer?
        try api.check(api.calls.get_value(pointer, CInt(index), api.allocator, &value), "The output “\(name)” cannot be read.")
        guard let value else { throw MartletError(.defect, "The output “\(name)” lacks element \(index).") }
        return ValueHandle(api, owning: value)
    }
}

extension Tensor {
    /// The values as text, for class labels.
    fileprivate var texts: [String] {
        switch values {
        case .string(let values): values
        case .int64(let values): values.map { String($0) }
        case .int32(let values): values.map { String($0) }
        default: (doubles ?? []).map { JSONValue.text(of: $0) }
        }
    }
}
