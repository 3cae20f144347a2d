/// An array of any element type as its bytes: what crosses the border without being converted.
package struct RawTensor: Sendable, Equatable {
    package enum Content: Sendable, Equatable {
        /// The elements in row-major order, little-endian, without padding; truth values one byte each.
        case bytes(ArraySlice<UInt8>)
        case texts([String])
    }

    package var elementType: TensorElementType
    /// The size of each dimension; empty for a single value.
    package var shape: [Int]
    package var content: Content
    /// The class that each column stands for, where the model answered with a list of maps (scikit-learn's ZipMap).
    package var labels: [String]?

    package init(_ elementType: TensorElementType, shape: [Int], _ content: Content, labels: [String]? = nil) {
        self.elementType = elementType
        self.shape = shape
        self.content = content
        self.labels = labels
    }
}

extension RawTensor {
    /// The same in typed values; nil for an element type that has none here (half precision, complex).
    package var typed: Tensor? {
        let values: Tensor.Values
        switch content {
        case .texts(let texts): values = .string(texts)
        case .bytes(let bytes):
            guard let read = bytes.withUnsafeBytes({ RawTensor.values(elementType, $0) }) else { return nil }
            values = read
        }
        return Tensor(shape: shape, values: values, labels: labels)
    }

    private static func values(_ type: TensorElementType, _ bytes: UnsafeRawBufferPointer) -> Tensor.Values? {
        switch type {
        case .double: .double(elements(bytes))
        case .float: .float(elements(bytes))
        case .int64: .int64(elements(bytes))
        case .int32: .int32(elements(bytes))
        case .bool: .bool(bytes.map { $0 != 0 })
        case .int8: .int32(elements(bytes, Int8.self).map(Int32.init))
        case .uint8: .int32(elements(bytes, UInt8.self).map(Int32.init))
        case .int16: .int32(elements(bytes, Int16.self).map(Int32.init))
        case .uint16: .int32(elements(bytes, UInt16.self).map(Int32.init))
        case .uint32: .int64(elements(bytes, UInt32.self).map(Int64.init))
        default: nil
        }
    }

    private static func elements<Element: BitwiseCopyable>(_ bytes: UnsafeRawBufferPointer, _: Element.Type = Element.self) -> [Element] {
        let count = bytes.count / MemoryLayout<Element>.size
        return [Element](unsafeUninitializedCapacity: count) { buffer, made in
            UnsafeMutableRawBufferPointer(buffer).copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[..<(count * MemoryLayout<Element>.size)]))
            made = count
        }
    }
}

extension TensorElementType {
    /// Bytes of an element; nil for text and for what is no element.
    package var size: Int? {
        switch self {
        case .bool, .int8, .uint8: 1
        case .int16, .uint16, .float16, .bfloat16: 2
        case .float, .int32, .uint32: 4
        case .double, .int64, .uint64, .complex64: 8
        case .complex128: 16
        case .string, .undefined: nil
        }
    }
}
