internal import Foundation
internal import Support

/// Reading and writing contents while they are held against their name.
enum CheckedCopy {
    private static let piece = 1 << 20

    static func damaged(_ name: ContentName, _ place: String) -> MartletError {
        MartletError(.corrupted, "\(name) in \(place) is damaged: its bytes have another MD5. Restore it from where it is whole.")
    }

    /// Reads a file piece by piece, and says at its end whether it was the content.
    /// - Parameter give: called with each piece but the last before it is known whether the file has the name; with the last only where it has, so that
    ///   whoever gets all has the content.
    /// - Throws: `corrupted`; `inputOutput`; what `give` throws.
    static func read(
        _ path: String, _ name: ContentName, _ layout: ContentStore.Layout, give: (UnsafeRawBufferPointer) throws(MartletError) -> Void
    ) throws(MartletError) {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw .system("read", path) }
        defer { close(file) }
        var hash = ContentHash(layout)
        let room = UnsafeMutableRawBufferPointer.allocate(byteCount: 2 * piece, alignment: 64)
        defer { room.deallocate() }
        // Two halves by turns: one is kept back until it is known whether it is the last.
        var (half, kept) = (0, 0)
        while true {
            let next = UnsafeMutableRawBufferPointer(rebasing: room[(half * piece)..<((half + 1) * piece)])
            let count = try fill(next, from: file, path)
            hash.update(UnsafeRawBufferPointer(rebasing: next[..<count]))
            if count == 0, !hash.has(name) { throw damaged(name, path) }
            let before = (1 - half) * piece
            if kept > 0 { try give(UnsafeRawBufferPointer(rebasing: room[before..<(before + kept)])) }
            if count == 0 { return }
            (half, kept) = (1 - half, count)
        }
    }

    /// Reads until there is no more room or nothing left.
    private static func fill(_ room: UnsafeMutableRawBufferPointer, from file: Int32, _ path: String) throws(MartletError) -> Int {
        var got = 0
        while got < room.count, let start = room.baseAddress {
            let count = Foundation.read(file, start + got, room.count - got)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw .system("read", path) }
            if count == 0 { break }
            got += count
        }
        return got
    }

    /// Copies a content into a new file.
    /// - Throws: as `read`; `storageFull`. Where it fails, what was written is removed.
    static func copy(
        _ path: String, to target: String, _ name: ContentName, _ layout: ContentStore.Layout, progress: (Int) -> Void
    ) throws(MartletError) {
        let file = open(target, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
        guard file >= 0 else { throw .system("write", target) }
        do throws(MartletError) {
            try read(path, name, layout) { (bytes) throws(MartletError) in
                let number = FileBytes.write(bytes, to: file)
                guard number == 0 else { throw .system("write", target, number: number) }
                progress(bytes.count)
            }
        } catch {
            close(file)
            unlink(target)
            throw error
        }
        guard close(file) == 0 else {
            let number = errno
            unlink(target)
            throw .system("write", target, number: number)
        }
    }
}
