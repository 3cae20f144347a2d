import HTTPTypes
import Support

/// The one table from our errors to the protocol's: a status and `{"error": "..."}`.
enum ErrorAnswer {
    static func status(_ code: MartletError.Code) -> HTTPResponse.Status {
        switch code {
        case .usage, .invalidInput: .badRequest
        case .notFound: .notFound
        case .alreadyExists, .conflict: .conflict
        case .unauthenticated: .unauthorized
        case .refused, .permissionDenied: .forbidden
        case .tooLarge: .contentTooLarge
        case .tooManyAttempts: .tooManyRequests
        case .unavailable, .engineMissing, .storageFull, .cancelled: .serviceUnavailable
        case .corrupted, .inputOutput, .stepFailed, .defect: .internalServerError
        }
    }

    /// The text that the caller reads. Causes and places are ours alone.
    static func body(_ message: String) -> [UInt8] { Array(JSONValue.object([.init("error", .string(message))]).compact.utf8) }
}
