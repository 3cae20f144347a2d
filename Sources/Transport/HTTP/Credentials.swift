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
            let named = Credentials(authorization: text)
            self = vaultToken == nil || named == vaultToken.map(Credentials.bearer) ? named : .unreadable
        } else if let vaultToken {
            self = .bearer(vaultToken)
        } else if let secret = request.cookies[Credentials.cookie]?.value, !secret.isEmpty {
            self = .session(secret)
        } else {
            self = .none
        }
    }

    /// Reads a scheme, spaces and a value (RFC 9110, section 11.4), byte by byte: it is done for every request.
    init(authorization text: String) {
        let bytes = text.utf8
        guard let end = bytes.firstIndex(of: UInt8(ascii: " ")), let start = bytes[end...].firstIndex(where: { $0 != UInt8(ascii: " ") }),
            let last = bytes[start...].lastIndex(where: { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "\t") })
        else {
            self = .unreadable
            return
        }
        let value = String(text[start...last])
        if Credentials.isScheme("bearer", bytes[..<end]) {
            self = .bearer(value)
        } else {
            self = Credentials.isScheme("basic", bytes[..<end]) ? Credentials.basic(value) : .unreadable
        }
    }

    /// Whether bytes are a scheme's name, in capitals or not.
    private static func isScheme(_ name: StaticString, _ bytes: Substring.UTF8View) -> Bool {
        name.withUTF8Buffer { name in bytes.elementsEqual(name) { $0 | 0x20 == $1 } }
    }

    private static func basic(_ value: String) -> Credentials {
        guard let bytes = Data(base64Encoded: value), let pair = String(data: bytes, encoding: .utf8), let colon = pair.firstIndex(of: ":") else {
            return .unreadable
        }
        return .basic(name: String(pair[..<colon]), password: String(pair[pair.index(after: colon)...]))
    }
}
