/// Writes the fields of a protocol buffer message, in the order of the calls. As in proto3, a number that is 0 and a text that is empty are
/// left out, but by the calls that begin with `present`.
package struct MessageBytes {
    package private(set) var bytes: [UInt8] = []

    package init() {}

    private mutating func varint(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(rest & 0x7F) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    private mutating func tag(_ field: Int, _ wire: UInt64) { varint(UInt64(field) << 3 | wire) }

    /// A whole number that is not negative.
    mutating func number(_ field: Int, _ value: Int) {
        guard value > 0 else { return }
        tag(field, 0)
        varint(UInt64(value))
    }

    mutating func double(_ field: Int, _ value: Double?) {
        guard let value, value != 0 else { return }
        tag(field, 1)
        withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes += $0 }
    }

    mutating func float(_ field: Int, _ value: Double?) {
        guard let value, Float(value) != 0 else { return }
        tag(field, 5)
        withUnsafeBytes(of: Float(value).bitPattern.littleEndian) { bytes += $0 }
    }

    mutating func text(_ field: Int, _ value: String) {
        guard !value.isEmpty else { return }
        tag(field, 2)
        varint(UInt64(value.utf8.count))
        bytes += Array(value.utf8)
    }

    /// A whole number, also 0 and less.
    package mutating func present(_ field: Int, _ value: Int) {
        tag(field, 0)
        varint(UInt64(bitPattern: Int64(value)))
    }

    package mutating func presentDouble(_ field: Int, _ value: Double) {
        tag(field, 1)
        withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes += $0 }
    }

    package mutating func presentFloat(_ field: Int, _ value: Double) {
        tag(field, 5)
        withUnsafeBytes(of: Float(value).bitPattern.littleEndian) { bytes += $0 }
    }

    /// A text, also an empty one.
    package mutating func presentText(_ field: Int, _ value: String) {
        tag(field, 2)
        varint(UInt64(value.utf8.count))
        bytes += Array(value.utf8)
    }

    /// A message inside the message, also where it is empty.
    package mutating func message(_ field: Int, _ fill: (inout MessageBytes) -> Void) {
        var inner = MessageBytes()
        fill(&inner)
        tag(field, 2)
        varint(UInt64(inner.bytes.count))
        bytes += inner.bytes
    }
}
