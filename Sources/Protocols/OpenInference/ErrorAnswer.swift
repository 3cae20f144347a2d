import HTTPTypes
import Support

/// An error in the protocol's form: `{"error": "..."}`.
enum ErrorAnswer {
    /// The text that the caller reads. Causes and places are ours alone.
    static func body(_ message: String) -> [UInt8] { Array(JSONValue.object([.init("error", .string(message))]).compact.utf8) }
}
