import Support

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A file that is read from front to back while somebody may still be writing it: at most a megabyte of it, or one record, is in memory.
final class FileWindow {
    let path: String
    private let descriptor: Int32
    private var buffer: UnsafeMutableRawBufferPointer
    /// Where in the file the buffer begins, and how much of it is filled.
    private var start = 0
    private var filled = 0

    private static let chunk = 1 << 20

    /// - Throws: `notFound`, `inputOutput`.
    init(_ path: String) throws(MartletError) {
        self.path = path
        descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .system("read", path) }
        buffer = .allocate(byteCount: FileWindow.chunk, alignment: 16)
    }

    deinit {
        close(descriptor)
        buffer.deallocate()
    }

    /// Bytes of the file, valid until the next call and as long as somebody holds the window; nil where the file ends before them.
    func bytes(at offset: Int, _ count: Int) throws(MartletError) -> UnsafeRawBufferPointer? {
        guard offset >= 0, count >= 0, offset <= Int.max - count else { return nil }
        if offset < start || offset + count > start + filled { try fill(from: offset, count) }
        guard offset + count <= start + filled else { return nil }
        return UnsafeRawBufferPointer(rebasing: buffer[(offset - start)..<(offset - start + count)])
    }

    private func fill(from offset: Int, _ count: Int) throws(MartletError) {
        if count > buffer.count {
            buffer.deallocate()
            buffer = .allocate(byteCount: count, alignment: 16)
        }
        (start, filled) = (offset, 0)
        while filled < buffer.count {
            let got = pread(descriptor, buffer.baseAddress?.advanced(by: filled), buffer.count - filled, off_t(offset + filled))
            guard got >= 0 else {
                if errno == EINTR { continue }
                throw .system("read", path)
            }
            if got == 0 { break }
            filled += got
        }
    }

    /// All bytes of a file; nil where there is none, or it is longer than the limit.
    static func whole(_ path: String, limit: Int) throws(MartletError) -> [UInt8]? {
        guard let size = size(of: path), size <= limit else { return nil }
        let window = try FileWindow(path)
        return try withExtendedLifetime(window) { () throws(MartletError) in try window.bytes(at: 0, size).map(Array.init) }
    }

    /// The size of the file at a path, in bytes; nil where there is none.
    static func size(of path: String) -> Int? {
        var status = stat()
        return stat(path, &status) == 0 ? Int(status.st_size) : nil
    }
}
