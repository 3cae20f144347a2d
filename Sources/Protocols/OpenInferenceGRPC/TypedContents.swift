import Serving
import Support

/// The values of a tensor in the field that its datatype has them in.
struct TypedContents {
    let name: String
    let datatype: Datatype
    let contents: WireInferTensorContents

    /// - Parameter count: the number of values that the shape asks for.
    /// - Throws: `invalidInput` where there are others, in another field, or beyond the datatype.
    func values(count: Int) throws(MartletError) -> Tensor.Values {
        let (field, found) = try filled()
        guard others(than: field) == 0 else {
            throw refusal("has values in a field of another datatype; those of \(datatype.rawValue) go into \(field)")
        }
        guard found == count else { throw refusal("has \(found) values in \(field); its shape asks for \(count)") }
        switch datatype {
        case .bool: return .raw(contents.boolContents.map { $0 ? 1 : 0 }[...])
        case .int8: return .raw(TypedContents.bytes(try narrowed(contents.intContents, to: Int8.self)))
        case .int16: return .raw(TypedContents.bytes(try narrowed(contents.intContents, to: Int16.self)))
        case .int32: return .raw(TypedContents.bytes(contents.intContents))
        case .int64: return .raw(TypedContents.bytes(contents.int64Contents))
        case .uint8: return .raw(TypedContents.bytes(try narrowed(contents.uintContents, to: UInt8.self)))
        case .uint16: return .raw(TypedContents.bytes(try narrowed(contents.uintContents, to: UInt16.self)))
        case .uint32: return .raw(TypedContents.bytes(contents.uintContents))
        case .uint64: return .raw(TypedContents.bytes(contents.uint64Contents))
        case .fp32: return .raw(TypedContents.bytes(contents.fp32Contents.map(\.bitPattern)))
        case .fp64: return .raw(TypedContents.bytes(contents.fp64Contents.map(\.bitPattern)))
        case .bytes: return .text(try texts())
        case .fp16, .bf16: return .raw([])
        }
    }

    /// The field of the datatype and how many values it has.
    private func filled() throws(MartletError) -> (field: String, count: Int) {
        switch datatype {
        case .bool: ("bool_contents", contents.boolContents.count)
        case .int8, .int16, .int32: ("int_contents", contents.intContents.count)
        case .int64: ("int64_contents", contents.int64Contents.count)
        case .uint8, .uint16, .uint32: ("uint_contents", contents.uintContents.count)
        case .uint64: ("uint64_contents", contents.uint64Contents.count)
        case .fp32: ("fp32_contents", contents.fp32Contents.count)
        case .fp64: ("fp64_contents", contents.fp64Contents.count)
        case .bytes: ("bytes_contents", contents.bytesContents.count)
        case .fp16, .bf16: throw refusal("has datatype \(datatype.rawValue), whose values travel in raw_input_contents only")
        }
    }

    /// How many values there are in other fields.
    private func others(than field: String) -> Int {
        let counts = [
            "bool_contents": contents.boolContents.count, "int_contents": contents.intContents.count, "int64_contents": contents.int64Contents.count,
            "uint_contents": contents.uintContents.count, "uint64_contents": contents.uint64Contents.count,
            "fp32_contents": contents.fp32Contents.count, "fp64_contents": contents.fp64Contents.count,
            "bytes_contents": contents.bytesContents.count,
        ]
        return counts.reduce(0) { $1.key == field ? $0 : $0 + $1.value }
    }

    private func narrowed<Wide: BinaryInteger, Narrow: FixedWidthInteger>(_ values: [Wide], to _: Narrow.Type) throws(MartletError) -> [Narrow] {
        var narrow: [Narrow] = []
        narrow.reserveCapacity(values.count)
        for (row, value) in values.enumerated() {
            guard let value = Narrow(exactly: value) else {
                throw refusal("in row \(row) (counted from 0) is \(value), which \(datatype.rawValue) cannot hold")
            }
            narrow.append(value)
        }
        return narrow
    }

    private func texts() throws(MartletError) -> [String?] {
        var texts: [String?] = []
        texts.reserveCapacity(contents.bytesContents.count)
        for (row, bytes) in contents.bytesContents.enumerated() {
            guard let text = String(validating: bytes, as: UTF8.self) else { throw refusal("in row \(row) (counted from 0) is not valid UTF-8") }
            texts.append(text)
        }
        return texts
    }

    private static func bytes<Word: FixedWidthInteger & BitwiseCopyable>(_ words: [Word]) -> ArraySlice<UInt8> {
        words.map(\.littleEndian).withUnsafeBytes { Array($0)[...] }
    }

    private func refusal(_ what: String) -> MartletError { MartletError(.invalidInput, "Input “\(name)” \(what).") }
}
