extension MartletError.Code {
    /// The HTTP status under which this kind of failure is answered, by protocols without codes of their own.
    package var httpStatus: Int {
        switch self {
        case .usage, .invalidInput: 400
        case .notFound: 404
        case .alreadyExists, .conflict: 409
        case .unauthenticated: 401
        case .refused, .permissionDenied: 403
        case .tooLarge: 413
        case .tooManyAttempts: 429
        case .engineMissing, .unavailable, .cancelled: 503
        case .deadlineExceeded: 504
        case .storageFull: 507
        case .corrupted, .inputOutput, .stepFailed, .defect: 500
        }
    }
}
