package import Foundation
package import Support

/// Reading and writing whole files without flushing them to the disk: for contents, which can be told to be damaged, and come back from where they were.
package enum FileBytes {
    /// - Parameter limit: the most that is read, in bytes.
    /// - Throws: `notFound`, `inputOutput`; `tooLarge` beyond the limit.
    package static func read(_ path: String, limit: Int = .max) throws(MartletError) -> [UInt8] {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw .system("read", path) }
        defer { close(file) }
        var bytes: [UInt8] = []
        var size = 1 << 16
        while true {
            let start = bytes.count
            bytes.append(contentsOf: repeatElement(0, count: size))
            let count = bytes.withUnsafeMutableBytes { bytes in
                bytes.baseAddress.map { Foundation.read(file, $0 + start, size) } ?? 0
            }
            bytes.removeLast(size - max(0, count))
            if count == 0 { return bytes }
            guard count > 0 || errno == EINTR else { throw .system("read", path) }
            guard bytes.count <= limit else { throw MartletError(.tooLarge, "\(path) is larger than \(limit) bytes, the most that is read of it.") }
            size = min(1 << 22, size * 2)
        }
    }

    /// - Throws: `notFound` where the folder is missing, `inputOutput`, `storageFull`; what was written stays.
    package static func write(_ bytes: [UInt8], to path: String, mode: mode_t = 0o666) throws(MartletError) {
        let file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode)
        guard file >= 0 else { throw .system("write", path) }
        let number = bytes.withUnsafeBytes { write($0, to: file) }
        guard close(file) == 0, number == 0 else { throw .system("write", path, number: number == 0 ? errno : number) }
    }

    /// Writes all of some bytes to an open file.
    /// - Returns: the system's number of the error; 0 for none.
    static func write(_ bytes: UnsafeRawBufferPointer, to file: Int32) -> Int32 {
        var offset = 0
        while offset < bytes.count, let start = bytes.baseAddress {
            let count = Foundation.write(file, start + offset, bytes.count - offset)
            if count < 0, errno != EINTR { return errno }
            offset += max(0, count)
        }
        return 0
    }

    /// Replaces a file by one that is written beside it, so that a reader sees the old or the new.
    /// - Throws: `inputOutput`, `storageFull`.
    package static func replace(_ path: String, with bytes: [UInt8]) throws(MartletError) {
        let temporary = "\(path).\(getpid()).tmp"
        do { try write(bytes, to: temporary) } catch {
            unlink(temporary)
            throw error
        }
        guard rename(temporary, path) == 0 else {
            let number = errno
            unlink(temporary)
            throw .system("write", path, number: number)
        }
    }
}
