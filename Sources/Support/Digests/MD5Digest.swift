internal import Crypto
internal import Foundation

/// The MD5 of some content: the name under which DVC keeps it. It finds content and shows damage; against somebody who makes two contents with one
/// MD5 on purpose it is no protection.
package struct MD5Digest: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// The first and the last eight bytes.
    package let high, low: UInt64

    fileprivate init(_ hash: Insecure.MD5.Digest) {
        (high, low) = hash.withUnsafeBytes {
            (UInt64(bigEndian: $0.loadUnaligned(as: UInt64.self)), UInt64(bigEndian: $0.loadUnaligned(fromByteOffset: 8, as: UInt64.self)))
        }
    }

    package init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// Reads 32 lower-case hexadecimal digits; nil for anything else, so that a digest can be used as a file name.
    package init?(checking text: [UInt8]) {
        guard text.count == 32 else { return nil }
        var words: (UInt64, UInt64) = (0, 0)
        for byte in text {
            let digit: UInt8
            switch byte {
            case 0x30...0x39: digit = byte - 0x30
            case 0x61...0x66: digit = byte - 0x61 + 10
            default: return nil
            }
            words = (words.0 << 4 | words.1 >> 60, words.1 << 4 | UInt64(digit))
        }
        self.init(high: words.0, low: words.1)
    }

    package init?(checking text: some StringProtocol) { self.init(checking: Array(text.utf8)) }

    /// The digest of bytes.
    package init(of bytes: [UInt8]) {
        self = bytes.withUnsafeBytes { MD5Digest(Insecure.MD5.hash(bytes: $0)) }
    }

    /// The digest of bytes in memory.
    package init(of bytes: UnsafeRawBufferPointer) { self.init(Insecure.MD5.hash(bytes: bytes)) }

    package static func < (a: MD5Digest, b: MD5Digest) -> Bool { (a.high, a.low) < (b.high, b.low) }

    /// The 32 digits in lower case.
    package var description: String {
        var text: [UInt8] = []
        append(to: &text)
        return String(decoding: text, as: UTF8.self)
    }

    /// Appends the 32 digits: for many in a row.
    package func append(to text: inout [UInt8]) {
        for word in [high, low] { for i in 0..<16 { text.append(MD5Digest.digit(word >> UInt64(60 - 4 * i))) } }
    }

    private static func digit(_ word: UInt64) -> UInt8 {
        let value = UInt8(word & 15)
        return value < 10 ? 0x30 + value : 0x61 + value - 10
    }
}

extension Insecure.MD5 {
    fileprivate static func hash(bytes: UnsafeRawBufferPointer) -> Insecure.MD5.Digest {
        var hash = Insecure.MD5()
        hash.update(bufferPointer: bytes)
        return hash.finalize()
    }
}

/// An MD5 that is fed piece by piece.
package struct StreamingMD5: Sendable {
    private var hash = Insecure.MD5()

    package init() {}

    package mutating func update(_ bytes: UnsafeRawBufferPointer) { hash.update(bufferPointer: bytes) }

    /// The digest of all pieces so far.
    package var value: MD5Digest { MD5Digest(hash.finalize()) }
}
