import Support

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// An open file, closed exactly once, when its last user lets go. Every file made here is for its owner only (0600).
final class OpenFile: Sendable {
    enum Access { case read, write }

    let path: String
    private let descriptor: Int32

    init(_ path: String, _ access: Access, create: Bool = false) throws(MartletError) {
        let flags = (access == .read ? O_RDONLY : O_RDWR) | (create ? O_CREAT : 0) | O_CLOEXEC
        let descriptor = open(path, flags, 0o600)
        guard descriptor >= 0 else { throw .system("open", path) }
        self.path = path
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }

    func size() throws(MartletError) -> Int {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .system("look at", path) }
        return Int(status.st_size)
    }

    /// Up to `count` bytes from `offset`: fewer where the file ends.
    func read(at offset: Int, count: Int) throws(MartletError) -> [UInt8] {
        var failed = false
        let bytes = [UInt8](unsafeUninitializedCapacity: max(0, count)) { buffer, filled in
            while filled < count, let base = buffer.baseAddress {
                let got = pread(descriptor, base + filled, count - filled, off_t(offset + filled))
                if got < 0, errno == EINTR { continue }
                failed = got < 0
                guard got > 0 else { return }
                filled += got
            }
        }
        if failed { throw .system("read", path) }
        return bytes
    }

    /// Bytes that one system call writes at most where others are to have their turn.
    private static let piece = 1 << 18

    /// Writes all bytes at `offset`.
    /// - Parameter pause: called after each piece.
    /// - Throws: `storageFull` or `inputOutput`; part of the bytes may be in the file then.
    func write(_ bytes: [UInt8], at offset: Int, pausing pause: () -> Void = {}) throws(MartletError) {
        let failure: Int32 = bytes.withUnsafeBytes { buffer in
            var written = 0
            while written < buffer.count, let base = buffer.baseAddress {
                let done = pwrite(descriptor, base + written, min(OpenFile.piece, buffer.count - written), off_t(offset + written))
                if done < 0, errno == EINTR { continue }
                guard done > 0 else { return done == 0 ? EIO : errno }
                written += done
                pause()
            }
            return 0
        }
        guard failure == 0 else { throw .system("write", path, number: failure) }
    }

    func truncate(to size: Int) throws(MartletError) {
        guard ftruncate(descriptor, off_t(size)) == 0 else { throw .system("shorten", path) }
    }

    /// Waits until what was written is on the disk.
    func flush() throws(MartletError) {
        guard fsync(descriptor) == 0 else { throw .system("flush", path) }
    }

    /// Makes it the owner's alone, and waits until it is on the disk.
    func protect() throws(MartletError) {
        guard fchmod(descriptor, 0o600) == 0 else { throw .system("protect", path) }
        try flush()
    }

    /// Whether this file still lies at a path, rather than another in its place.
    func isAt(_ path: String) -> Bool {
        var (own, there) = (stat(), stat())
        return fstat(descriptor, &own) == 0 && stat(path, &there) == 0 && own.st_ino == there.st_ino && own.st_dev == there.st_dev
    }

    /// Takes the file's lock for this process until the file is closed; false where another holds it.
    func tryLock() -> Bool { flock(descriptor, LOCK_EX | LOCK_NB) == 0 }

    /// The first `count` bytes as memory that is the file: what is stored there outlives the process. Unmapped by the caller.
    func map(_ count: Int) throws(MartletError) -> UnsafeMutableRawPointer {
        guard let base = mmap(nil, count, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0), base != MAP_FAILED else { throw .system("map", path) }
        return base
    }
}

/// Folders of the prediction log, for their owner only (0700).
enum LogFolder {
    static func make(_ path: String) throws(MartletError) {
        guard mkdir(path, 0o700) != 0, errno != EEXIST else { return }
        guard errno == ENOENT, let slash = path.lastIndex(of: "/"), slash > path.startIndex else { throw .system("make the folder", path) }
        try make(String(path[..<slash]))
        guard mkdir(path, 0o700) == 0 || errno == EEXIST else { throw .system("make the folder", path) }
    }

    /// The names in a folder, sorted; none where the folder does not exist.
    static func names(in path: String) throws(MartletError) -> [String] {
        guard let folder = opendir(path) else {
            if errno == ENOENT { return [] }
            throw .system("list", path)
        }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self) }
            if !name.hasPrefix(".") { names.append(name) }
        }
        return names.sorted()
    }

    /// Puts a file in the place of another, in one step that survives a power cut.
    static func replace(_ path: String, by new: String) throws(MartletError) {
        guard rename(new, path) == 0 else { throw .system("replace", path) }
        let folder = open(path.lastIndex(of: "/").map { String(path[..<$0]) } ?? ".", O_RDONLY | O_CLOEXEC)
        guard folder >= 0 else { return }
        fsync(folder)
        close(folder)
    }

    /// Removes a file; one that is already gone is no error.
    static func remove(_ path: String) throws(MartletError) {
        guard unlink(path) == 0 || errno == ENOENT else { throw .system("remove", path) }
    }
}
