internal import Digests
internal import Foundation
internal import Objects
package import Support

/// A folder of backups: `backup.json` (format and, where it is encrypted, how its key is made), `files/` (contents, each once), `manifests/`,
/// `tmp/` and `lock`. Several projects do not share one.
package struct BackupFolder: Sendable {
    package let path: String
    let key: BackupKey?

    /// Opens a folder that holds backups.
    /// - Parameter passphrase: asked only where the folder is encrypted; nil leaves it closed, which is enough to list what there is.
    /// - Throws: `notFound` where it holds none; `permissionDenied` for a wrong passphrase.
    package init(opening path: String, passphrase: () throws(MartletError) -> String?) throws(MartletError) {
        guard let format = try BackupFolder.format(path) else {
            throw MartletError(.notFound, "\(path) holds no backups. Make one with “martlet backup create \(path)”.")
        }
        self.path = path
        key = try BackupFolder.key(format, passphrase: passphrase)
    }

    /// Opens a folder to add a backup to it, making it where it is missing.
    /// - Parameter encrypts: whether a new folder is encrypted, or an old one is expected to be.
    /// - Throws: `conflict` where an old one is not as asked.
    package init(making path: String, encrypts: Bool, passphrase: () throws(MartletError) -> String) throws(MartletError) {
        self.path = path
        if let format = try BackupFolder.format(path) {
            key = try BackupFolder.key(format) { () throws(MartletError) in try passphrase() }
            guard encrypts || key == nil else {
                throw MartletError(.conflict, "The backups in \(path) are encrypted. Add --encrypt, or choose another folder.")
            }
            guard !encrypts || key != nil else {
                throw MartletError(.conflict, "The backups in \(path) are not encrypted. Leave out --encrypt, or choose another folder.")
            }
            return
        }
        let unfinished = names(in: path).filter { $0.hasPrefix("backup.json.") && $0.hasSuffix(".tmp") }
        guard names(in: path).allSatisfy({ ["tmp", "files", "manifests", "lock"].contains($0) || unfinished.contains($0) }) else {
            throw MartletError(.conflict, "\(path) holds other things than backups. Choose an empty folder.")
        }
        for name in unfinished { unlink("\(path)/\(name)") }
        try makeFolder(path)
        let made = encrypts ? try BackupKey.make(try passphrase()) : nil
        let format: JSONValue = ["martlet_backups": 1, "encryption": made?.1.json ?? .null]
        try replaceFile("\(path)/backup.json", with: Array((format.pretty + "\n").utf8))
        key = made?.0
    }

    package var isEncrypted: Bool { (try? BackupFolder.format(path)?["encryption"].isNull) == false }

    private static func format(_ path: String) throws(MartletError) -> JSONValue? {
        let bytes: [UInt8]
        do { bytes = try readWhole("\(path)/backup.json") } catch {
            guard error.code == .notFound else { throw error }
            return nil
        }
        guard let format = try? JSONValue(parsing: bytes), format["martlet_backups"].int == 1 else {
            throw MartletError(.invalidInput, "\(path)/backup.json is damaged or was written by a newer Martlet.")
        }
        return format
    }

    private static func key(_ format: JSONValue, passphrase: () throws(MartletError) -> String?) throws(MartletError) -> BackupKey? {
        guard !format["encryption"].isNull else { return nil }
        guard let recipe = BackupKey.Recipe(format["encryption"]) else {
            throw MartletError(.corrupted, "backup.json does not say how the key is made. Copy it from another copy of this folder.")
        }
        return try passphrase().map { text throws(MartletError) in try BackupKey(text, recipe) }
    }

    // MARK: - Backups

    /// The backups that are whole, oldest first. Their names are their times.
    package var ids: [String] { names(in: "\(path)/manifests").filter { !$0.hasSuffix(".tmp") } }

    /// A backup's manifest.
    /// - Parameter id: the newest where nil.
    package func manifest(_ id: String?) throws(MartletError) -> BackupManifest {
        let ids = ids
        guard let id = id ?? ids.last else { throw MartletError(.notFound, "There is no finished backup in \(path) yet.") }
        guard ids.contains(id) else {
            let known = ids.suffix(5).joined(separator: ", ")
            throw MartletError(.notFound, "There is no backup “\(id)” in \(path).\(didYouMean(id, among: ids)) The newest are: \(known).")
        }
        return try BackupManifest(encoded: try bytes(of: "\(path)/manifests/\(id)"), id: id)
    }

    /// Takes the folder's lock: alone to write, together with others to read. Released when the value goes away.
    func lock(alone: Bool) throws(MartletError) -> FolderLock? {
        try FolderLock("\(path)/lock", alone: alone)
    }

    // MARK: - Stored contents

    /// A new name for a file in the making.
    package func temporaryPath() -> String { "\(path)/tmp/\(UUID().uuidString)" }

    func location(_ digest: Digest) -> String {
        let name = key?.name(ofDigest: digest.rawValue) ?? digest.rawValue
        return "\(path)/files/\(name.prefix(2))/\(name.dropFirst(2))"
    }

    func holds(_ digest: Digest) -> Bool { access(location(digest), F_OK) == 0 }

    /// Reads a stored file to its end, opened where it is sealed.
    /// - Returns: its digest and size.
    @discardableResult
    func read(
        _ stored: String, observer: any BackupObserver, piece: (ArraySlice<UInt8>) throws(MartletError) -> Void
    ) throws(MartletError) -> (digest: Digest, size: Int) {
        var digest = StreamingDigest()
        var size = 0
        func take(_ bytes: ArraySlice<UInt8>) throws(MartletError) {
            bytes.withUnsafeBytes { digest.update($0) }
            size += bytes.count
            try piece(bytes)
            try observer.check()
        }
        if let key {
            try BackupFolder.open(stored, key, take)
        } else {
            let file = try ReadPieces(stored)
            while case let bytes = try file.next(), !bytes.isEmpty { try take(bytes) }
        }
        return (digest.value, size)
    }

    private static func open(_ stored: String, _ key: BackupKey, _ take: (ArraySlice<UInt8>) throws(MartletError) -> Void) throws(MartletError) {
        let file = try ReadPieces(stored, piece: SealedChunks.chunk + SealedChunks.tag)
        var chunks = try SealedChunks(key, head: try file.next(SealedChunks.headSize))
        var current = Array(try file.next())
        while true {
            let following = Array(try file.next())
            try take(try chunks.open(current[...], isLast: following.isEmpty)[...])
            if following.isEmpty { return }
            current = following
        }
    }

    // MARK: - What stands beside the backups

    /// What the project wants every restore from here to know, however old the backup; nil where nothing was noted, or it is sealed and closed.
    package func readNote() throws(MartletError) -> JSONValue? {
        guard access("\(path)/note", F_OK) == 0, key != nil || !isEncrypted else { return nil }
        return try JSONValue(parsing: bytes(of: "\(path)/note"))
    }

    /// Puts another note in the place of the last, in one step; sealed where the backups are.
    package func note(_ value: JSONValue) throws(MartletError) {
        var bytes = Array(value.compact.utf8)
        if let key {
            var (chunks, head) = SealedChunks.begin(key)
            var sealed = Array(head)
            var rest = bytes[...]
            repeat {
                let piece = rest.prefix(SealedChunks.chunk)
                rest = rest.dropFirst(SealedChunks.chunk)
                sealed += try chunks.seal(piece, isLast: rest.isEmpty)
            } while !rest.isEmpty
            bytes = sealed
        }
        try replaceFile("\(path)/note", with: bytes)
        chmod("\(path)/note", 0o600)
    }

    /// All bytes of a small stored file.
    private func bytes(of stored: String) throws(MartletError) -> [UInt8] {
        guard key != nil || !isEncrypted else {
            throw MartletError(.permissionDenied, "The backups in \(path) are encrypted. Give their passphrase.")
        }
        var all: [UInt8] = []
        try read(stored, observer: Silent()) { all += $0 }
        return all
    }
}

/// An observer that watches nothing.
package struct Silent: BackupObserver {
    package init() {}

    package func reached(_: String, file _: Int, of _: Int, bytes _: Int) {}
    package var isCancelled: Bool { false }
}

/// A lock on a file, released when the value goes away or the process ends.
final class FolderLock {
    private let descriptor: Int32

    /// - Returns: nil where a reader may not write to the folder: nobody else writes there then either.
    init?(_ path: String, alone: Bool) throws(MartletError) {
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            if !alone { return nil }
            throw .system("write", path)
        }
        guard flock(descriptor, (alone ? LOCK_EX : LOCK_SH) | LOCK_NB) == 0 else {
            close(descriptor)
            throw MartletError(.conflict, "Another Martlet is at work on these backups. Wait until it ends.")
        }
    }

    deinit { if descriptor >= 0 { close(descriptor) } }
}
