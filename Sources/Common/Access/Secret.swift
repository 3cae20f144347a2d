internal import Crypto
internal import Digests
internal import Support

/// A random text that opens something: shown once, kept as a hash only.
package enum Secret {
    /// 256 random bits as 43 letters, digits, `-` and `_`, after a prefix that tells what it is.
    package static func make(prefix: String) -> String {
        let bytes = SymmetricKey(size: .bits256).withUnsafeBytes { Array($0) }
        return prefix + text(bytes)
    }

    /// What is kept of a secret. A fast hash is enough for 256 random bits; passwords take a slow one.
    package static func hash(_ secret: String) -> String { Digest(of: secret).rawValue }

    /// A digest of what is kept of a secret, for the record: it tells whether another one stands in its place, and opens nothing.
    package static func mark(_ kept: String) -> String { String(Digest(of: kept).rawValue.prefix(16)) }

    /// Base64 for addresses (RFC 4648, section 5), without padding.
    static func text(_ bytes: [UInt8]) -> String {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
        var text = ""
        var buffer = 0
        var bits = 0
        for byte in bytes {
            buffer = buffer << 8 | Int(byte)
            bits += 8
            while bits >= 6 {
                bits -= 6
                text.append(alphabet[buffer >> bits & 63])
            }
            buffer &= (1 << bits) - 1
        }
        if bits > 0 { text.append(alphabet[buffer << (6 - bits) & 63]) }
        return text
    }
}
