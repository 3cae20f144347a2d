internal import Foundation
package import Support

/// A content on its way in. It is there when `finish` has returned; what is not finished leaves nothing behind.
package final class ContentReceiver: Sendable {
    package let name: ContentName
    private let layout: ContentStore.Layout
    private let path: String
    private let store: ServedStore
    private let file: CheckedFile

    /// From this size on, in bytes, a file is on the disk before it has its name; smaller ones follow soon after their folder.
    private static let flushed = 1 << 20

    init(_ name: ContentName, _ layout: ContentStore.Layout, into store: ServedStore) throws(MartletError) {
        self.name = name
        self.layout = layout
        self.store = store
        path = try store.store.temporaryPath()
        file = try CheckedFile(path, layout)
    }

    deinit { abandon() }

    /// - Throws: `storageFull`, `inputOutput`.
    package func write(_ bytes: UnsafeRawBufferPointer) throws(MartletError) { try file.write(bytes) }

    /// Puts the content in its place.
    /// - Returns: how many files a folder has; nil for a file.
    /// - Throws: `invalidInput` for bytes of another name and for a listing that cannot be read; `conflict` for one whose files are not all here.
    @discardableResult package func finish() throws(MartletError) -> Int? {
        do throws(MartletError) {
            guard try file.close(flushes: file.size >= ContentReceiver.flushed).has(name) else {
                throw MartletError(
                    .invalidInput, "The bytes that arrived do not have the MD5 \(name). They were changed or cut off on the way; push again.")
            }
            return try store.publish(path, as: name, layout)
        } catch {
            unlink(path)
            throw error
        }
    }

    /// Throws the bytes away.
    package func abandon() {
        if file.abandon() { unlink(path) }
    }
}
