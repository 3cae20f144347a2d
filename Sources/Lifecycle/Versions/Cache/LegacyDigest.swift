package import Digests
internal import Support

/// The MD5 that DVC 2 gave a file, fed piece by piece: of text with Windows' line ends, as if it had Unix's. Whether it is text is decided for each block
/// of 1 MB, by its first 512 bytes.
package struct LegacyDigest: Sendable {
    private var hash = StreamingMD5()
    /// What has come of the current block.
    private var block: [UInt8] = []

    package init() {}

    package mutating func update(_ bytes: UnsafeRawBufferPointer) {
        var left = bytes[...]
        while !left.isEmpty {
            let piece = left.prefix(LegacyDigest.blockSize - block.count)
            block.append(contentsOf: piece)
            left = left[piece.endIndex...]
            if block.count == LegacyDigest.blockSize { finishBlock() }
        }
    }

    /// The digest of all pieces so far.
    package var value: MD5Digest {
        var copy = self
        copy.finishBlock()
        return copy.hash.value
    }

    /// The digest of an open file.
    static func of(_ file: OpenFile) throws(MartletError) -> MD5Digest {
        var digest = LegacyDigest()
        try file.pieces(of: blockSize) { (bytes) throws(MartletError) in digest.update(bytes) }
        return digest.value
    }

    private static let blockSize = 1 << 20

    private mutating func finishBlock() {
        let bytes = LegacyDigest.isText(block) ? LegacyDigest.withUnixLines(block) : block
        bytes.withUnsafeBytes { hash.update($0) }
        block.removeAll(keepingCapacity: true)
    }

    /// No zero byte, and at most three bytes in ten that plain English text does not have.
    private static func isText(_ bytes: [UInt8]) -> Bool {
        let first = bytes.prefix(512)
        guard !first.contains(0) else { return false }
        let odd = first.count { byte in !((0x20...0x7E).contains(byte) || [0x08, 0x09, 0x0A, 0x0C, 0x0D].contains(byte)) }
        return first.isEmpty || Double(odd) / Double(first.count) <= 0.3
    }

    private static func withUnixLines(_ bytes: [UInt8]) -> [UInt8] {
        guard bytes.contains(0x0D) else { return bytes }
        var unix: [UInt8] = []
        unix.reserveCapacity(bytes.count)
        for (i, byte) in bytes.enumerated() where byte != 0x0D || i + 1 == bytes.count || bytes[i + 1] != 0x0A { unix.append(byte) }
        return unix
    }
}
