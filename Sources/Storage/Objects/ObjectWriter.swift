package import Digests
internal import Foundation
package import Support

/// Takes the bytes of an object as they arrive and names them when they are complete. What is not finished leaves nothing behind.
package final class ObjectWriter {
    private let path: String
    private let descriptor: Int32
    private var hasher = StreamingDigest()
    private let publish: (String, Digest) throws(MartletError) -> Void
    private var isOpen = true
    /// Up to where the disk has been asked to write.
    private var begun = 0

    /// After so many bytes the disk begins to write, so that it works while the rest arrives.
    private static let stretch = 8 << 20

    /// How many bytes there are so far.
    package private(set) var size = 0

    /// - Parameter publish: puts a finished file in its object's place.
    init(path: String, publish: @escaping (String, Digest) throws(MartletError) -> Void) throws(MartletError) {
        self.path = path
        self.publish = publish
        descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .system("write", path) }
    }

    deinit { abandon() }

    package func write(_ bytes: UnsafeRawBufferPointer) throws(MartletError) {
        hasher.update(bytes)
        guard writeAll(bytes, to: descriptor) else { throw .system("write", path) }
        size += bytes.count
        if size - begun >= ObjectWriter.stretch {
            beginFlushing(descriptor, from: begun, count: size - begun)
            begun = size
        }
    }

    /// Flushes the bytes and makes the object visible.
    package func finish() throws(MartletError) -> Digest {
        guard fsync(descriptor) == 0 else { throw .system("flush", path) }
        isOpen = false
        close(descriptor)
        let digest = hasher.value
        do { try publish(path, digest) } catch {
            unlink(path)
            throw error
        }
        return digest
    }

    /// Throws the bytes away.
    package func abandon() {
        guard isOpen else { return }
        isOpen = false
        close(descriptor)
        unlink(path)
    }
}

/// Writes all the bytes; false, with `errno`, where that fails.
private func writeAll(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) -> Bool {
    var rest = bytes
    while let start = rest.baseAddress, rest.count > 0 {
        let count = write(descriptor, start, rest.count)
        if count < 0, errno == EINTR { continue }
        guard count > 0 else { return false }
        rest = UnsafeRawBufferPointer(rebasing: rest[count...])
    }
    return true
}

/// Asks the disk to begin writing a stretch of a file, without waiting for it. Where the system has no such call, flushing at the end does it all.
private func beginFlushing(_ descriptor: Int32, from start: Int, count: Int) {
    #if canImport(Glibc)
        // Who says that the pages are not needed soon has them written soon.
        _ = posix_fadvise(descriptor, off_t(start), off_t(count), POSIX_FADV_DONTNEED)
    #endif
}
