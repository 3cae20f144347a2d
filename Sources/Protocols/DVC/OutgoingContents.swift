internal import Foundation
internal import NIOCore
internal import Support
internal import Synchronization
internal import Versions

/// Contents on their way out, one after the other.
final class OutgoingContents: Sendable {
    private struct State {
        var names: ArraySlice<ContentName>
        var file: FileHandle?
        /// How much of the file is left, in bytes.
        var rest = 0
        var isOver = false
    }

    private let store: ServedStore
    private let layout: ContentStore.Layout
    private let state: Mutex<State>

    init(_ names: [ContentName], _ store: ServedStore, _ layout: ContentStore.Layout) {
        self.store = store
        self.layout = layout
        state = Mutex(State(names: names[...]))
    }

    /// About so many bytes more; none at the end.
    /// - Throws: `corrupted` where a file became shorter while it was read.
    func next(_ size: Int) throws(MartletError) -> ByteBuffer {
        let outcome = state.withLock { state -> Result<ByteBuffer, MartletError> in
            do throws(MartletError) {
                var bytes = ByteBufferAllocator().buffer(capacity: size + 4096)
                while bytes.readableBytes < size, !state.isOver { try add(to: &bytes, size, &state) }
                return .success(bytes)
            } catch { return .failure(error) }
        }
        return try outcome.get()
    }

    private func add(to bytes: inout ByteBuffer, _ size: Int, _ state: inout State) throws(MartletError) {
        if let file = state.file {
            let read: Data?
            do { read = try file.read(upToCount: min(state.rest, max(4096, size - bytes.readableBytes))) } catch {
                throw MartletError(.inputOutput, "A kept file could not be read.", cause: "\(error)")
            }
            guard let read, !read.isEmpty else { throw MartletError(.corrupted, "A kept file ended early.") }
            bytes.writeBytes(read)
            state.rest -= read.count
            if state.rest == 0 { state.file = nil }
            return
        }
        guard let name = state.names.popFirst() else {
            bytes.writeBytes(ContentFrames.end)
            state.isOver = true
            return
        }
        guard let found = try store.sound(name, layout), let file = FileHandle(forReadingAtPath: found.path) else {
            bytes.writeBytes(ContentFrames.head(name, size: nil))
            return
        }
        bytes.writeBytes(ContentFrames.head(name, size: found.size))
        (state.file, state.rest) = (found.size > 0 ? file : nil, found.size)
    }
}
