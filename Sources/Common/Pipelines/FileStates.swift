package import Database
package import Digests
internal import Foundation
package import Support

/// Digests of files, remembered by size, time and inode, so that an unchanged file is not read again.
package struct FileStates: Sendable {
    private let database: any MetadataDatabase

    package init(database: any MetadataDatabase) { self.database = database }

    /// The digest of a file. Files below a folder count together, by their relative paths.
    /// - Throws: `notFound`, `inputOutput`.
    package func digest(_ path: String) throws(MartletError) -> Digest {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else { throw .system("read", path, number: ENOENT) }
        guard isFolder.boolValue else { return try fileDigest(path) }
        var lines: [String] = []
        for name in (FileManager.default.subpaths(atPath: path) ?? []).sorted() {
            let file = "\(path)/\(name)"
            var inside: ObjCBool = false
            guard FileManager.default.fileExists(atPath: file, isDirectory: &inside), !inside.boolValue else { continue }
            lines.append("\(name) \(try fileDigest(file))")
        }
        return Digest(of: lines.joined(separator: "\n"))
    }

    private func fileDigest(_ path: String) throws(MartletError) -> Digest {
        let state = try FileState(path)
        let known = try database.read { try $0.row("SELECT * FROM file_state WHERE path = ?", [SQLValue(path)]) }
        if let known, known.int("size") == state.size, known.int("modified") == state.modified, known.int("inode") == state.inode,
            let digest = known.text("digest")
        {
            return Digest(rawValue: digest)
        }
        let digest = try Digest.ofFile(path)
        // A file touched while it was read, or in the clock's current tick, may change again without a trace: remember it only when it is at rest.
        if try FileState(path) == state, state.isAtRest {
            try database.write { session in
                try session.execute(
                    "INSERT INTO file_state (path, size, modified, inode, digest) VALUES (?, ?, ?, ?, ?) ON CONFLICT (path) DO UPDATE SET "
                        + "size = excluded.size, modified = excluded.modified, inode = excluded.inode, digest = excluded.digest",
                    [SQLValue(path), SQLValue(state.size), SQLValue(state.modified), SQLValue(state.inode), SQLValue(digest)])
            }
        }
        return digest
    }
}

/// What the file system says of a file.
private struct FileState: Equatable {
    var size: Int
    /// Nanoseconds since 1970; the greatest number for times that do not fit, so that they count as not at rest.
    var modified: Int
    var inode: Int

    init(_ path: String) throws(MartletError) {
        var info = stat()
        guard stat(path, &info) == 0 else { throw .system("read", path) }
        size = Int(info.st_size)
        #if canImport(Darwin)
            let time = info.st_mtimespec
        #else
            let time = info.st_mtim
        #endif
        let (nanoseconds, overflow) = Int(time.tv_sec).multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, sumOverflow) = nanoseconds.addingReportingOverflow(Int(time.tv_nsec))
        modified = overflow || sumOverflow ? .max : sum
        inode = Int(truncatingIfNeeded: info.st_ino)
    }

    /// Whether the last change lies further back than the file system's clock can blur.
    var isAtRest: Bool {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        return modified < Int(now.tv_sec) * 1_000_000_000 + Int(now.tv_nsec) - 20_000_000
    }
}
