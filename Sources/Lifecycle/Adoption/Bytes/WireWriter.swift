/// Writes a message in the wire format of protocol buffers. What has the value that stands for nothing is written too where it is asked for.
struct WireWriter {
    private(set) var bytes: [UInt8] = []

    mutating func varint(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    mutating func integer(_ field: Int, _ value: Int64) {
        key(field, 0)
        varint(UInt64(bitPattern: value))
    }

    mutating func double(_ field: Int, _ value: Double) {
        key(field, 1)
        fixed(value.bitPattern)
    }

    mutating func float(_ field: Int, _ value: Float) {
        key(field, 5)
        fixed(value.bitPattern)
    }

    mutating func content(_ field: Int, _ content: some Collection<UInt8>) {
        key(field, 2)
        varint(UInt64(content.count))
        bytes.append(contentsOf: content)
    }

    mutating func text(_ field: Int, _ text: String) { content(field, text.utf8) }

    mutating func message(_ field: Int, _ build: (inout WireWriter) -> Void) {
        var inner = WireWriter()
        build(&inner)
        content(field, inner.bytes)
    }

    /// Numbers one behind the other in one field.
    mutating func doubles(_ field: Int, _ values: [Double]) {
        var inner = WireWriter()
        for value in values { inner.fixed(value.bitPattern) }
        content(field, inner.bytes)
    }

    mutating func fixed(_ value: some FixedWidthInteger) { withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) } }

    private mutating func key(_ field: Int, _ type: UInt64) { varint(UInt64(field) << 3 | type) }
}
