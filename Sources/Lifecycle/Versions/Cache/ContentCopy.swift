package import Digests
internal import Foundation
package import Support

/// Reading files by their MD5, and bringing them into a store and out again.
package enum ContentCopy {
    /// The most that is held of a file in memory, in bytes.
    private static let piece = 1 << 20

    /// The MD5 of a file's bytes.
    /// - Throws: `notFound`, `inputOutput`.
    package static func digest(of path: String) throws(MartletError) -> MD5Digest {
        try digest(of: OpenFile(reading: path))
    }

    static func digest(of file: OpenFile, progress: (Int) -> Void = { _ in }) throws(MartletError) -> MD5Digest {
        var hash = StreamingMD5()
        try file.pieces(of: piece) { (bytes) throws(MartletError) in
            hash.update(bytes)
            progress(bytes.count)
        }
        return hash.value
    }

    /// Reads a file and stores it, unless it is stored already.
    /// - Parameter progress: told how many bytes more were read.
    /// - Returns: its MD5, and the stamp it had.
    /// - Throws: `notFound`, `inputOutput`, `storageFull`; `conflict` where somebody writes it meanwhile.
    package static func store(
        _ path: [UInt8], into store: ContentStore, progress: (Int) -> Void = { _ in }
    ) throws(MartletError) -> (digest: MD5Digest, stamp: FileStamp) {
        let file = try OpenFile(reading: path)
        let stamp = try file.stamp()
        let digest = stamp.size <= piece ? try storeSmall(file, stamp.size, into: store) : try storeLarge(file, into: store, progress)
        try file.expect(stamp)
        if stamp.size <= piece { progress(stamp.size) }
        return (digest, stamp)
    }

    private static func storeSmall(_ file: OpenFile, _ size: Int, into store: ContentStore) throws(MartletError) -> MD5Digest {
        let bytes = try file.whole(size)
        let name = ContentName(MD5Digest(of: bytes))
        if !store.contains(name) { try store.store(bytes, as: name) }
        return name.digest
    }

    /// Where the content is there already, the copy was for nothing.
    private static func storeLarge(_ file: OpenFile, into store: ContentStore, _ progress: (Int) -> Void) throws(MartletError) -> MD5Digest {
        let temporary = try store.temporaryPath()
        defer { unlink(temporary) }
        let name = ContentName(try CheckedCopy.copy(file, to: temporary, .current, progress: progress).digest)
        if !store.contains(name) { try store.publish(temporary, as: name) }
        return name.digest
    }
}
