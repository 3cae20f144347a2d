internal import Digests
internal import Foundation
internal import Support

/// A content of a store, open for reading.
struct StoredContent {
    private let file: OpenFile
    private let digest: MD5Digest
    private let layout: ContentStore.Layout
    /// In bytes.
    let size: Int

    /// - Throws: `notFound`, `inputOutput`.
    init(_ digest: MD5Digest, _ layout: ContentStore.Layout, in store: ContentStore) throws(MartletError) {
        file = try OpenFile(reading: store.path(ContentName(digest), layout))
        size = try file.stamp().size
        self.digest = digest
        self.layout = layout
    }

    /// Writes it into an open file. Up to 1 MB are held against the name on the way; a larger one is trusted as long as nobody may write to it, as DVC
    /// trusts it.
    /// - Parameter path: of the open file, for messages.
    /// - Throws: `corrupted`, `inputOutput`, `storageFull`.
    func copy(to target: Int32, _ path: String) throws(MartletError) {
        guard size <= 1 << 20 else { return try FileClone.copy(from: file.descriptor, to: target, path) }
        let bytes = try file.whole(size)
        guard MD5Digest(of: bytes) == digest || layout == .legacy && legacyDigest(bytes) == digest else {
            throw MartletError(
                .corrupted,
                "The stored content \(digest) is damaged: its bytes are not what its name says. “martlet data verify” finds what is, and a fetch brings it anew."
            )
        }
        let number = bytes.withUnsafeBytes { FileBytes.write($0, to: target) }
        guard number == 0 else { throw .system("write", path, number: number) }
    }

    private func legacyDigest(_ bytes: [UInt8]) -> MD5Digest {
        var legacy = LegacyDigest()
        bytes.withUnsafeBytes { legacy.update($0) }
        return legacy.value
    }
}
