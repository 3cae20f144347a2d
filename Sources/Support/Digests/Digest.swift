internal import Crypto
internal import Foundation
package import Support

/// The SHA-256 of some content, as 64 lower-case hexadecimal digits: the content's name.
package struct Digest: Identifier {
    package let rawValue: String

    /// Takes the digits as they are; see ``init(checking:)`` for text from outside.
    package init(rawValue: String) { self.rawValue = rawValue }

    /// Reads 64 hexadecimal digits; nil for anything else, so that a digest can be used as a file name.
    package init?(checking text: String) {
        guard text.utf8.count == 64, text.utf8.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }) else { return nil }
        rawValue = text
    }

    /// The digest of bytes.
    package init(of bytes: some Sequence<UInt8>) {
        self.init(hash: SHA256.hash(data: Data(bytes)))
    }

    /// The digest of text in UTF-8.
    package init(of text: String) {
        var (text, hash) = (text, SHA256())
        text.withUTF8 { hash.update(bufferPointer: UnsafeRawBufferPointer($0)) }
        self.init(hash: hash.finalize())
    }

    /// The keyed digest (HMAC-SHA-256) of text: who does not have the key cannot even try out what the text was.
    package init(of text: String, keyedBy key: String) {
        let code = HMAC<SHA256>.authenticationCode(for: Data(text.utf8), using: SymmetricKey(data: Data(key.utf8)))
        self.init(hash: code)
    }

    fileprivate init(hash: some Sequence<UInt8>) {
        let digits = Digest.hexadecimal
        rawValue = String(unsafeUninitializedCapacity: 64) { text in
            for (i, byte) in hash.enumerated() {
                text[2 * i] = digits[Int(byte >> 4)]
                text[2 * i + 1] = digits[Int(byte & 15)]
            }
            return 64
        }
    }

    /// Writes the 64 digits of the digest of bytes over what an array holds: for many in a row.
    package static func write(of bytes: [UInt8], into digits: inout [UInt8]) {
        var hash = SHA256()
        bytes.withUnsafeBytes { hash.update(bufferPointer: $0) }
        digits.removeAll(keepingCapacity: true)
        for byte in hash.finalize() {
            digits.append(hexadecimal[Int(byte >> 4)])
            digits.append(hexadecimal[Int(byte & 15)])
        }
    }

    private static let hexadecimal = Array("0123456789abcdef".utf8)

    /// The first twelve digits, for people.
    package var short: String { String(rawValue.prefix(12)) }

    /// The digest of a file, read in pieces of 1 MB.
    /// - Throws: `notFound` or `inputOutput`.
    package static func ofFile(_ path: String) throws(MartletError) -> Digest {
        guard let file = fopen(path, "rb") else { throw .system("read", path) }
        defer { fclose(file) }
        var hash = SHA256()
        var buffer = [UInt8](repeating: 0, count: 1 << 20)
        while true {
            let count = fread(&buffer, 1, buffer.count, file)
            if count == 0 { break }
            buffer.withUnsafeBytes { hash.update(bufferPointer: UnsafeRawBufferPointer(rebasing: $0[..<count])) }
        }
        guard ferror(file) == 0 else { throw .system("read", path) }
        return Digest(hash: hash.finalize())
    }
}

/// A digest that is fed piece by piece.
package struct StreamingDigest: Sendable {
    private var hash = SHA256()

    package init() {}

    package mutating func update(_ bytes: UnsafeRawBufferPointer) { hash.update(bufferPointer: bytes) }

    /// The digest of all pieces so far.
    package var value: Digest { Digest(hash: hash.finalize()) }
}
