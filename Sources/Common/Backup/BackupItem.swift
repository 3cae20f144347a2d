package import Digests
internal import Support

/// A file that belongs into a backup.
package struct BackupItem: Sendable {
    package enum Source: Sendable {
        /// The first bytes of a file; all of it where the length is nil.
        case file(String, length: Int?)
        case bytes([UInt8])
    }

    /// Where it stands in the project's folder.
    package var path: String
    package var source: Source
    /// Whether its bytes never change, so that one with the same size and time is the same.
    package var isImmutable: Bool
    /// The digest, where the name says it.
    package var digest: Digest?

    package init(_ path: String, _ source: Source, isImmutable: Bool = false, digest: Digest? = nil) {
        self.path = path
        self.source = source
        self.isImmutable = isImmutable
        self.digest = digest
    }
}

/// Told how far long work has come, and asked whether to go on.
package protocol BackupObserver: Sendable {
    /// - Parameter doing: `copying`, `checking`.
    func reached(_ doing: String, file: Int, of count: Int, bytes: Int)
    var isCancelled: Bool { get }
}

extension BackupObserver {
    /// - Throws: `cancelled` where the person asked to stop.
    func check() throws(MartletError) {
        if isCancelled { throw MartletError(.cancelled, "Stopped. Nothing half-done was left; run the command again to go on.") }
    }
}
