import Serving
import Support

/// The elements of a tensor as raw bytes: little-endian, without padding; BOOL one byte; BYTES each with its length as u32 in front.
struct BinaryTensor {
    let name: String
    let datatype: Datatype

    /// - Parameter count: the number of elements that the shape asks for.
    func values(_ bytes: [UInt8], count: Int) throws(MartletError) -> Tensor.Values {
        guard let size = datatype.size else { return .text(try texts(bytes, count: count)) }
        guard bytes.count == size * count else {
            throw refusal("Input “\(name)” has \(bytes.count) bytes; \(count) values of \(datatype.rawValue) take \(size * count).")
        }
        return bytes.withUnsafeBytes { raw in
            switch datatype {
            case .fp64: .numbers(words(raw, UInt64.self).map(Double.init(bitPattern:)))
            case .fp32: .numbers(words(raw, UInt32.self).map { Double(Float(bitPattern: $0)) })
            case .fp16: .numbers(words(raw, UInt16.self).map(BinaryTensor.half))
            case .bool: .integers(raw.map { $0 == 0 ? 0 : 1 })
            case .uint8: .integers(raw.map(Int64.init))
            case .int8: .integers(words(raw, Int8.self).map(Int64.init))
            case .uint16: .integers(words(raw, UInt16.self).map(Int64.init))
            case .int16: .integers(words(raw, Int16.self).map(Int64.init))
            case .uint32: .integers(words(raw, UInt32.self).map(Int64.init))
            case .int32: .integers(words(raw, Int32.self).map(Int64.init))
            case .uint64: .integers(words(raw, UInt64.self).map { Int64(clamping: $0) })
            case .int64, .bytes: .integers(words(raw, Int64.self))
            }
        }
    }

    private func words<Word: FixedWidthInteger>(_ raw: UnsafeRawBufferPointer, _: Word.Type) -> [Word] {
        stride(from: 0, to: raw.count, by: MemoryLayout<Word>.size).map { Word(littleEndian: raw.loadUnaligned(fromByteOffset: $0, as: Word.self)) }
    }

    private func texts(_ bytes: [UInt8], count: Int) throws(MartletError) -> [String?] {
        var texts: [String?] = []
        var at = 0
        while at < bytes.count {
            guard at + 4 <= bytes.count else { throw refusal("Input “\(name)” ends within the length of a text.") }
            let length = (0..<4).reduce(0) { $0 | Int(bytes[at + $1]) << (8 * $1) }
            at += 4
            guard length <= bytes.count - at else { throw refusal("Input “\(name)” has a text of \(length) bytes, but \(bytes.count - at) are left.") }
            guard let text = String(validating: bytes[at..<at + length], as: UTF8.self) else {
                throw refusal("Input “\(name)” in row \(texts.count) (counted from 0) is not valid UTF-8.")
            }
            texts.append(text)
            at += length
        }
        guard texts.count == count else { throw refusal("Input “\(name)” has \(texts.count) texts; its shape asks for \(count).") }
        return texts
    }

    /// A half-precision number (IEEE 754 binary16) as a double.
    static func half(_ bits: UInt16) -> Double {
        let sign = bits >> 15 == 0 ? 1.0 : -1.0
        let exponent = Int(bits >> 10 & 0x1F)
        let fraction = Double(bits & 0x3FF)
        switch exponent {
        case 0: return sign * fraction * 0x1p-24
        case 31: return fraction == 0 ? sign * .infinity : .nan
        default: return sign * Double(sign: .plus, exponent: exponent - 15, significand: 1 + fraction * 0x1p-10)
        }
    }

    private func refusal(_ message: String) -> MartletError { MartletError(.invalidInput, message) }

    // MARK: Writing

    static func bytes(_ values: [Double]) -> [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity(values.count * 8)
        for value in values { withUnsafeBytes(of: value.bitPattern.littleEndian) { out.append(contentsOf: $0) } }
        return out
    }

    static func bytes(_ texts: [String]) -> [UInt8] {
        var out: [UInt8] = []
        for text in texts {
            withUnsafeBytes(of: UInt32(clamping: text.utf8.count).littleEndian) { out.append(contentsOf: $0) }
            out.append(contentsOf: text.utf8)
        }
        return out
    }
}
