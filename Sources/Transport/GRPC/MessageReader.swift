import GRPCCore
import GRPCProtobuf
import SwiftProtobuf

/// Reads the messages of a call.
struct MessageReader<Input: Message>: MessageDeserializer {
    private let reader = ProtobufDeserializer<Input>()

    func deserialize<Bytes: GRPCContiguousBytes>(_ bytes: Bytes) throws -> Input {
        do { return try reader.deserialize(bytes) } catch {
            throw RPCError(code: .invalidArgument, message: "The \(bytes.count) bytes of the message are no \(Input.protoMessageName).")
        }
    }
}
