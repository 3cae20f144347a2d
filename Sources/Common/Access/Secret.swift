internal import Crypto
internal import Digests
internal import Support

/// A random text that opens something: shown once, kept as a hash only.
package enum Secret {
    /// 256 random bits as 43 letters, digits, `-` and `_`, after a prefix that tells what it is.
    package static func make(prefix: String) -> String {
        let bytes = SymmetricKey(size: .bits256).withUnsafeBytes { Array($0) }
        return prefix + Base64URL.text(bytes)
    }

    /// What is kept of a secret. A fast hash is enough for 256 random bits; passwords take a slow one.
    package static func hash(_ secret: String) -> String { Digest(of: secret).rawValue }

    /// A digest of what is kept of a secret, for the record: it tells whether another one stands in its place, and opens nothing.
    package static func mark(_ kept: String) -> String { String(Digest(of: kept).rawValue.prefix(16)) }

    /// Whether two secrets are the same, in a time that depends on their lengths alone: the one comparison of what must not be guessed bit by bit.
    /// Tokens and sessions are not compared but looked up by their hash, of which a guess says nothing.
    package static func areEqual(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        guard left.count == right.count else { return false }
        var difference: UInt8 = 0
        for i in left.indices { difference |= left[i] ^ right[i] }
        return difference == 0
    }
}
