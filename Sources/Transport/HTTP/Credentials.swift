internal import Foundation
internal import HTTPTypes
internal import Hummingbird

/// What a request brings to be recognised by. A token in the address is not looked for: addresses end up in logs.
enum Credentials: Equatable {
    case none
    case bearer(String)
    case basic(name: String, password: String)
    case session(String)
    /// An authorization that cannot be read.
    case unreadable

    /// The cookie that holds a session's secret.
    static let cookie = "martlet_session"

    /// The header that clients of Vault send a token in.
    private static let vaultToken = HTTPField.Name("X-Vault-Token")

    init(_ request: Request) {
        let vaultToken = Credentials.vaultToken.flatMap { request.headers[$0] }.flatMap { $0.isEmpty ? nil : $0 }
        if let text = request.headers[.authorization] {
            let named = Credentials.authorization(text)
            self = vaultToken == nil || named == vaultToken.map(Credentials.bearer) ? named : .unreadable
        } else if let vaultToken {
            self = .bearer(vaultToken)
        } else if let secret = request.cookies[Credentials.cookie]?.value, !secret.isEmpty {
            self = .session(secret)
        } else {
            self = .none
        }
    }

    private static func authorization(_ text: String) -> Credentials {
        let parts = text.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: true)
        guard parts.count == 2 else { return .unreadable }
        let value = parts[1].trimmingCharacters(in: .whitespaces)
        switch parts[0].lowercased() {
        case "bearer": return .bearer(value)
        case "basic":
            guard let bytes = Data(base64Encoded: value), let pair = String(data: bytes, encoding: .utf8), let colon = pair.firstIndex(of: ":") else {
                return .unreadable
            }
            return .basic(name: String(pair[..<colon]), password: String(pair[pair.index(after: colon)...]))
        default: return .unreadable
        }
    }
}
