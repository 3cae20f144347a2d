import Foundation
import HTTP
import HTTPTypes
import Hummingbird
import NIOCore
import Support

/// An answer in Vault's form: its envelope, its list of errors, or nothing.
struct VaultAnswer: Sendable {
    var status: HTTPResponse.Status
    var body: JSONValue?

    /// Done, and nothing to tell.
    static let done = VaultAnswer(status: .noContent, body: nil)

    /// Nothing is there.
    static let absent = failure(.notFound)

    /// A refusal or failure with Vault's words for it.
    static func failure(_ status: HTTPResponse.Status, _ words: String...) -> VaultAnswer {
        VaultAnswer(status: status, body: ["errors": JSONValue(words)])
    }

    /// The one table from our errors to Vault's answers. Places and causes are ours alone.
    init(_ error: MartletError) {
        self =
            switch error.code {
            case .usage, .invalidInput, .conflict, .alreadyExists: .failure(.badRequest, error.message)
            case .tooLarge: .failure(.contentTooLarge, error.message)
            case .unauthenticated, .permissionDenied, .refused: .failure(.forbidden, "permission denied", error.message)
            case .tooManyAttempts: .failure(.tooManyRequests, error.message)
            case .notFound: .absent
            case .storageFull: .failure(.init(code: 507), error.message)
            case .unavailable, .deadlineExceeded, .engineMissing, .cancelled: .failure(.serviceUnavailable, error.message)
            case .corrupted, .inputOutput, .stepFailed, .defect: .failure(.internalServerError, "internal error")
            }
    }

    init(status: HTTPResponse.Status, body: JSONValue?) {
        self.status = status
        self.body = body
    }

    /// The envelope that every answer with content has.
    /// - Parameters:
    ///   - data: what was asked for.
    ///   - auth: the token that was made or renewed.
    init(_ requestID: TimeOrderedID, data: JSONValue = .null, auth: JSONValue = .null, status: HTTPResponse.Status = .ok) {
        self.status = status
        body = [
            "request_id": .string(VaultAnswer.grouped(requestID)), "lease_id": "", "renewable": false, "lease_duration": 0, "data": data,
            "wrap_info": nil, "warnings": nil, "auth": auth,
        ]
    }

    /// The five groups of a UUID.
    private static func grouped(_ id: TimeOrderedID) -> String {
        var rest = Substring(id.description)
        return [8, 4, 4, 4, 12].map { length in
            defer { rest = rest.dropFirst(length) }
            return String(rest.prefix(length))
        }.joined(separator: "-")
    }

    /// - Parameter withoutBody: whether only the head was asked for.
    func response(withoutBody: Bool = false) -> Response {
        guard let body else { return Response(status: status) }
        let headers: HTTPFields = [.contentType: "application/json", .cacheControl: "no-store"]
        guard !withoutBody else { return Response(status: status, headers: headers) }
        return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(string: body.compact)))
    }
}
