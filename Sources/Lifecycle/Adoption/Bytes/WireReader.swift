import Support

/// The fields of one message in the wire format of protocol buffers, one after the other. Fields that nobody asks for cost nothing but their length.
struct WireReader {
    /// One field. Only what belongs to its wire type is set.
    struct Field {
        var number = 0
        /// 0 for a varint, 1 and 5 for 64 and 32 fixed bits, 2 for content.
        var type: UInt64 = 0
        /// The value of a varint, or of 32 or 64 fixed bits.
        var bits: UInt64 = 0
        /// The content of a text, of bytes, or of a message; valid as long as the message's own bytes.
        var content = UnsafeRawBufferPointer(start: nil, count: 0)

        var integer: Int64 { Int64(bitPattern: bits) }
        var double: Double { Double(bitPattern: bits) }
        var float: Double { Double(Float(bitPattern: UInt32(truncatingIfNeeded: bits))) }
        var text: String { String(decoding: content, as: UTF8.self) }
        var reader: WireReader { WireReader(content) }
    }

    private let bytes: UnsafeRawBufferPointer
    private var at = 0

    init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    var isAtEnd: Bool { at == bytes.count }

    /// Reads the next field.
    /// - Returns: whether there was one.
    /// - Throws: `corrupted` for what is no message.
    mutating func next(_ field: inout Field) throws(MartletError) -> Bool {
        guard at < bytes.count else { return false }
        let key = try varint()
        field.number = Int(truncatingIfNeeded: key >> 3)
        field.type = key & 7
        switch field.type {
        case 0: field.bits = try varint()
        case 1: field.bits = UInt64(littleEndian: try fixed())
        case 2:
            guard let count = Int(exactly: try varint()), count <= bytes.count - at else { throw WireReader.broken }
            field.content = UnsafeRawBufferPointer(rebasing: bytes[at..<(at + count)])
            at += count
        case 5: field.bits = UInt64(UInt32(littleEndian: try fixed()))
        default: throw WireReader.broken
        }
        return true
    }

    /// A number of seven bits a byte, lowest first.
    mutating func varint() throws(MartletError) -> UInt64 {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while at < bytes.count, shift < 64 {
            let byte = bytes[at]
            at += 1
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return value }
            shift += 7
        }
        throw WireReader.broken
    }

    /// A number of fixed width, as it lies there.
    mutating func fixed<Number: FixedWidthInteger & BitwiseCopyable>(_: Number.Type = Number.self) throws(MartletError) -> Number {
        let width = MemoryLayout<Number>.size
        guard bytes.count - at >= width else { throw WireReader.broken }
        defer { at += width }
        return bytes.loadUnaligned(fromByteOffset: at, as: Number.self)
    }

    private static let broken = MartletError(.corrupted, "A record is no message of the expected form.")
}

extension WireReader {
    /// Calls a block for each field.
    mutating func each(_ body: (Field) throws(MartletError) -> Void) throws(MartletError) {
        var field = Field()
        while try next(&field) { try body(field) }
    }
}
