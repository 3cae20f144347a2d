import GRPCCore
import GRPCProtobuf
import SwiftProtobuf

/// Reads the messages of a call.
struct MessageReader<Input: Message>: MessageDeserializer {
    private let reader = ProtobufDeserializer<Input>()

    func deserialize<Bytes: GRPCContiguousBytes>(_ bytes: Bytes) throws -> Input {
        guard bytes.withUnsafeBytes(FieldCount.init(bytes:)).count <= FieldCount.limit else {
            throw RPCError(code: .resourceExhausted, message: "The message has more than \(FieldCount.limit) fields. Send less at once.")
        }
        do { return try reader.deserialize(bytes) } catch {
            throw RPCError(code: .invalidArgument, message: "The \(bytes.count) bytes of the message are no \(Input.protoMessageName).")
        }
    }
}

/// The fields that stand at the top of a message. An empty tensor takes two bytes on the way and more than a hundred in memory, so that they are
/// counted before any is made.
private struct FieldCount {
    static let limit = 100_000

    private(set) var count = 0
    private var rest: UnsafeRawBufferPointer.SubSequence

    /// Counts as far as the bytes can be read, and at most one above the limit. The marks of groups count as fields, and what lies between them does.
    init(bytes: UnsafeRawBufferPointer) {
        rest = bytes[...]
        while count <= FieldCount.limit, let tag = number() {
            count += 1
            switch tag & 7 {
            case 0: _ = number()
            case 1: rest = rest.dropFirst(8)
            case 2:
                let length = number() ?? .max
                rest = rest.dropFirst(Int(clamping: length))
            case 5: rest = rest.dropFirst(4)
            default: break
            }
        }
    }

    /// The next number of seven bits a byte; nil where the bytes end before it does.
    private mutating func number() -> UInt64? {
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 70, by: 7) {
            guard let byte = rest.popFirst() else { return nil }
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return value }
        }
        return nil
    }
}
