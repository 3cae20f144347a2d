/// Writes JSON as UTF-8, byte by byte: what goes into an answer of thousands of values.
package struct JSONWriter {
    package private(set) var bytes: [UInt8] = []
    private let indent: String?

    /// - Parameter indent: what each level begins with; nil for one line.
    package init(indent: String? = nil) { self.indent = indent }

    package mutating func reserve(_ count: Int) { bytes.reserveCapacity(bytes.count + count) }

    package mutating func write(_ value: JSONValue) { write(value, depth: 0) }

    mutating func write(_ value: JSONValue, depth: Int) {
        switch value {
        case .null: append("null")
        case .bool(let value): append(value ? "true" : "false")
        case .integer(let value): append(value)
        case .number(let value): append(value)
        case .string(let value): quote(value)
        case .array(let elements):
            open("[")
            for (i, element) in elements.enumerated() {
                separate(i, depth)
                write(element, depth: depth + 1)
            }
            close("]", elements.isEmpty, depth)
        case .object(let members):
            open("{")
            for (i, member) in members.enumerated() {
                separate(i, depth)
                quote(member.key)
                append(indent == nil ? ":" : ": ")
                write(member.value, depth: depth + 1)
            }
            close("}", members.isEmpty, depth)
        }
    }

    private mutating func open(_ bracket: Unicode.Scalar) { bytes.append(UInt8(ascii: bracket)) }

    private mutating func separate(_ place: Int, _ depth: Int) {
        if place > 0 { bytes.append(UInt8(ascii: ",")) }
        breakLine(depth + 1)
    }

    private mutating func close(_ bracket: Unicode.Scalar, _ isEmpty: Bool, _ depth: Int) {
        if !isEmpty { breakLine(depth) }
        bytes.append(UInt8(ascii: bracket))
    }

    private mutating func breakLine(_ depth: Int) {
        guard let indent else { return }
        bytes.append(UInt8(ascii: "\n"))
        for _ in 0..<depth { bytes.append(contentsOf: indent.utf8) }
    }

    // MARK: - Pieces

    /// Writes what is JSON already.
    package mutating func append(_ text: StaticString) { text.withUTF8Buffer { bytes.append(contentsOf: $0) } }

    /// Writes a number; null for what JSON cannot say.
    package mutating func append(_ value: Double) {
        if value == value.rounded(), abs(value) < 0x1p54 { append(Int64(value)) } else { bytes.append(contentsOf: JSONValue.text(of: value).utf8) }
    }

    /// Writes a number in the fewest digits that read back as the same in single precision; null for what JSON cannot say.
    package mutating func append(_ value: Float) {
        guard value.isFinite, value != value.rounded() || abs(value) >= 0x1p24 else { return append(Double(value)) }
        bytes.append(contentsOf: value.description.utf8)
    }

    package mutating func append(_ value: Int64) {
        var rest = value.magnitude
        if value < 0 { bytes.append(UInt8(ascii: "-")) }
        let start = bytes.count
        repeat {
            bytes.append(UInt8(ascii: "0") + UInt8(rest % 10))
            rest /= 10
        } while rest > 0
        bytes[start...].reverse()
    }

    package mutating func quote(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        var text = text
        text.withUTF8 { source in
            var start = 0
            for (i, byte) in source.enumerated() where byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") {
                bytes.append(contentsOf: source[start..<i])
                escape(byte)
                start = i + 1
            }
            bytes.append(contentsOf: source[start...])
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private mutating func escape(_ byte: UInt8) {
        bytes.append(UInt8(ascii: "\\"))
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes.append(byte)
        case 0x0A: bytes.append(UInt8(ascii: "n"))
        case 0x0D: bytes.append(UInt8(ascii: "r"))
        case 0x09: bytes.append(UInt8(ascii: "t"))
        default:
            append("u00")
            for digit in [byte >> 4, byte & 15] { bytes.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10) }
        }
    }
}
