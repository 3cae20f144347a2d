extension Tensor {
    /// The number of values.
    package var count: Int {
        switch values {
        case .numbers(let values): values.count
        case .integers(let values): values.count
        case .text(let values): values.count
        case .raw(let bytes): bytes.count / max(1, datatype.size ?? 1)
        }
    }

    /// The values as numbers, whole numbers or text, whichever form they came in.
    package var decoded: Values {
        guard case .raw(let bytes) = values else { return values }
        return switch datatype {
        case .fp64: .numbers(BinaryTensor.words(bytes, UInt64.self).map(Double.init(bitPattern:)))
        case .fp32: .numbers(BinaryTensor.words(bytes, UInt32.self).map { Double(Float(bitPattern: $0)) })
        case .fp16: .numbers(BinaryTensor.words(bytes, UInt16.self).map(HalfPrecision.number))
        case .bf16: .numbers(BinaryTensor.words(bytes, UInt16.self).map { Double(Float(bitPattern: UInt32($0) << 16)) })
        case .bool: .integers(bytes.map { $0 == 0 ? 0 : 1 })
        case .uint8: .integers(bytes.map(Int64.init))
        case .int8: .integers(BinaryTensor.words(bytes, Int8.self).map(Int64.init))
        case .uint16: .integers(BinaryTensor.words(bytes, UInt16.self).map(Int64.init))
        case .int16: .integers(BinaryTensor.words(bytes, Int16.self).map(Int64.init))
        case .uint32: .integers(BinaryTensor.words(bytes, UInt32.self).map(Int64.init))
        case .int32: .integers(BinaryTensor.words(bytes, Int32.self).map(Int64.init))
        case .uint64: .integers(BinaryTensor.words(bytes, UInt64.self).map { Int64(clamping: $0) })
        case .int64, .bytes: .integers(BinaryTensor.words(bytes, Int64.self))
        }
    }
}
