internal import Foundation
internal import Support

/// Copies between open files, by the cheapest way that the file system offers.
enum FileClone {
    /// Linux's `FICLONE`: the copy shares the blocks until either is written to.
    private static let clone: UInt = 0x4004_9409

    /// Copies all of a file, from its beginning wherever it stands.
    /// - Parameters:
    ///   - path: the copy's, for messages.
    ///   - progress: told how many bytes more were copied.
    static func copy(from source: Int32, to target: Int32, _ path: String, progress: (Int) -> Void = { _ in }) throws(MartletError) {
        if reflink(from: source, to: target) {
            var info = stat()
            return progress(fstat(target, &info) == 0 ? Int(info.st_size) : 0)
        }
        var offset: Int64 = 0
        while let copyRange {
            let count = copyRange(source, &offset, target, nil, 1 << 26, 0)
            if count == 0 { return }
            progress(max(0, count))
            if count > 0 || errno == EINTR { continue }
            // Between two file systems, or on one that cannot: by hand from here on.
            guard [EXDEV, EINVAL, ENOSYS, EOPNOTSUPP, EBADF].contains(errno) else { throw .system("write", path) }
            break
        }
        try copyByHand(from: source, to: target, path, Int(offset), progress)
    }

    private typealias CopyRange =
        @convention(c) (Int32, UnsafeMutablePointer<Int64>?, Int32, UnsafeMutablePointer<Int64>?, Int, UInt32) -> Int

    /// Linux's `copy_file_range`, which moves the offset on; nil where the system has none. The headers show it only to programs in C.
    private static let copyRange: CopyRange? = dlsym(nil, "copy_file_range").map { unsafeBitCast($0, to: CopyRange.self) }

    /// - Returns: whether the file system could.
    static func reflink(from source: Int32, to target: Int32) -> Bool {
        #if os(Linux)
            ioctl(target, clone, source) == 0
        #else
            false
        #endif
    }

    private static func copyByHand(from source: Int32, to target: Int32, _ path: String, _ start: Int, _ progress: (Int) -> Void) throws(MartletError)
    {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 4096)
        defer { buffer.deallocate() }
        var offset = start
        while true {
            let count = pread(source, buffer.baseAddress, buffer.count, off_t(offset))
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw .system("read", path) }
            if count == 0 { return }
            let number = FileBytes.write(UnsafeRawBufferPointer(rebasing: buffer[..<count]), to: target)
            guard number == 0 else { throw .system("write", path, number: number) }
            offset += count
            progress(count)
        }
    }
}
