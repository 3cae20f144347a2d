import Hummingbird
import Support

/// A command line that was posted.
struct CommandRequest {
    /// The largest body that is read, in bytes.
    private static let limit = 64 << 10

    let arguments: [String]
    let usesColour: Bool
    /// The caller's password, for a command that is a signature.
    let password: String?

    /// Reads a body `{"arguments": [...], "colour": false, "password": "..."}`.
    /// - Throws: `usage` for another one. A body that is not declared as JSON is refused, because a form of another site could send it.
    init(_ request: Request) async throws {
        guard request.headers[.contentType]?.lowercased().hasPrefix("application/json") == true else {
            throw MartletError(.usage, "Send the command as JSON, with “Content-Type: application/json”.")
        }
        let value = try JSONValue(parsing: try await request.text(upTo: CommandRequest.limit))
        guard case .array(let elements) = value["arguments"], elements.allSatisfy({ $0.text != nil }) else {
            throw MartletError(.usage, "“arguments” is a list of texts: the command line without “martlet”.")
        }
        arguments = elements.compactMap(\.text)
        usesColour = value["colour"].flag ?? false
        password = value["password"].text
    }
}
