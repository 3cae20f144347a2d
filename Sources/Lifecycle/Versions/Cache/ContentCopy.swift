package import Digests
internal import Foundation
package import Support
internal import Synchronization

/// Reading files by their MD5, and bringing them into a store and out again.
package enum ContentCopy {
    /// The most that is held of a file in memory, in bytes.
    private static let piece = 1 << 20

    /// The MD5 of a file's bytes.
    /// - Throws: `notFound`, `inputOutput`.
    package static func digest(of path: String) throws(MartletError) -> MD5Digest {
        try digest(of: OpenFile(reading: path))
    }

    static func digest(of file: OpenFile, progress: (Int) -> Void = { _ in }) throws(MartletError) -> MD5Digest {
        var hash = StreamingMD5()
        try file.pieces(of: piece) { (bytes) throws(MartletError) in
            hash.update(bytes)
            progress(bytes.count)
        }
        return hash.value
    }

    /// Reads a file and stores it, unless it is stored already.
    /// - Parameter progress: told how many bytes more were read.
    /// - Returns: its MD5, and the stamp it had.
    /// - Throws: `notFound`, `inputOutput`, `storageFull`; `conflict` where somebody writes it meanwhile.
    package static func store(
        _ path: [UInt8], into store: ContentStore, progress: (Int) -> Void = { _ in }
    ) throws(MartletError) -> (digest: MD5Digest, stamp: FileStamp) {
        let file = try OpenFile(reading: path)
        let stamp = try file.stamp()
        let digest = stamp.size <= piece ? try storeSmall(file, into: store) : try storeLarge(file, stamp.size, into: store, progress)
        guard try file.stamp() == stamp else {
            throw MartletError(.conflict, "\(TreePath(path)) was changed while it was read. Wait until whoever writes it is done, and try again.")
        }
        if stamp.size <= piece { progress(stamp.size) }
        return (digest, stamp)
    }

    private static func storeSmall(_ file: OpenFile, into store: ContentStore) throws(MartletError) -> MD5Digest {
        let bytes = try file.whole()
        let name = ContentName(MD5Digest(of: bytes))
        if !store.contains(name) { try store.store(bytes, as: name) }
        return name.digest
    }

    /// Copies on one thread while another computes the MD5, both reading the file; where the content is there already, the copy was for nothing.
    private static func storeLarge(
        _ file: OpenFile, _ size: Int, into store: ContentStore, _ progress: (Int) -> Void
    ) throws(MartletError) -> MD5Digest {
        let temporary = try store.temporaryPath()
        defer { unlink(temporary) }
        let copied = Mutex<MartletError?>(nil)
        let isCopied = DispatchSemaphore(value: 0)
        DispatchQueue.global().async {
            do throws(MartletError) { try file.copy(size, to: temporary) } catch { copied.withLock { $0 = error } }
            isCopied.signal()
        }
        var hash = StreamingMD5()
        let failure: MartletError?
        do throws(MartletError) {
            try file.pieces(of: piece) { (bytes) throws(MartletError) in
                hash.update(bytes)
                progress(bytes.count)
            }
            failure = nil
        } catch { failure = error }
        isCopied.wait()
        if let error = failure ?? copied.withLock({ $0 }) { throw error }
        let name = ContentName(hash.value)
        if !store.contains(name) { try store.publish(temporary, as: name) }
        return name.digest
    }
}

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

    /// All bytes.
    func whole() throws(MartletError) -> [UInt8] {
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
    func copy(_ size: Int, to target: String) throws(MartletError) {
        let copy = open(target, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
        guard copy >= 0 else { throw .system("write", target) }
        let failure: MartletError?
        do throws(MartletError) {
            try FileClone.copy(from: descriptor, to: copy, target)
            failure = nil
        } catch { failure = error }
        guard close(copy) == 0 else { throw failure ?? .system("write", target) }
        if let failure { throw failure }
    }
}
