package import Support

/// The elements of a tensor as raw bytes: little-endian, without padding; BOOL one byte; BYTES each with its length as u32 in front.
package enum BinaryTensor {
    /// Reads the bytes of an input; those of a datatype of fixed size stay as they are.
    /// - Parameter count: the number of elements that the shape asks for.
    /// - Throws: `invalidInput` where the bytes are not that many elements, or a text is no UTF-8.
    package static func values(_ bytes: ArraySlice<UInt8>, _ datatype: Datatype, count: Int, of name: String) throws(MartletError) -> Tensor.Values {
        guard let size = datatype.size else { return .text(try texts(bytes, count: count, of: name)) }
        guard bytes.count == size * count else {
            throw refusal("Input “\(name)” has \(bytes.count) bytes; \(count) values of \(datatype.rawValue) take \(size * count).")
        }
        guard datatype == .bool, let odd = bytes.first(where: { $0 > 1 }) else { return .raw(bytes) }
        throw refusal("Input “\(name)” holds the byte \(odd); values of BOOL are 0 and 1.")
    }

    private static func texts(_ bytes: ArraySlice<UInt8>, count: Int, of name: String) throws(MartletError) -> [String?] {
        var texts: [String?] = []
        var rest = bytes
        while !rest.isEmpty {
            guard rest.count >= 4 else { throw refusal("Input “\(name)” ends within the length of a text.") }
            let length = (0..<4).reduce(0) { $0 | Int(rest[rest.startIndex + $1]) << (8 * $1) }
            rest = rest.dropFirst(4)
            guard length <= rest.count else {
                throw refusal("Input “\(name)” has a text of \(length) bytes, but \(rest.count) are left.")
            }
            guard let text = String(validating: rest.prefix(length), as: UTF8.self) else {
                throw refusal("Input “\(name)” in row \(texts.count) (counted from 0) is not valid UTF-8.")
            }
            texts.append(text)
            rest = rest.dropFirst(length)
        }
        guard texts.count == count else { throw refusal("Input “\(name)” has \(texts.count) texts; its shape asks for \(count).") }
        return texts
    }

    /// The words that bytes hold, the lowest byte first; a rest that is no whole word is left out.
    package static func words<Word: FixedWidthInteger & BitwiseCopyable>(_ bytes: ArraySlice<UInt8>, _: Word.Type = Word.self) -> [Word] {
        let count = bytes.count / MemoryLayout<Word>.size
        let words = [Word](unsafeUninitializedCapacity: count) { buffer, made in
            bytes.withUnsafeBytes {
                UnsafeMutableRawBufferPointer(buffer).copyMemory(from: .init(rebasing: $0[..<(count * MemoryLayout<Word>.size)]))
            }
            made = count
        }
        return Word(littleEndian: 1) == 1 ? words : words.map(Word.init(littleEndian:))
    }

    private static func refusal(_ message: String) -> MartletError { MartletError(.invalidInput, message) }

    /// The bytes of values in a datatype. Whole numbers that it cannot hold are cut off; a missing text is empty.
    package static func bytes(_ values: Tensor.Values, as datatype: Datatype) -> ArraySlice<UInt8> {
        switch values {
        case .raw(let bytes): return bytes
        case .text(let texts): return bytes(texts)[...]
        case .numbers(let numbers):
            switch datatype {
            case .fp64: return bytes(numbers.map(\.bitPattern))
            case .fp32: return bytes(numbers.map { Float($0).bitPattern })
            case .fp16: return bytes(numbers.map { HalfPrecision.bits($0) })
            case .bf16: return bytes(numbers.map { UInt16(truncatingIfNeeded: Float($0).bitPattern >> 16) })
            default: return whole(numbers.map { Int64($0.isNaN ? 0 : max(-0x1p63, min(0x1.fffffffffffffp62, $0))) }, datatype)
            }
        case .integers(let integers): return whole(integers, datatype)
        }
    }

    private static func whole(_ values: [Int64], _ datatype: Datatype) -> ArraySlice<UInt8> {
        switch datatype.size {
        case 1: values.map { UInt8(truncatingIfNeeded: $0) }[...]
        case 2 where datatype.isWhole: bytes(values.map { UInt16(truncatingIfNeeded: $0) })
        case 4 where datatype.isWhole: bytes(values.map { UInt32(truncatingIfNeeded: $0) })
        case 8 where datatype.isWhole: bytes(values)
        default: bytes(.numbers(values.map(Double.init)), as: datatype)
        }
    }

    private static func bytes<Word: FixedWidthInteger & BitwiseCopyable>(_ words: [Word]) -> ArraySlice<UInt8> {
        words.map(\.littleEndian).withUnsafeBytes { Array($0)[...] }
    }

    private static func bytes(_ texts: [String?]) -> [UInt8] {
        var out: [UInt8] = []
        for text in texts {
            let text = text ?? ""
            withUnsafeBytes(of: UInt32(clamping: text.utf8.count).littleEndian) { out.append(contentsOf: $0) }
            out.append(contentsOf: text.utf8)
        }
        return out
    }
}
