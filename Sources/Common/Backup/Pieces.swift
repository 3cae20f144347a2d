internal import Foundation
internal import Support

/// A file that is read from its beginning, piece by piece.
final class ReadPieces {
    private let file: UnsafeMutablePointer<FILE>
    private let path: String
    private var left: Int
    private var buffer: [UInt8]

    /// - Parameters:
    ///   - length: how much of it is read; all where nil.
    ///   - piece: the size of a piece.
    init(_ path: String, length: Int? = nil, piece: Int = 1 << 20) throws(MartletError) {
        guard let file = fopen(path, "rb") else { throw .system("read", path) }
        self.file = file
        self.path = path
        left = length ?? .max
        buffer = [UInt8](repeating: 0, count: piece)
        setvbuf(file, nil, _IONBF, 0)
    }

    deinit { fclose(file) }

    /// The next piece; empty at the end. Only the last is shorter than the others.
    func next(_ limit: Int? = nil) throws(MartletError) -> ArraySlice<UInt8> {
        let wanted = min(limit ?? buffer.count, buffer.count, left)
        guard wanted > 0 else { return [] }
        let count = buffer.withUnsafeMutableBytes { fread($0.baseAddress, 1, wanted, file) }
        guard ferror(file) == 0 else { throw .system("read", path) }
        left -= count
        return buffer[..<count]
    }
}

/// A new file that is written piece by piece and removed again where it is not finished.
final class WrittenPieces {
    private let descriptor: Int32
    private let path: String
    private var isFinished = false
    private var (written, begun) = (0, 0)

    /// After how many bytes the disk is told to begin with them, so that `finish` does not wait for all of them at once.
    private static let stretch = 4 << 20

    init(_ path: String, mode: mode_t = 0o600) throws(MartletError) {
        descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
        guard descriptor >= 0 else { throw .system("write", path) }
        self.path = path
    }

    deinit {
        close(descriptor)
        if !isFinished { unlink(path) }
    }

    func append(_ bytes: some Collection<UInt8>) throws(MartletError) {
        let failure =
            bytes.withContiguousStorageIfAvailable { WrittenPieces.write(UnsafeRawBufferPointer($0), to: descriptor) }
            ?? Array(bytes).withUnsafeBytes { WrittenPieces.write($0, to: descriptor) }
        guard failure == 0 else { throw .system("write", path, number: failure) }
        written += bytes.count
        if written - begun >= WrittenPieces.stretch { beginFlush() }
    }

    /// Has the disk begin with what was written, and waits for nothing.
    private func beginFlush() {
        #if os(Linux)
            posix_fadvise(descriptor, begun, written - begun, POSIX_FADV_DONTNEED)
        #endif
        begun = written
    }

    /// - Returns: 0, or the number of the error.
    private static func write(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) -> Int32 {
        var rest = bytes
        while !rest.isEmpty {
            let count = Foundation.write(descriptor, rest.baseAddress, rest.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return count == 0 ? EIO : errno }
            rest = UnsafeRawBufferPointer(rebasing: rest[count...])
        }
        return 0
    }

    /// Waits for the disk and keeps the file.
    func finish() throws(MartletError) {
        guard fsync(descriptor) == 0 else { throw .system("flush", path) }
        isFinished = true
    }
}

/// The names in a folder, sorted, without those that begin with a dot; none where there is no folder.
func names(in folder: String) -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).filter { !$0.hasPrefix(".") }.sorted()
}

/// Waits until the names in a folder are on the disk.
func flushFolder(_ path: String) throws(MartletError) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .system("flush", path) }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 || errno == EINVAL else { throw .system("flush", path) }
}
