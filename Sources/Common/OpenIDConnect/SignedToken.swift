package import Support

/// A signed token in the compact form (RFC 7515): read, not yet believed.
package struct SignedToken: Sendable {
    /// The longest that is read, in bytes.
    private static let longest = 64 << 10

    let header: JSONValue
    let claims: JSONValue
    let signature: [UInt8]
    /// The bytes that the signature is over.
    let signed: [UInt8]

    /// - Throws: `unauthenticated` for what is no such token.
    package init(_ text: String) throws(MartletError) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard text.utf8.count <= SignedToken.longest, parts.count == 3, let signature = Base64URL.bytes(parts[2]),
            let header = SignedToken.object(parts[0]), let claims = SignedToken.object(parts[1])
        else { throw MartletError(.unauthenticated, "The provider's ID token cannot be read: it is not three parts of Base64 with JSON in them.") }
        self.header = header
        self.claims = claims
        self.signature = signature
        signed = Array("\(parts[0]).\(parts[1])".utf8)
    }

    /// An object in which no name stands twice: others might read the other one.
    private static func object(_ part: Substring) -> JSONValue? {
        guard let bytes = Base64URL.bytes(part), let value = try? JSONValue(parsing: bytes), case .object(let members) = value,
            Set(members.map(\.key)).count == members.count
        else { return nil }
        return value
    }
}
