internal import Foundation
package import Support

/// What the file system says of a file: where nothing of it has changed, its content has not.
package struct FileStamp: Sendable, Hashable {
    /// In bytes.
    package var size: Int
    /// The last change of the content, in nanoseconds since 1970; the greatest number for times that do not fit.
    package var modified: Int
    package var inode: UInt64

    package init(size: Int, modified: Int, inode: UInt64) {
        self.size = size
        self.modified = modified
        self.inode = inode
    }

    init(_ info: stat) {
        #if canImport(Darwin)
            let time = info.st_mtimespec
        #else
            let time = info.st_mtim
        #endif
        let (nanoseconds, overflow) = Int(time.tv_sec).multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, sumOverflow) = nanoseconds.addingReportingOverflow(Int(time.tv_nsec))
        self.init(size: Int(info.st_size), modified: overflow || sumOverflow ? .max : sum, inode: UInt64(truncatingIfNeeded: info.st_ino))
    }

    /// The file at a path, a link followed.
    /// - Throws: `notFound`, `inputOutput`.
    package init(of path: String) throws(MartletError) {
        var info = stat()
        guard stat(path, &info) == 0 else { throw .system("read", path) }
        self.init(info)
    }

    /// Whether the last change lies further back than the file system's clock can blur: a later change would show.
    package var isAtRest: Bool { modified < FileStamp.now - FileStamp.blur }

    /// Nanoseconds in which two changes may get one time.
    static let blur = 20_000_000

    private static var now: Int {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        return Int(now.tv_sec) * 1_000_000_000 + Int(now.tv_nsec)
    }
}
