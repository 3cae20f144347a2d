package import Digests
internal import Foundation
package import Support

/// Objects as files of one folder: written under a temporary name, flushed, then renamed, so that a crash leaves no half object.
package struct DiskObjectStore: ObjectStore {
    package let root: String

    /// Makes the folder where it is missing.
    package init(root: String) throws(MartletError) {
        self.root = root
        for folder in [root, "\(root)/tmp", "\(root)/tmp/incoming"] { try makeFolder(folder) }
    }

    package func put(_ bytes: [UInt8]) throws(MartletError) -> Digest {
        let digest = Digest(of: bytes)
        if contains(digest), (try? readWhole(location(digest))) == bytes, try refresh(digest) { return digest }
        let temporary = temporaryPath()
        try writeWhole(bytes, to: temporary)
        do { try publish(temporary, as: digest) } catch {
            unlink(temporary)
            throw error
        }
        return digest
    }

    package func adopt(file path: String) throws(MartletError) -> Digest {
        let digest = try Digest.ofFile(path)
        try flush(path)
        try publish(path, as: digest)
        return digest
    }

    package func writer() throws(MartletError) -> ObjectWriter {
        try ObjectWriter(path: "\(root)/tmp/incoming/\(UUID().uuidString)") { (path, digest) throws(MartletError) in try publish(path, as: digest) }
    }

    package func bytes(_ digest: Digest) throws(MartletError) -> [UInt8] {
        let bytes = try readWhole(path(digest))
        guard Digest(of: bytes) == digest else {
            throw MartletError(.corrupted, "The stored object \(digest.short) has changed on disk. Restore .martlet/objects from a backup.")
        }
        return bytes
    }

    package func path(_ digest: Digest) throws(MartletError) -> String {
        let path = location(digest)
        guard contains(digest), access(path, R_OK) == 0 else {
            throw MartletError(
                .notFound, "The stored object \(digest.short) is missing from \(root). Run the step again with --force, or restore a backup.")
        }
        return path
    }

    package func contains(_ digest: Digest) -> Bool { Digest(checking: digest.rawValue) != nil && access(location(digest), F_OK) == 0 }

    /// Removes an object, whoever may be about to refer to it; one that is not there is no error.
    package func remove(_ digest: Digest) throws(MartletError) {
        guard Digest(checking: digest.rawValue) != nil else { return }
        guard unlink(location(digest)) == 0 || errno == ENOENT else { throw .system("remove", location(digest)) }
    }

    /// The objects that are there, in the order of their names.
    package func all() -> [Digest] { prefixes.flatMap { objects(in: $0) } }

    /// A name inside the store's own file system, for a file that will be adopted.
    package func temporaryPath() -> String { "\(root)/tmp/\(UUID().uuidString)" }

    /// Removes what a killed process left unfinished. Call only while nobody else writes; what a writer has taken in within the last day is left, since
    /// a server may be taking it in now.
    package func removeUnfinished() {
        for name in (try? FileManager.default.contentsOfDirectory(atPath: "\(root)/tmp/incoming")) ?? [] {
            var status = stat()
            let path = "\(root)/tmp/incoming/\(name)"
            if stat(path, &status) == 0, time(nil) - status.st_mtim.tv_sec > 86_400 { unlink(path) }
        }
        for name in (try? FileManager.default.contentsOfDirectory(atPath: "\(root)/tmp")) ?? [] where name != "incoming" {
            try? FileManager.default.removeItem(atPath: "\(root)/tmp/\(name)")
        }
    }

    func location(_ digest: Digest) -> String { "\(root)/\(digest.rawValue.prefix(2))/\(digest.rawValue.dropFirst(2))" }

    /// Moves a finished file to its object's place. What stands there already has the same name, so it is the same or it is damaged.
    private func publish(_ temporary: String, as digest: Digest) throws(MartletError) {
        let target = location(digest)
        try makeFolder((target as NSString).deletingLastPathComponent)
        chmod(temporary, 0o444)
        guard markStored(temporary) else { throw .system("store", target) }
        try holding(LOCK_SH) { () throws(MartletError) in
            guard rename(temporary, target) == 0 else { throw .system("store", target) }
        }
    }

    /// Marks an object that is there already as stored now.
    /// - Returns: false where it has gone meanwhile, or is not this user's to mark: then it is to be stored anew.
    private func refresh(_ digest: Digest) throws(MartletError) -> Bool {
        try holding(LOCK_SH) { () throws(MartletError) in markStored(location(digest)) }
    }
}

/// Makes a folder, and those above it, private to the owner.
package func makeFolder(_ path: String) throws(MartletError) {
    if mkdir(path, 0o700) == 0 || errno == EEXIST { return }
    guard errno == ENOENT, path.contains("/"), path != "/" else { throw .system("make the folder", path) }
    try makeFolder((path as NSString).deletingLastPathComponent)
    guard mkdir(path, 0o700) == 0 || errno == EEXIST else { throw .system("make the folder", path) }
}

/// Writes and flushes a file; removes it again where that fails.
package func writeWhole(_ bytes: [UInt8], to path: String) throws(MartletError) {
    guard let file = fopen(path, "wb") else { throw .system("write", path) }
    let written = fwrite(bytes, 1, bytes.count, file)
    let flushed = written == bytes.count && fflush(file) == 0 && fsync(fileno(file)) == 0
    let number = errno
    let closed = fclose(file) == 0
    guard flushed, closed else {
        unlink(path)
        throw .system("write", path, number: number)
    }
}

/// Writes beside the target and renames over it, so that readers see the old file or the new one.
package func replaceFile(_ path: String, with bytes: [UInt8]) throws(MartletError) {
    let temporary = "\(path).\(getpid()).tmp"
    do { try writeWhole(bytes, to: temporary) } catch  where error.code == .notFound {
        throw MartletError(.notFound, "The folder of \(path) does not exist. Make it, or write elsewhere.")
    }
    guard rename(temporary, path) == 0 else {
        let number = errno
        unlink(temporary)
        throw .system("write", path, number: number)
    }
}

/// The bytes of a file.
package func readWhole(_ path: String) throws(MartletError) -> [UInt8] {
    guard let file = fopen(path, "rb") else { throw .system("read", path) }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 18)
    while true {
        let count = fread(&buffer, 1, buffer.count, file)
        if count == 0 { break }
        bytes.append(contentsOf: buffer[..<count])
    }
    guard ferror(file) == 0 else { throw .system("read", path) }
    return bytes
}

private func flush(_ path: String) throws(MartletError) {
    let descriptor = open(path, O_RDONLY)
    guard descriptor >= 0 else { throw .system("read", path) }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw .system("flush", path) }
}
