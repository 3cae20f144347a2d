import Support

/// Reads a message from the wire format of protocol buffers. Fields that the form does not have are read over.
struct MessageByteReader {
    private let bytes: [UInt8]
    private let file: String
    private var position: Int
    private let end: Int
    private static let deepest = 50

    /// The whole of some bytes as one message of a form.
    /// - Throws: `invalidInput` where they are no such message.
    static func read(_ bytes: [UInt8], as form: String, file: String) throws(MartletError) -> Message {
        var reader = MessageByteReader(bytes: bytes, file: file, position: 0, end: bytes.count)
        return try reader.message(MessageForm.named(form), depth: 0)
    }

    private mutating func message(_ form: MessageForm, depth: Int) throws(MartletError) -> Message {
        guard depth < Self.deepest else { throw failure }
        var message = Message()
        while position < end {
            let tag = try varint()
            guard let number = Int(exactly: tag >> 3), number > 0 else { throw failure }
            let field = form[number]
            switch tag & 7 {
            case 0: try add(varint(), field, to: &message)
            case 1: add(bits: try fixed(8), isDouble: true, field, to: &message)
            case 5: add(bits: try fixed(4), isDouble: false, field, to: &message)
            case 2: try addLong(field, depth, to: &message)
            default: throw failure
            }
        }
        return message
    }

    private func add(_ value: UInt64, _ field: MessageForm.Field?, to message: inout Message) {
        guard let field else { return }
        switch field.kind {
        case .whole: message.add(field.name, .whole(Int(Int64(bitPattern: value))))
        case .flag: message.add(field.name, .flag(value != 0))
        case .word(let words):
            if let word = words.first(where: { UInt64(bitPattern: Int64($0.value)) == value })?.key { message.add(field.name, .word(word)) }
        case .other: message.add(field.name, .other)
        default: break
        }
    }

    private func add(bits: UInt64, isDouble: Bool, _ field: MessageForm.Field?, to message: inout Message) {
        guard let field else { return }
        switch (field.kind, isDouble) {
        case (.double, true): message.add(field.name, .number(Double(bitPattern: bits)))
        case (.float, false): message.add(field.name, .number(Double(Float(bitPattern: UInt32(truncatingIfNeeded: bits)))))
        case (.other, _): message.add(field.name, .other)
        default: break
        }
    }

    /// A text, a message, or what is read over.
    private mutating func addLong(_ field: MessageForm.Field?, _ depth: Int, to message: inout Message) throws(MartletError) {
        guard let length = Int(exactly: try varint()), length <= end - position else { throw failure }
        let start = position
        position += length
        guard let field else { return }
        switch field.kind {
        case .text:
            guard let text = String(validating: bytes[start..<position], as: UTF8.self) else { throw failure }
            message.add(field.name, .text(text))
        case .message(let form):
            var inner = MessageByteReader(bytes: bytes, file: file, position: start, end: position)
            message.add(field.name, .message(try inner.message(MessageForm.named(form), depth: depth + 1)))
        case .other: message.add(field.name, .other)
        default: break
        }
    }

    private mutating func varint() throws(MartletError) -> UInt64 {
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 70, by: 7) {
            guard position < end else { throw failure }
            let byte = bytes[position]
            position += 1
            value |= shift < 64 ? UInt64(byte & 0x7F) << shift : 0
            if byte < 0x80 { return value }
        }
        throw failure
    }

    private mutating func fixed(_ count: Int) throws(MartletError) -> UInt64 {
        guard count <= end - position else { throw failure }
        defer { position += count }
        return bytes[position..<position + count].reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    private var failure: MartletError {
        MartletError(
            .invalidInput,
            "\(file) is neither a schema of TensorFlow Data Validation in text format nor in bytes. Write one with “martlet data propose --schema FILE”."
        )
    }
}
