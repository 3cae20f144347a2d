internal import NIOCore
internal import Support
internal import Synchronization
internal import Versions

/// Takes a stream of contents in. What is refused is remembered; the rest goes on.
final class BulkIntake: Sendable {
    private struct State {
        var reader = ContentFrameReader()
        var receiver: ContentReceiver?
        var failures: [ContentName: MartletError] = [:]
    }

    private let store: ServedStore
    private let layout: ContentStore.Layout
    private let state = Mutex(State())

    init(_ store: ServedStore, _ layout: ContentStore.Layout) {
        self.store = store
        self.layout = layout
    }

    /// - Throws: `invalidInput` for what is no stream of contents; `storageFull`, `inputOutput`.
    func read(_ parts: [ByteBuffer]) throws(MartletError) {
        let outcome = state.withLock { state -> Result<Void, MartletError> in
            do throws(MartletError) {
                for part in parts { try read(part, &state) }
                return .success(())
            } catch { return .failure(error) }
        }
        try outcome.get()
    }

    private func read(_ part: ByteBuffer, _ state: inout State) throws(MartletError) {
        var reader = state.reader
        defer { state.reader = reader }
        let outcome: Result<Void, MartletError> = part.withUnsafeReadableBytes { bytes in
            do throws(MartletError) {
                try reader.read(bytes) { (event) throws(MartletError) in try take(event, &state) }
                return .success(())
            } catch { return .failure(error) }
        }
        try outcome.get()
    }

    private func take(_ event: ContentFrameReader.Event, _ state: inout State) throws(MartletError) {
        switch event {
        case .begin(let name, _):
            // What is here already is read past.
            state.receiver = try store.sound(name, layout) == nil ? try store.receive(name, layout) : nil
        case .bytes(let bytes): try state.receiver?.write(bytes)
        case .end(let name):
            do throws(MartletError) { try state.receiver?.finish() } catch {
                guard error.code == .invalidInput || error.code == .conflict else { throw error }
                state.failures[name] = error
            }
            state.receiver = nil
        case .missing: break
        }
    }

    /// - Returns: what was refused, and why.
    /// - Throws: `usage` where the stream had no end.
    func finish() throws(MartletError) -> [ContentName: MartletError] {
        try state.withLock { (state) throws(MartletError) in
            guard state.reader.isOver else {
                throw MartletError(.usage, "The stream ended before it was complete. What had arrived is kept; send the rest.")
            }
            return state.failures
        }
    }
}
