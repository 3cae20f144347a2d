internal import Crypto
internal import Foundation
internal import Outgoing
package import Support

/// Tells an address what turned bad or good, as JSON in a POST.
package struct WebhookAlert: Sendable {
    /// The header with the signature: `t=SECONDS,v1=HEX`, where HEX is the HMAC-SHA256 of `SECONDS.BODY` under the shared secret.
    package static let signatureHeader = "martlet-signature"
    /// The header with the number of the message: the same where it is delivered twice.
    package static let deliveryHeader = "martlet-delivery"

    private let address: String
    private let secret: String?
    private let client: OutgoingClient

    /// - Parameters:
    ///   - address: an `http` or `https` address, or `$NAME` of an environment variable that holds one.
    ///   - secret: the name of the environment variable that holds the secret to sign with.
    /// - Throws: `invalidInput` where a variable is empty.
    package init(address: String, secret: String? = nil, allowsPrivate: Bool, environment: [String: String]) throws(MartletError) {
        self.address = try AlertTarget.resolved(address, environment)
        if let secret {
            guard let value = environment[secret], !value.isEmpty else {
                throw MartletError(.invalidInput, "The secret that signs the webhook stands in \(secret), which is not set. Export it.")
            }
            self.secret = value
        } else {
            self.secret = nil
        }
        client = OutgoingClient(allowsPrivate: allowsPrivate)
    }

    /// Sends the body once.
    /// - Parameters:
    ///   - delivery: the number of the message.
    ///   - at: signed along, so that a receiver can refuse what is old.
    /// - Throws: `unavailable` where nobody answers with success. The address, which may hold a secret, is not part of the message.
    package func send(_ body: JSONValue, delivery: Int, at: Timestamp) async throws(MartletError) {
        var headers: [(name: String, value: String)] = [(WebhookAlert.deliveryHeader, "\(delivery)")]
        if let secret {
            let seconds = Int(at.seconds)
            headers.append((WebhookAlert.signatureHeader, "t=\(seconds),v1=\(WebhookAlert.signature(of: "\(seconds).\(body.compact)", secret))"))
        }
        let status = try await client.post(body, to: address, headers: headers).status
        guard (200..<300).contains(status) else { throw MartletError(.unavailable, "The webhook answered with status \(status).") }
    }

    private static func signature(of text: String, _ secret: String) -> String {
        let code = HMAC<SHA256>.authenticationCode(for: Data(text.utf8), using: SymmetricKey(data: Data(secret.utf8)))
        return code.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
