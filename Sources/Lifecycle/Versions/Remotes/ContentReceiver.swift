internal import Foundation
package import Support
internal import Synchronization

/// A content on its way in. It is there when `finish` has returned; what is not finished leaves nothing behind.
package final class ContentReceiver: Sendable {
    private struct State {
        var descriptor: Int32
        var hash: ContentHash
        var size = 0
    }

    package let name: ContentName
    private let layout: ContentStore.Layout
    private let path: String
    private let store: ServedStore
    private let state: Mutex<State>

    /// From this size on, in bytes, a file is on the disk before it has its name; smaller ones follow soon after their folder.
    private static let flushed = 1 << 20

    init(_ name: ContentName, _ layout: ContentStore.Layout, into store: ServedStore) throws(MartletError) {
        self.name = name
        self.layout = layout
        self.store = store
        path = try store.store.temporaryPath()
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .system("write", path) }
        state = Mutex(State(descriptor: descriptor, hash: ContentHash(layout)))
    }

    deinit { abandon() }

    /// - Throws: `storageFull`, `inputOutput`.
    package func write(_ bytes: UnsafeRawBufferPointer) throws(MartletError) {
        let number = state.withLock { state -> Int32 in
            state.hash.update(bytes)
            state.size += bytes.count
            return FileBytes.write(bytes, to: state.descriptor)
        }
        guard number == 0 else { throw .system("write", path, number: number) }
    }

    /// Puts the content in its place.
    /// - Returns: how many files a folder has; nil for a file.
    /// - Throws: `invalidInput` for bytes of another name and for a listing that cannot be read; `conflict` for one whose files are not all here.
    @discardableResult package func finish() throws(MartletError) -> Int? {
        let number = state.withLock { state -> Int32 in
            defer { state.descriptor = -1 }
            let flushed = state.size < ContentReceiver.flushed || fsync(state.descriptor) == 0
            let number = flushed ? 0 : errno
            return close(state.descriptor) == 0 ? number : errno
        }
        guard number == 0 else {
            unlink(path)
            throw .system("write", path, number: number)
        }
        do throws(MartletError) {
            guard state.withLock({ $0.hash.has(name) }) else {
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
        state.withLock { state in
            guard state.descriptor >= 0 else { return }
            close(state.descriptor)
            unlink(path)
            state.descriptor = -1
        }
    }
}
