package import Digests
internal import Foundation
package import Support

/// An object as the disk has it.
package struct StoredObject: Sendable, Equatable {
    package var digest: Digest
    package var size: Int
    /// When it was stored last: storing what is there already counts.
    package var stored: Timestamp
}

/// Removing objects beside whoever stores some. Storing takes a lock together with others, removing takes it alone: so an object is either seen
/// as stored a moment ago and stays, or it is gone before whoever stores it looks, and is written anew.
extension DiskObjectStore {
    /// The folders of objects: the first two digits of their names.
    package var prefixes: [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []).filter { $0.utf8.count == 2 }.sorted()
    }

    /// The objects whose names begin with two digits, in order.
    package func objects(in prefix: String) -> [Digest] {
        ((try? FileManager.default.contentsOfDirectory(atPath: "\(root)/\(prefix)")) ?? []).sorted().compactMap { Digest(checking: prefix + $0) }
    }

    /// What the disk says of an object; nil where there is none.
    package func stored(_ digest: Digest) -> StoredObject? {
        var status = stat()
        guard Digest(checking: digest.rawValue) != nil, stat(location(digest), &status) == 0 else { return nil }
        return StoredObject(digest: digest, size: Int(status.st_size), stored: modified(status))
    }

    /// Removes an object unless it was stored since a moment.
    /// - Returns: whether it was removed.
    package func remove(_ digest: Digest, unlessStoredSince moment: Timestamp) throws(MartletError) -> Bool {
        try holding(LOCK_EX) { () throws(MartletError) in
            guard let object = stored(digest), object.stored < moment else { return false }
            try remove(digest)
            return true
        }
    }

    /// Removes files that were taken in and never finished, where nothing was added to them since a moment.
    /// - Returns: how many there were.
    package func removeAbandoned(before moment: Timestamp, isRehearsal: Bool = false) -> Int {
        let folders = ["\(root)/tmp", "\(root)/tmp/incoming"]
        let paths = folders.flatMap { folder in
            ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).map { "\(folder)/\($0)" }
        }
        return paths.count { path in
            var status = stat()
            guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG, modified(status) < moment else { return false }
            return isRehearsal || unlink(path) == 0
        }
    }

    /// Does something while the store's lock is held: by the system on the store's folder, so that it ends with the process.
    func holding<Value>(_ kind: Int32, _ body: () throws(MartletError) -> Value) throws(MartletError) -> Value {
        let descriptor = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .system("open", root) }
        defer {
            // Before it is closed: a process that is being started beside holds the same open file until it becomes its program.
            flock(descriptor, LOCK_UN)
            close(descriptor)
        }
        while flock(descriptor, kind) != 0 { guard errno == EINTR else { throw .system("lock", root) } }
        return try body()
    }

    /// Gives a file the present as its time.
    func markStored(_ path: String) -> Bool { utimensat(AT_FDCWD, path, nil, 0) == 0 }

    private func modified(_ status: stat) -> Timestamp {
        #if canImport(Darwin)
            let time = status.st_mtimespec
        #else
            let time = status.st_mtim
        #endif
        return Timestamp(microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000)
    }
}
