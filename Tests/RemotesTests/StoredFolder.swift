import Digests
import Foundation
import Support
import TestSupport
import Versions

/// A cache with one folder in it.
struct StoredFolder: Sendable {
    let folder: TemporaryFolder
    let cache: ContentStore
    let name: ContentName

    /// - Parameters:
    ///   - count: how many files there are, each with other bytes; every seventh is small.
    ///   - size: of the others, in bytes.
    init(_ count: Int, size: Int = 100, layout: ContentStore.Layout = .current) throws {
        folder = try TemporaryFolder()
        cache = ContentStore(root: folder.path("cache"))
        var entries: [FolderListing.Entry] = []
        for i in 0..<count {
            let bytes = Array("file \(i) ".utf8) + [UInt8](repeating: UInt8(truncatingIfNeeded: i), count: i % 7 == 0 ? 0 : size)
            let digest = MD5Digest(of: bytes)
            try cache.store(bytes, as: ContentName(digest), layout)
            entries.append(FolderListing.Entry(path: TreePath("\(i)"), digest: digest))
        }
        let bytes = FolderListing(entries).bytes
        name = ContentName(MD5Digest(of: bytes), isFolder: true)
        try cache.store(bytes, as: name, layout)
    }

    /// An empty cache.
    func other(_ name: String = "other") -> ContentStore { ContentStore(root: folder.path(name)) }

    /// Whether a store holds the same.
    func isWhole(_ store: ContentStore, _ layout: ContentStore.Layout = .current) throws -> Bool {
        guard Set(store.names(layout)) == Set(cache.names(layout)) else { return false }
        for name in cache.names(layout) where try store.bytes(name, layout) != cache.bytes(name, layout) { return false }
        return true
    }
}
