import Support

/// A small tensor of a summary: TensorFlow's `TensorProto`, in both of its forms (bytes as they lie in memory, or a list of numbers).
struct LoggedTensor {
    var type: UInt64 = 0
    var shape: [Int] = []
    var numbers: [Double] = []
    var texts: [UnsafeRawBufferPointer] = []

    /// - Throws: `corrupted`.
    init(_ message: WireReader) throws(MartletError) {
        var message = message
        var field = WireReader.Field()
        var content: UnsafeRawBufferPointer?
        while try message.next(&field) {
            switch field.number {
            case 1: type = field.bits
            case 2: shape = try LoggedTensor.shape(field.reader)
            case 4: content = field.content.isEmpty ? nil : field.content
            case 5, 6, 7, 10, 11, 13, 16, 17: try add(field)
            case 8: texts.append(field.content)
            default: break
            }
        }
        if type == LoggedTensor.half || type == LoggedTensor.brainHalf { numbers = numbers.map { widened(UInt16(truncatingIfNeeded: Int64($0))) } }
        if let content, numbers.isEmpty { try read(content) }
    }

    private static let half: UInt64 = 19
    private static let brainHalf: UInt64 = 14
    private static let mostNumbers = 1 << 20

    /// Numbers of a repeated field: packed into one, or one alone.
    private mutating func add(_ field: WireReader.Field) throws(MartletError) {
        switch field.type {
        case 0: numbers.append(Double(field.integer))
        case 1: numbers.append(field.double)
        case 5: numbers.append(field.float)
        default:
            var reader = field.reader
            while !reader.isAtEnd, numbers.count < LoggedTensor.mostNumbers {
                switch field.number {
                case 5: numbers.append(Double(Float(bitPattern: UInt32(littleEndian: try reader.fixed()))))
                case 6: numbers.append(Double(bitPattern: UInt64(littleEndian: try reader.fixed())))
                default: numbers.append(Double(Int64(bitPattern: try reader.varint())))
                }
            }
        }
    }

    private static func shape(_ message: WireReader) throws(MartletError) -> [Int] {
        var message = message
        var field = WireReader.Field()
        var shape: [Int] = []
        while try message.next(&field) {
            guard field.number == 2 else { continue }
            var dimension = field.reader
            var part = WireReader.Field()
            var size = 0
            while try dimension.next(&part) { if part.number == 1 { size = Int(part.integer) } }
            shape.append(max(0, size))
        }
        return shape
    }

    /// Numbers as they lie in memory, little-endian.
    private mutating func read(_ content: UnsafeRawBufferPointer) throws(MartletError) {
        var reader = WireReader(content)
        while !reader.isAtEnd, numbers.count < LoggedTensor.mostNumbers {
            switch type {
            case 1: numbers.append(Double(Float(bitPattern: UInt32(littleEndian: try reader.fixed()))))
            case 2: numbers.append(Double(bitPattern: UInt64(littleEndian: try reader.fixed())))
            case 3: numbers.append(Double(Int32(littleEndian: try reader.fixed())))
            case 9: numbers.append(Double(Int64(littleEndian: try reader.fixed())))
            case 4, 10: numbers.append(Double(try reader.fixed(UInt8.self)))
            case LoggedTensor.half, LoggedTensor.brainHalf: numbers.append(widened(UInt16(littleEndian: try reader.fixed())))
            default: return
            }
        }
    }

    private func widened(_ bits: UInt16) -> Double {
        if type == LoggedTensor.brainHalf { return Double(Float(bitPattern: UInt32(bits) << 16)) }
        let (sign, exponent, fraction) = (bits >> 15, Int(bits >> 10 & 0x1F), Double(bits & 0x3FF) / 1024)
        let magnitude: Double =
            switch exponent {
            case 0: fraction * 0x1p-14
            case 31: fraction == 0 ? .infinity : .nan
            default: (1 + fraction) * Double(sign: .plus, exponent: exponent - 15, significand: 1)
            }
        return sign == 1 ? -magnitude : magnitude
    }
}
