internal import Foundation
internal import Support

/// A file that is open for reading, closed with the last who holds it.
final class OpenFile: Sendable {
    let descriptor: Int32
    private let path: String

    convenience init(reading path: String) throws(MartletError) { try self.init(reading: Array(path.utf8)) }

    /// - Throws: `notFound`, `inputOutput`.
    init(reading path: [UInt8]) throws(MartletError) {
        let descriptor = (path + [0]).withUnsafeBufferPointer { bytes in
            bytes.withMemoryRebound(to: CChar.self) { $0.baseAddress.map { open($0, O_RDONLY | O_CLOEXEC) } ?? -1 }
        }
        guard descriptor >= 0 else { throw .system("read", TreePath(path).description) }
        self.descriptor = descriptor
        self.path = TreePath(path).description
    }

    deinit { close(descriptor) }

    func stamp() throws(MartletError) -> FileStamp {
        var info = stat()
        guard fstat(descriptor, &info) == 0 else { throw .system("read", path) }
        return FileStamp(info)
    }

    /// - Throws: `conflict` where the file has changed since it had this stamp.
    func expect(_ stamp: FileStamp) throws(MartletError) {
        guard try self.stamp() != stamp else { return }
        throw MartletError(.conflict, "\(path) was changed while it was read. Wait until whoever writes it is done, and try again.")
    }

    /// All bytes.
    /// - Parameter size: how many there should be.
    func whole(_ size: Int) throws(MartletError) -> [UInt8] {
        var count = 0
        var failure: Int32 = 0
        // One more than there are, so that the end is seen without asking again.
        let bytes = [UInt8](unsafeUninitializedCapacity: size + 1) { buffer, initialized in
            repeat {
                count = pread(descriptor, buffer.baseAddress, size + 1, 0)
                failure = errno
            } while count < 0 && failure == EINTR
            initialized = max(0, count)
        }
        guard count >= 0 else { throw .system("read", path, number: failure) }
        if count == size { return bytes }
        // It grows or shrinks while it is read.
        var all: [UInt8] = []
        try pieces(of: 1 << 20) { (bytes) throws(MartletError) in all.append(contentsOf: bytes) }
        return all
    }

    /// Reads from the beginning, wherever others read.
    func pieces(of size: Int, _ take: (UnsafeRawBufferPointer) throws(MartletError) -> Void) throws(MartletError) {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: 4096)
        defer { buffer.deallocate() }
        var offset = 0
        while true {
            let count = pread(descriptor, buffer.baseAddress, size, off_t(offset))
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw .system("read", path) }
            if count == 0 { return }
            offset += count
            try take(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
        }
    }

    /// Writes a copy: as a clone where the file system can, otherwise inside the kernel.
    /// - Throws: `inputOutput`, `storageFull`; what was written stays.
    func copy(to target: String, progress: (Int) -> Void = { _ in }) throws(MartletError) {
        let copy = open(target, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
        guard copy >= 0 else { throw .system("write", target) }
        let failure: MartletError?
        do throws(MartletError) {
            try FileClone.copy(from: descriptor, to: copy, target, progress: progress)
            failure = nil
        } catch { failure = error }
        guard close(copy) == 0 else { throw failure ?? .system("write", target) }
        if let failure { throw failure }
    }
}
