internal import Foundation
internal import Support

/// Reading and writing contents while they are held against their name.
enum CheckedCopy {
    private static let piece = 1 << 20

    static func damaged(_ name: ContentName, _ place: String) -> MartletError {
        MartletError(
            .corrupted,
            "\(name) in \(place) is damaged: its bytes have another MD5. In a cache, “martlet data verify --remove” and “martlet data fetch” mend that; at a remote, remove the file and push it again from where it is whole."
        )
    }

    /// Reads a file of the cache piece by piece, and says at its end whether it was the content.
    /// - Parameter give: called with each piece but the last before it is known whether the file has the name; with the last only where it has, so that
    ///   whoever gets all has the content.
    /// - Throws: `corrupted`; `inputOutput`; what `give` throws.
    static func read(
        _ path: String, _ name: ContentName, _ layout: ContentStore.Layout, give: (UnsafeRawBufferPointer) throws(MartletError) -> Void
    ) throws(MartletError) {
        let file = try OpenFile(reading: path)
        let isSealed = ContentSeal.holds(file, name)
        var hash = ContentHash(layout)
        let room = UnsafeMutableRawBufferPointer.allocate(byteCount: 2 * piece, alignment: 64)
        defer { room.deallocate() }
        // Two halves by turns: one is kept back until it is known whether it is the last.
        var (half, kept) = (0, 0)
        while true {
            let next = UnsafeMutableRawBufferPointer(rebasing: room[(half * piece)..<((half + 1) * piece)])
            let count = try fill(next, from: file.descriptor, path)
            if !isSealed { hash.update(UnsafeRawBufferPointer(rebasing: next[..<count])) }
            if count == 0, !isSealed, !hash.has(name) { throw damaged(name, path) }
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
    /// - Throws: `corrupted`, `notFound`, `inputOutput`, `storageFull`. What was written is removed then.
    static func copy(
        _ path: String, to target: String, _ name: ContentName, _ layout: ContentStore.Layout, progress: (Int) -> Void
    ) throws(MartletError) {
        let file = try OpenFile(reading: path)
        do throws(MartletError) {
            guard try copy(file, to: target, layout, progress: progress).has(name) else { throw damaged(name, path) }
        } catch {
            unlink(target)
            throw error
        }
    }

    /// Copies a file into a new one, up to a megabyte at once, a larger one while the copy is hashed.
    /// - Parameter progress: told how many bytes more were hashed.
    /// - Returns: the hash of the copy.
    /// - Throws: `inputOutput`, `storageFull`. What was written stays.
    static func copy(
        _ file: OpenFile, to target: String, _ layout: ContentStore.Layout, progress: (Int) -> Void
    ) throws(MartletError) -> ContentHash {
        let size = try file.stamp().size
        guard size <= piece else {
            let copy = try CheckedFile(target, layout)
            try copy.fill(from: file, progress: progress)
            return try copy.close(progress: progress)
        }
        let bytes = try file.whole(size)
        try FileBytes.write(bytes, to: target)
        progress(bytes.count)
        return ContentHash(of: bytes, layout)
    }
}

extension ContentStore {
    /// The bytes of a small content, which have its name.
    /// - Throws: `notFound`, `corrupted`, `inputOutput`.
    func checkedBytes(_ name: ContentName, _ layout: Layout) throws(MartletError) -> [UInt8] {
        let file = try OpenFile(reading: path(name, layout))
        let bytes = try file.whole(file.stamp().size)
        guard ContentHash(of: bytes, layout).has(name) else { throw CheckedCopy.damaged(name, path(name, layout)) }
        return bytes
    }
}
