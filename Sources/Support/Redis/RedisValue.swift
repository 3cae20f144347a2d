/// An answer of the server (RESP2).
package enum RedisValue: Sendable, Equatable {
    case null
    /// `+OK`
    case status(String)
    case integer(Int)
    case bytes([UInt8])
    case array([RedisValue])
    /// `-ERR ...`, within an array; as the whole answer it is thrown.
    case failure(String)

    package var text: String? {
        switch self {
        case .status(let text): text
        case .bytes(let bytes): String(decoding: bytes, as: UTF8.self)
        default: nil
        }
    }

    package var elements: [RedisValue] { if case .array(let elements) = self { elements } else { [] } }
}
