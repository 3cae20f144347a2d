internal import Digests
internal import Foundation
internal import Objects
package import Support

/// One backup in the making. It holds the folder's lock; what is not finished leaves nothing that counts.
package final class BackupWriter {
    /// What a backup took.
    package struct Outcome: Sendable {
        package var manifest: BackupManifest
        /// Files that were not stored before, and their bytes.
        package var newFiles: Int
        package var newBytes: Int
        /// Stored files that no backup needs any more, removed.
        package var removedFiles: Int
    }

    private let folder: BackupFolder
    private let clock: any WallClock
    private let observer: any BackupObserver
    private let lock: FolderLock?
    /// What the last backup says about immutable files, by path.
    private let known: [String: BackupManifest.Entry]
    /// The contents that a finished backup holds: only these were flushed to the disk for certain.
    private var trusted: Set<Digest>
    private var manifests: [BackupManifest] = []
    private var (newFiles, newBytes) = (0, 0)
    /// The folders that got new names, to be flushed before the manifest.
    private var places: Set<String>

    /// Takes the folder's lock and removes what a killed backup left unfinished.
    package init(_ folder: BackupFolder, clock: any WallClock, observer: any BackupObserver) throws(MartletError) {
        self.folder = folder
        self.clock = clock
        self.observer = observer
        places = ["\(folder.path)/files", folder.path]
        for name in ["tmp", "files", "manifests"] { try makeFolder("\(folder.path)/\(name)") }
        lock = try folder.lock(alone: true)
        for kind in ["tmp", "manifests"] {
            for name in names(in: "\(folder.path)/\(kind)") where kind == "tmp" || name.hasSuffix(".tmp") { unlink("\(folder.path)/\(kind)/\(name)") }
        }
        for id in folder.ids { manifests.append(try folder.manifest(id)) }
        trusted = Set(manifests.flatMap { $0.entries.map(\.digest) })
        known = Dictionary((manifests.last?.entries ?? []).map { ($0.path, $0) }, uniquingKeysWith: { $1 })
    }

    /// The newest manifest before this one.
    package var previous: BackupManifest? { manifests.last }

    /// Stores the files, then the manifest; removes what no backup names.
    /// - Parameter keep: how many backups stay, this one included; all where nil.
    package func store(_ items: [BackupItem], _ facts: BackupManifest.Facts, keep: Int?) throws(MartletError) -> Outcome {
        var entries: [BackupManifest.Entry] = []
        var bytes = 0
        for (i, item) in items.enumerated() {
            try observer.check()
            let entry = try store(item)
            entries.append(entry)
            bytes += entry.size
            observer.reached("copying", file: i + 1, of: items.count, bytes: bytes)
        }
        for place in places { try flushFolder(place) }
        let manifest = BackupManifest(id: newID(), created: clock.now(), facts: facts, entries: entries.sorted { $0.path < $1.path })
        try publish(manifest)
        manifests.append(manifest)
        if let keep { try forget(allBut: keep) }
        return Outcome(manifest: manifest, newFiles: newFiles, newBytes: newBytes, removedFiles: sweep())
    }

    // MARK: - One file

    private func store(_ item: BackupItem) throws(MartletError) -> BackupManifest.Entry {
        switch item.source {
        case .bytes(let bytes):
            let digest = Digest(of: bytes)
            if try !isStored(digest) { try write(digest) { append throws(MartletError) in try append(bytes[...]) } }
            return BackupManifest.Entry(path: item.path, size: bytes.count, digest: digest)
        case .file(let path, let length): return try store(item, file: path, length: length)
        }
    }

    private func store(_ item: BackupItem, file path: String, length: Int?) throws(MartletError) -> BackupManifest.Entry {
        var status = stat()
        guard stat(path, &status) == 0 else { throw .system("read", path) }
        let size = length ?? Int(status.st_size)
        let modified = item.isImmutable ? Int64(status.st_mtim.tv_sec) * 1_000_000_000 + Int64(status.st_mtim.tv_nsec) : nil
        if let old = known[item.path], let modified, old.modified == modified, old.size == size, folder.holds(old.digest) { return old }
        if let digest = item.digest, try isStored(digest) {
            return BackupManifest.Entry(path: item.path, size: size, digest: digest, modified: modified)
        }
        let (digest, count) = try copy(path, length: length)
        guard item.digest == nil || item.digest == digest else {
            throw MartletError(
                .corrupted, "\(path) is no longer what it was when it was stored: this backup was not made. Restore that file from an older one.")
        }
        return BackupManifest.Entry(path: item.path, size: count, digest: digest, modified: modified)
    }

    /// Whether a content is stored already. One that a killed backup left is read once, since nobody waited for the disk.
    private func isStored(_ digest: Digest) throws(MartletError) -> Bool {
        guard folder.holds(digest) else { return false }
        if trusted.contains(digest) { return true }
        guard let found = try? folder.read(folder.location(digest), observer: observer, piece: { _ in }), found.digest == digest else { return false }
        trusted.insert(digest)
        return true
    }

    /// Copies a file under the digest of what was read: its name is known only afterwards.
    private func copy(_ path: String, length: Int?) throws(MartletError) -> (Digest, Int) {
        let source = try ReadPieces(path, length: length)
        let temporary = folder.temporaryPath()
        var digest = StreamingDigest()
        let count = try write(to: temporary) { append throws(MartletError) in
            while case let piece = try source.next(), !piece.isEmpty {
                piece.withUnsafeBytes { digest.update($0) }
                try append(piece)
            }
        }
        guard length == nil || length == count else {
            unlink(temporary)
            throw MartletError(.conflict, "\(path) became shorter while it was copied. Run the command again.")
        }
        try keep(temporary, as: digest.value, size: count)
        return (digest.value, count)
    }

    private typealias Append = (ArraySlice<UInt8>) throws(MartletError) -> Void

    private func write(_ digest: Digest, _ body: (Append) throws(MartletError) -> Void) throws(MartletError) {
        let temporary = folder.temporaryPath()
        try keep(temporary, as: digest, size: try write(to: temporary, body))
    }

    /// Writes a file, sealed where the folder is encrypted. The last chunk is sealed as such.
    private func write(to path: String, _ body: (Append) throws(MartletError) -> Void) throws(MartletError) -> Int {
        let target = try WrittenPieces(path)
        var count = 0
        if let key = folder.key {
            var (chunks, head) = SealedChunks.begin(key)
            try target.append(head)
            var held: ArraySlice<UInt8>?
            try body { piece throws(MartletError) in
                for start in stride(from: piece.startIndex, to: piece.endIndex, by: SealedChunks.chunk) {
                    if let held { try target.append(try chunks.seal(held, isLast: false)) }
                    held = ArraySlice(Array(piece[start..<min(piece.endIndex, start + SealedChunks.chunk)]))
                }
                count += piece.count
                try observer.check()
            }
            try target.append(try chunks.seal(held ?? [], isLast: true))
        } else {
            try body { piece throws(MartletError) in
                try target.append(piece)
                count += piece.count
                try observer.check()
            }
        }
        try target.finish()
        return count
    }

    private func keep(_ temporary: String, as digest: Digest, size: Int) throws(MartletError) {
        let target = folder.location(digest)
        try makeFolder((target as NSString).deletingLastPathComponent)
        chmod(temporary, 0o400)
        guard rename(temporary, target) == 0 else { throw .system("store", target) }
        places.insert((target as NSString).deletingLastPathComponent)
        if trusted.insert(digest).inserted {
            newFiles += 1
            newBytes += size
        }
    }

    // MARK: - The manifest

    /// The time as a name that sorts by time and stands in a path: `20261127T181500Z`; with a number where two fall into one second.
    private func newID() -> String {
        let text = clock.now().description.filter { $0 != "-" && $0 != ":" }.prefix(15) + "Z"
        let last = manifests.last?.id ?? ""
        guard last >= text else { return String(text) }
        let parts = last.split(separator: "-", maxSplits: 1)
        let number = (parts.count == 2 ? Int(parts[1]) ?? 0 : 0) + 1
        let digits = String(number)
        return "\(parts.first ?? "")-\(String(repeating: "0", count: max(0, 4 - digits.count)))\(digits)"
    }

    private func publish(_ manifest: BackupManifest) throws(MartletError) {
        let target = "\(folder.path)/manifests/\(manifest.id)"
        let temporary = "\(target).tmp"
        _ = try write(to: temporary) { append throws(MartletError) in try append(manifest.encoded[...]) }
        guard rename(temporary, target) == 0 else { throw .system("store", target) }
        try flushFolder("\(folder.path)/manifests")
    }

    /// Forgets the oldest backups.
    private func forget(allBut count: Int) throws(MartletError) {
        while manifests.count > max(1, count) {
            let path = "\(folder.path)/manifests/\(manifests[0].id)"
            guard unlink(path) == 0 || errno == ENOENT else { throw .system("remove", path) }
            manifests.removeFirst()
        }
    }

    /// Removes stored files that no manifest names.
    private func sweep() -> Int {
        let needed = Set(manifests.flatMap { $0.entries.map { folder.location($0.digest) } })
        var removed = 0
        for prefix in names(in: "\(folder.path)/files") {
            for name in names(in: "\(folder.path)/files/\(prefix)") {
                let path = "\(folder.path)/files/\(prefix)/\(name)"
                if !needed.contains(path), unlink(path) == 0 { removed += 1 }
            }
        }
        return removed
    }
}
