internal import Digests
internal import Foundation
internal import Objects
package import Support

/// A folder in the making beside the one that is restored: it takes its place in one step, or goes away.
package final class StagedRestore {
    /// Where the files are written.
    package let path: String
    private let target: String
    private let descriptor: Int32
    private var isDone = false

    /// Makes the folder beside the target, removing what a killed restore left there.
    /// - Throws: `conflict` where another restore into the same folder is at work.
    package init(beside target: String) throws(MartletError) {
        self.target = target
        path = "\(target).restoring"
        try makeFolder(path)
        descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0, flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            if descriptor >= 0 { close(descriptor) }
            throw MartletError(.conflict, "Another restore into \(target) is at work. Wait until it ends.")
        }
        for name in (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? [] {
            try? FileManager.default.removeItem(atPath: "\(path)/\(name)")
        }
    }

    deinit {
        if !isDone { try? FileManager.default.removeItem(atPath: path) }
        close(descriptor)
    }

    /// Puts the folder in its place. A folder stands there at every moment: the one before or the new one.
    /// - Parameter aside: where what stands there now goes; nil where nothing stands there, or an empty folder.
    package func takePlace(movingAside aside: String?) throws(MartletError) {
        try flushFolder(path)
        guard rename(path, aside ?? target) == 0 else { throw .system("put in place", target) }
        isDone = true
        if let aside { try exchange(aside, target) }
        try flushFolder((target as NSString).deletingLastPathComponent)
    }

    /// Gives two folders each other's names, in one step where the file system can.
    private func exchange(_ new: String, _ old: String) throws(MartletError) {
        guard !exchangeNames(new, old) else { return }
        guard rename(old, path) == 0, rename(new, old) == 0, rename(path, new) == 0 else { throw .system("put in place", target) }
    }
}

/// Asks the system for an exchange of two names that nothing can come between.
/// - Returns: false where the system or the file system has no such call, and nothing happened.
private func exchangeNames(_ first: String, _ second: String) -> Bool {
    #if os(Linux)
        // Glibc's header shows renameat2 to C with _GNU_SOURCE only; RENAME_EXCHANGE is 2 in linux/fs.h.
        typealias Rename = @convention(c) (Int32, UnsafePointer<CChar>, Int32, UnsafePointer<CChar>, UInt32) -> Int32
        guard let symbol = dlsym(nil, "renameat2") else { return false }
        return unsafeBitCast(symbol, to: Rename.self)(AT_FDCWD, first, AT_FDCWD, second, 2) == 0
    #else
        return renamex_np(first, second, UInt32(RENAME_SWAP)) == 0
    #endif
}

extension BackupFolder {
    /// Writes every file of a backup into a folder and compares what was written with the manifest.
    /// - Throws: `corrupted` where a stored file is not what it was.
    package func extract(_ manifest: BackupManifest, into folder: String, observer: any BackupObserver) throws(MartletError) {
        let lock = try lock(alone: false)
        defer { withExtendedLifetime(lock) {} }
        var bytes = 0
        for (i, entry) in manifest.entries.enumerated() {
            try observer.check()
            let path = "\(folder)/\(entry.path)"
            try makeFolder((path as NSString).deletingLastPathComponent)
            let isObject = entry.path.hasPrefix(".martlet/objects/")
            let target = try WrittenPieces(path, mode: isObject ? 0o444 : entry.path.hasPrefix(".martlet/") ? 0o600 : 0o644)
            let found = try read(location(entry.digest), observer: observer) { piece throws(MartletError) in try target.append(piece) }
            guard found.digest == entry.digest, found.size == entry.size else {
                throw MartletError(.corrupted, "\(entry.path) in the backup \(manifest.id) has changed. Restore another backup.")
            }
            try target.finish()
            if let modified = entry.modified { setModified(path, modified) }
            bytes += entry.size
            observer.reached("restoring", file: i + 1, of: manifest.entries.count, bytes: bytes)
        }
    }

    /// Gives an immutable file the time it had, so that the next backup knows it again.
    private func setModified(_ path: String, _ nanoseconds: Int64) {
        let time = timespec(tv_sec: Int(nanoseconds / 1_000_000_000), tv_nsec: Int(nanoseconds % 1_000_000_000))
        utimensat(AT_FDCWD, path, [time, time], 0)
    }
}
