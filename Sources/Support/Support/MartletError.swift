/// The one shape of an error in Martlet: what happened, where, and what to do about it.
package struct MartletError: Error, Sendable, Equatable {
    /// The kind of failure. Each protocol adapter maps these to its own vocabulary.
    package enum Code: String, Sendable, Codable, CaseIterable {
        /// The command line or a request is malformed.
        case usage
        /// Data, configuration or a model that cannot be accepted as it is.
        case invalidInput = "invalid_input"
        /// The named thing does not exist.
        case notFound = "not_found"
        /// The named thing exists and may not be replaced.
        case alreadyExists = "already_exists"
        /// Someone else is at work on the same thing.
        case conflict
        /// A gate said no.
        case refused
        /// Nobody knows who asks.
        case unauthenticated
        /// Who asks may not do this.
        case permissionDenied = "permission_denied"
        /// A request with more in it than is read.
        case tooLarge = "too_large"
        /// Too many failed attempts to sign in.
        case tooManyAttempts = "too_many_attempts"
        /// The time that a request gave for its answer is over.
        case deadlineExceeded = "deadline_exceeded"
        /// A native engine is not installed.
        case engineMissing = "engine_missing"
        /// A server does not answer.
        case unavailable
        /// Stored bytes are not what they were.
        case corrupted
        /// The disk is full.
        case storageFull = "storage_full"
        /// The operating system refused.
        case inputOutput = "input_output"
        /// A command of the user's ended with an error.
        case stepFailed = "step_failed"
        /// The user or the system asked to stop.
        case cancelled
        /// A defect in Martlet.
        case defect
    }

    package var code: Code
    /// One or two sentences: what happened, then what to do.
    package var message: String
    /// Where in the user's own files it happened.
    package var place: SourcePlace?
    /// What lay beneath, in the words of the engine or system that said it.
    package var cause: String?
    /// After how many seconds it is worth trying again, where that is known.
    package var retryAfter: Int?

    package init(_ code: Code, _ message: String, place: SourcePlace? = nil, cause: String? = nil, retryAfter: Int? = nil) {
        self.code = code
        self.retryAfter = retryAfter
        self.message = MartletError.cut(message)
        self.place = place
        self.cause = cause
    }

    /// The longest message, in bytes of UTF-8: it may hold what somebody sent, and goes into answers, pages and the record.
    private static let longest = 8000

    private static func cut(_ message: String) -> String {
        message.utf8.count <= longest ? message : String(decoding: message.utf8.prefix(longest), as: UTF8.self) + "…"
    }

    /// The exit code of a command that ends with this error: 1 failed, 2 usage, 3 a gate said no, 4 an engine or server is missing.
    package var exitCode: Int32 {
        switch code {
        case .usage: 2
        case .refused: 3
        case .engineMissing, .unavailable: 4
        default: 1
        }
    }
}

/// A place in a file that the user wrote, for an error message. Lines and columns count from 1.
package struct SourcePlace: Sendable, Equatable, Codable {
    package var file: String
    package var line: Int?
    package var column: Int?

    package init(file: String, line: Int? = nil, column: Int? = nil) {
        self.file = file
        self.line = line
        self.column = column
    }
}

extension SourcePlace: CustomStringConvertible {
    /// `file:line:column`, as compilers print it.
    package var description: String {
        [file, line.map(String.init), column.map(String.init)].compactMap(\.self).joined(separator: ":")
    }
}

extension MartletError: CustomStringConvertible {
    /// The text that a person reads: place, message and, on a line of its own, the cause.
    package var description: String {
        let head = place.map { "\($0): \(message)" } ?? message
        return cause.map { "\(head)\n  cause: \($0)" } ?? head
    }
}
