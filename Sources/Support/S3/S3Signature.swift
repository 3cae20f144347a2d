internal import Crypto
internal import Digests
internal import Foundation
internal import Support

/// Signs requests as "Signature Version 4" of Amazon's documentation says: the key is derived from the day, the region and the service, so that
/// the secret itself is never sent.
struct S3Signature {
    let keys: S3Keys
    let region: String
    let moment: Timestamp

    /// What is signed of a request without a body: the SHA-256 of nothing.
    static let nothing = Digest(of: "").rawValue
    /// What is signed where the body is not.
    static let unsigned = "UNSIGNED-PAYLOAD"

    /// The header fields of a request.
    /// - Parameters:
    ///   - path: with every byte percent-encoded that the standard asks for.
    ///   - query: names and values, already encoded.
    ///   - headers: further fields that are signed.
    ///   - payload: the SHA-256 of the body, or `unsigned`.
    func headers(
        _ method: String, host: String, path: String, query: [(name: String, value: String)], headers: [(name: String, value: String)] = [],
        payload: String = S3Signature.nothing
    ) -> [(name: String, value: String)] {
        var fields = headers + [("host", host), ("x-amz-content-sha256", payload), ("x-amz-date", instant)]
        if let token = keys.token { fields.append(("x-amz-security-token", token)) }
        fields.sort { $0.name < $1.name }
        let names = fields.map(\.name).joined(separator: ";")
        let canonical = [
            method, path, S3Signature.text(query), fields.map { "\($0.name):\($0.value.trimmingCharacters(in: .whitespaces))\n" }.joined(), names,
            payload,
        ].joined(separator: "\n")
        let order = ["AWS4-HMAC-SHA256", instant, scope, Digest(of: canonical).rawValue].joined(separator: "\n")
        let authorization = "AWS4-HMAC-SHA256 Credential=\(keys.id)/\(scope), SignedHeaders=\(names), Signature=\(signature(of: order))"
        return fields.filter { $0.name != "host" } + [("authorization", authorization)]
    }

    /// The query as it is signed and sent: sorted by name.
    static func text(_ query: [(name: String, value: String)]) -> String {
        query.sorted { ($0.name, $0.value) < ($1.name, $1.value) }.map { "\($0.name)=\($0.value)" }.joined(separator: "&")
    }

    /// Percent-encodes all but letters, digits and `-._~`.
    /// - Parameter keeping: further characters that stay, such as the `/` of a path.
    static func encoded(_ text: String, keeping: String = "") -> String {
        let kept = Array("-._~".utf8) + Array(keeping.utf8)
        return text.utf8.map { byte in
            let isPlain = (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) || kept.contains(byte)
            return isPlain
                ? String(UnicodeScalar(byte)) : "%" + String(byte >> 4, radix: 16, uppercase: true) + String(byte & 15, radix: 16, uppercase: true)
        }.joined()
    }

    private var instant: String {
        let digits = moment.description.prefix(19).filter { $0.isNumber || $0 == "T" }
        return "\(digits)Z"
    }

    private var day: String { String(instant.prefix(8)) }

    private var scope: String { "\(day)/\(region)/s3/aws4_request" }

    private func signature(of text: String) -> String {
        var key = Data("AWS4\(keys.secret)".utf8)
        for part in [day, region, "s3", "aws4_request"] {
            key = Data(HMAC<SHA256>.authenticationCode(for: Data(part.utf8), using: SymmetricKey(data: key)))
        }
        let code = HMAC<SHA256>.authenticationCode(for: Data(text.utf8), using: SymmetricKey(data: key))
        return code.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }
}
