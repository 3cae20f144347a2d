import Support
import Tables

/// How columns lie in a block: each narrowed to the smallest form that gives back exactly the same values.
enum ColumnCoding {
    // MARK: Whole numbers: width in bytes (0, 1, 2, 4, 8), base, then the differences from the base

    static func write(integers values: [Int64], to out: inout ByteWriter) {
        let base = values.min() ?? 0
        let range = UInt64(bitPattern: (values.max() ?? 0) &- base)
        let width: UInt8 = range == 0 ? 0 : range <= 0xFF ? 1 : range <= 0xFFFF ? 2 : range <= 0xFFFF_FFFF ? 4 : 8
        out.append(width)
        out.append(base)
        switch width {
        case 0: break
        case 1: out.append(count: values.count) { UInt8(truncatingIfNeeded: values[$0] &- base) }
        case 2: out.append(count: values.count) { UInt16(truncatingIfNeeded: values[$0] &- base) }
        case 4: out.append(count: values.count) { UInt32(truncatingIfNeeded: values[$0] &- base) }
        default: out.append(count: values.count) { values[$0] &- base }
        }
    }

    static func integers(_ count: Int, from reader: inout ByteReader) throws(MartletError) -> [Int64] {
        let width = try reader.word(UInt8.self)
        let base = try reader.word(Int64.self)
        switch width {
        case 0: return [Int64](repeating: base, count: count)
        case 1: return try reader.words(count, UInt8.self).map { base &+ Int64($0) }
        case 2: return try reader.words(count, UInt16.self).map { base &+ Int64($0) }
        case 4: return try reader.words(count, UInt32.self).map { base &+ Int64($0) }
        case 8: return try reader.words(count, Int64.self).map { base &+ $0 }
        default: throw ByteReader.damaged
        }
    }

    // MARK: Real numbers: 0 whole numbers, 1 whole numbers with the lowest standing for NaN, 2 floats, 3 doubles

    static func write(numbers values: [Double], to out: inout ByteWriter) {
        if let (whole, missing) = wholeNumbers(values) {
            out.append(UInt8(missing ? 1 : 0))
            write(integers: whole, to: &out)
        } else if values.allSatisfy({ $0.isNaN || Double(Float($0)) == $0 }) {
            out.append(UInt8(2))
            out.append(count: values.count) { Float(values[$0]).bitPattern }
        } else {
            out.append(UInt8(3))
            out.append(count: values.count) { values[$0].bitPattern }
        }
    }

    /// The values as whole numbers, NaN as one less than the lowest; nil where one is not whole (or is -0).
    private static func wholeNumbers(_ values: [Double]) -> (values: [Int64], missing: Bool)? {
        let limit = 9_007_199_254_740_992.0  // 2^53
        var whole: [Int64] = []
        whole.reserveCapacity(values.count)
        var lowest = Int64.max
        var missing = false
        for value in values {
            if value.isNaN {
                missing = true
                whole.append(.min)
                continue
            }
            guard value.magnitude < limit, value == value.rounded(.towardZero), value != 0 || value.sign == .plus else { return nil }
            whole.append(Int64(value))
            lowest = min(lowest, Int64(value))
        }
        let marker = lowest == .max ? 0 : lowest - 1
        return (missing ? whole.map { $0 == .min ? marker : $0 } : whole, missing)
    }

    static func numbers(_ count: Int, from reader: inout ByteReader) throws(MartletError) -> [Double] {
        switch try reader.word(UInt8.self) {
        case 0: return try integers(count, from: &reader).map(Double.init)
        case 1:
            let whole = try integers(count, from: &reader)
            let marker = whole.min() ?? 0
            return whole.map { $0 == marker ? .nan : Double($0) }
        case 2: return try reader.words(count, UInt32.self).map { Double(Float(bitPattern: $0)) }
        case 3: return try reader.words(count, UInt64.self).map { Double(bitPattern: $0) }
        default: throw ByteReader.damaged
        }
    }

    // MARK: Text: size of the dictionary, lengths, UTF-8, codes (-1 is missing)

    static func write(_ text: TextValues, to out: inout ByteWriter) {
        out.append(UInt32(clamping: text.dictionary.count))
        write(integers: text.dictionary.map { Int64($0.utf8.count) }, to: &out)
        for word in text.dictionary { out.append(raw: Array(word.utf8)) }
        write(integers: text.codes.map(Int64.init), to: &out)
    }

    static func text(_ count: Int, from reader: inout ByteReader) throws(MartletError) -> TextValues {
        let size = Int(try reader.word(UInt32.self))
        guard size <= reader.remaining + count else { throw ByteReader.damaged }
        var dictionary: [String] = []
        dictionary.reserveCapacity(size)
        for length in try integers(size, from: &reader) {
            guard let length = Int(exactly: length) else { throw ByteReader.damaged }
            let range = try reader.take(length)
            dictionary.append(String(decoding: reader.bytes[range], as: UTF8.self))
        }
        let codes = try integers(count, from: &reader)
        guard codes.allSatisfy({ $0 >= -1 && $0 < size }) else { throw ByteReader.damaged }
        return TextValues(codes: codes.map { Int32(truncatingIfNeeded: $0) }, dictionary: dictionary)
    }
}
