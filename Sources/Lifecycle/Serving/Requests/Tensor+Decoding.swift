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
        return bytes.withUnsafeBytes { raw in
            switch datatype {
            case .fp64: .numbers(Tensor.words(raw, UInt64.self).map(Double.init(bitPattern:)))
            case .fp32: .numbers(Tensor.words(raw, UInt32.self).map { Double(Float(bitPattern: $0)) })
            case .fp16: .numbers(Tensor.words(raw, UInt16.self).map(HalfPrecision.number))
            case .bf16: .numbers(Tensor.words(raw, UInt16.self).map { Double(Float(bitPattern: UInt32($0) << 16)) })
            case .bool: .integers(raw.map { $0 == 0 ? 0 : 1 })
            case .uint8: .integers(raw.map(Int64.init))
            case .int8: .integers(Tensor.words(raw, Int8.self).map(Int64.init))
            case .uint16: .integers(Tensor.words(raw, UInt16.self).map(Int64.init))
            case .int16: .integers(Tensor.words(raw, Int16.self).map(Int64.init))
            case .uint32: .integers(Tensor.words(raw, UInt32.self).map(Int64.init))
            case .int32: .integers(Tensor.words(raw, Int32.self).map(Int64.init))
            case .uint64: .integers(Tensor.words(raw, UInt64.self).map { Int64(clamping: $0) })
            case .int64, .bytes: .integers(Tensor.words(raw, Int64.self))
            }
        }
    }

    private static func words<Word: FixedWidthInteger>(_ raw: UnsafeRawBufferPointer, _: Word.Type) -> [Word] {
        stride(from: 0, to: raw.count, by: MemoryLayout<Word>.size).map { Word(littleEndian: raw.loadUnaligned(fromByteOffset: $0, as: Word.self)) }
    }
}
