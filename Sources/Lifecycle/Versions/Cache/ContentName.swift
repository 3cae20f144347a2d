package import Digests

/// The name of a stored content as DVC writes it: an MD5, with `.dir` behind it where the content is the listing of a folder.
package struct ContentName: Sendable, Hashable, CustomStringConvertible {
    package var digest: MD5Digest
    /// Whether it is the listing of a folder (``FolderListing``).
    package var isFolder: Bool

    package init(_ digest: MD5Digest, isFolder: Bool = false) {
        self.digest = digest
        self.isFolder = isFolder
    }

    /// Reads `0123…ef` or `0123…ef.dir`; nil for anything else.
    package init?(checking text: some StringProtocol) {
        let isFolder = text.hasSuffix(".dir")
        guard let digest = MD5Digest(checking: isFolder ? text.dropLast(4) : text[...]) else { return nil }
        self.init(digest, isFolder: isFolder)
    }

    package var description: String { isFolder ? "\(digest).dir" : digest.description }

    /// Where it lies below the root of a store: `ab/cdef…`.
    package var path: String {
        let text = description
        return "\(text.prefix(2))/\(text.dropFirst(2))"
    }
}
