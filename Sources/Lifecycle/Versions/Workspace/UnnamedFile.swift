internal import Foundation
internal import Support

/// A file that gets its name when it is whole, so that a program that is killed leaves nothing of it.
enum UnnamedFile {
    /// Linux's `O_TMPFILE`: a file in a folder without a name.
    private static let flag = 0o20000000 | O_DIRECTORY

    /// Makes a file at a path at which there is none.
    /// - Parameter fill: writes into the open file.
    /// - Returns: false where the file system cannot, or there is a file already: nothing was done.
    /// - Throws: what `fill` throws.
    static func make(_ target: [UInt8], mode: mode_t, _ fill: (Int32) throws(MartletError) -> Void) throws(MartletError) -> Bool {
        #if os(Linux)
            guard let slash = target.lastIndex(of: TreePath.slash) else { return false }
            let file = Paths.call(Array(target[..<slash])) { open($0, flag | O_WRONLY | O_CLOEXEC, mode) }
            guard file >= 0 else { return false }
            defer { close(file) }
            try fill(file)
            return Paths.call(target) { linkat(AT_FDCWD, "/proc/self/fd/\(file)", AT_FDCWD, $0, AT_SYMLINK_FOLLOW) } == 0
        #else
            return false
        #endif
    }
}
