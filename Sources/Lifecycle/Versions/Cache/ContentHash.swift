internal import Digests
package import Support

/// Tells whether bytes have a name while they come, by the way in which the generation of DVC that made the name counts them.
package struct ContentHash: Sendable {
    private var plain = StreamingMD5()
    /// DVC 2 counts text without Windows' line ends; nil where only the bytes as they are count.
    private var text: LegacyDigest?

    package init(_ layout: ContentStore.Layout) { text = layout == .legacy ? LegacyDigest() : nil }

    /// Of bytes that are all there.
    init(of bytes: [UInt8], _ layout: ContentStore.Layout) {
        self.init(layout)
        bytes.withUnsafeBytes { update($0) }
    }

    package mutating func update(_ bytes: UnsafeRawBufferPointer) {
        plain.update(bytes)
        text?.update(bytes)
    }

    /// The MD5 of all bytes so far, as they are.
    var digest: MD5Digest { plain.value }

    /// Whether all bytes so far have that name.
    package func has(_ name: ContentName) -> Bool {
        plain.value == name.digest || !name.isFolder && text?.value == name.digest
    }

    /// Whether the bytes of a file have a name.
    /// - Throws: `notFound`, `inputOutput`.
    package static func file(_ path: String, has name: ContentName, _ layout: ContentStore.Layout = .current) throws(MartletError) -> Bool {
        try self.file(OpenFile(reading: path), has: name, layout)
    }

    static func file(_ file: OpenFile, has name: ContentName, _ layout: ContentStore.Layout) throws(MartletError) -> Bool {
        var hash = ContentHash(layout)
        try file.pieces(of: 1 << 18) { (bytes) throws(MartletError) in hash.update(bytes) }
        return hash.has(name)
    }
}
