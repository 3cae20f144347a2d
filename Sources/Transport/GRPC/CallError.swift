import GRPCCore
import Support

extension MartletError {
    /// The error as a call ends with it. Causes and places are ours alone.
    var callError: RPCError {
        var error = RPCError(code: code.callCode, message: MartletError.cut(message))
        // What clients that try again by themselves go by.
        if let retryAfter { error.metadata.addString(String(retryAfter * 1000), forKey: "grpc-retry-pushback-ms") }
        return error
    }

    /// The message travels in a header, in which each byte that is not ASCII takes three; clients refuse headers above 8 KB.
    private static let longestMessage = 2000

    private static func cut(_ message: String) -> String {
        message.utf8.count <= longestMessage ? message : String(decoding: message.utf8.prefix(longestMessage), as: UTF8.self) + "…"
    }
}

extension MartletError.Code {
    /// The status under which a call ends with this kind of failure.
    var callCode: RPCError.Code {
        switch self {
        case .usage, .invalidInput: .invalidArgument
        case .notFound: .notFound
        case .alreadyExists: .alreadyExists
        case .conflict: .aborted
        case .refused: .failedPrecondition
        case .unauthenticated: .unauthenticated
        case .permissionDenied: .permissionDenied
        case .tooLarge, .tooManyAttempts: .resourceExhausted
        case .engineMissing, .unavailable, .storageFull: .unavailable
        case .deadlineExceeded: .deadlineExceeded
        case .corrupted: .dataLoss
        case .cancelled: .cancelled
        case .inputOutput, .stepFailed, .defect: .internalError
        }
    }
}
