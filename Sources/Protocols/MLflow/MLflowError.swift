internal import HTTPTypes
internal import Support

/// An error in MLflow's form: a code that its clients know, and a message.
struct MLflowError: Error, Equatable {
    enum Code: String {
        case badRequest = "BAD_REQUEST"
        case internalError = "INTERNAL_ERROR"
        case invalidParameterValue = "INVALID_PARAMETER_VALUE"
        case notImplemented = "NOT_IMPLEMENTED"
        case permissionDenied = "PERMISSION_DENIED"
        case requestLimitExceeded = "REQUEST_LIMIT_EXCEEDED"
        case resourceAlreadyExists = "RESOURCE_ALREADY_EXISTS"
        case resourceConflict = "RESOURCE_CONFLICT"
        case resourceDoesNotExist = "RESOURCE_DOES_NOT_EXIST"
        case temporarilyUnavailable = "TEMPORARILY_UNAVAILABLE"
        case unauthenticated = "UNAUTHENTICATED"

        var status: HTTPResponse.Status {
            switch self {
            case .badRequest, .invalidParameterValue, .resourceAlreadyExists: .badRequest
            case .resourceDoesNotExist: .notFound
            case .internalError: .internalServerError
            case .notImplemented: .notImplemented
            case .permissionDenied: .forbidden
            case .requestLimitExceeded: .tooManyRequests
            case .resourceConflict: .conflict
            case .temporarilyUnavailable: .serviceUnavailable
            case .unauthenticated: .unauthorized
            }
        }
    }

    var code: Code
    var message: String
    /// Where in a filter, in characters (Unicode scalars); no client is told.
    var place: Int?

    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    static func invalid(_ message: String) -> MLflowError { MLflowError(.invalidParameterValue, message) }

    static func missing(_ message: String) -> MLflowError { MLflowError(.resourceDoesNotExist, message) }

    /// One of ours. What a client repeats on 5xx, it repeats for minutes: only what may pass is one.
    init(_ error: any Error) {
        if let error = error as? MLflowError {
            self = error
            return
        }
        let error = error as? MartletError ?? MartletError(.defect, "The server failed.", cause: "\(error)")
        let code: Code =
            switch error.code {
            case .usage, .invalidInput, .tooLarge: .invalidParameterValue
            case .notFound: .resourceDoesNotExist
            case .alreadyExists: .resourceAlreadyExists
            case .conflict: .resourceConflict
            case .refused, .permissionDenied: .permissionDenied
            case .unauthenticated: .unauthenticated
            case .tooManyAttempts: .requestLimitExceeded
            case .unavailable, .deadlineExceeded, .engineMissing, .storageFull, .cancelled: .temporarilyUnavailable
            case .corrupted, .inputOutput, .stepFailed, .defect: .internalError
            }
        self.init(code, error.message)
    }

    /// The same, said of a place, where none is known yet.
    func at(_ place: Int) -> MLflowError {
        var error = self
        error.place = self.place ?? place
        return error
    }

    var body: JSONValue { ["error_code": .string(code.rawValue), "message": .string(message)] }
}
