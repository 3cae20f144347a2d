internal import Digests
internal import Foundation
internal import Support
internal import Synchronization

/// Takes a stream of contents into a store, each when it is whole and has its name.
final class FrameIntake: Sendable {
    private struct State {
        var reader = ContentFrameReader()
        var open: (name: ContentName, path: String, file: CheckedFile)?
        var bytes: [UInt8] = []
        var size = 0
        var left: Set<ContentName>
        var failures: [ContentName: MartletError] = [:]
    }

    private let store: ContentStore
    private let layout: ContentStore.Layout
    private let place: String
    private let came: @Sendable (ContentName, Int) -> Void
    private let state: Mutex<State>

    /// Up to this size, in bytes, a content is gathered in memory and written at once.
    private static let gathered = 1 << 20

    init(
        _ store: ContentStore, _ layout: ContentStore.Layout, asked: Set<ContentName>, place: String,
        came: @escaping @Sendable (ContentName, Int) -> Void
    ) {
        self.store = store
        self.layout = layout
        self.place = place
        self.came = came
        state = Mutex(State(left: asked))
    }

    deinit {
        if let open = state.withLock({ $0.open }) { unlink(open.path) }
    }

    func read(_ bytes: [UInt8]) throws(MartletError) {
        let outcome: Result<Void, MartletError> = bytes.withUnsafeBytes { bytes in
            do throws(MartletError) { return .success(try read(bytes)) } catch { return .failure(error) }
        }
        try outcome.get()
    }

    func read(_ bytes: UnsafeRawBufferPointer) throws(MartletError) {
        let outcome = state.withLock { state -> Result<Void, MartletError> in
            var reader = state.reader
            defer { state.reader = reader }
            do throws(MartletError) {
                try reader.read(bytes) { (event) throws(MartletError) in try take(event, &state) }
                return .success(())
            } catch { return .failure(error) }
        }
        try outcome.get()
    }

    private func take(_ event: ContentFrameReader.Event, _ state: inout State) throws(MartletError) {
        switch event {
        case .begin(let name, let size):
            guard state.left.contains(name) else { throw MartletError(.unavailable, "\(place) sends \(name), which nobody asked for.") }
            state.size = size
            guard size > FrameIntake.gathered else { return }
            let path = try store.temporaryPath()
            state.open = (name, path, try CheckedFile(path, layout))
        case .bytes(let bytes):
            if let open = state.open { try open.file.write(bytes) } else { state.bytes += bytes }
        case .end(let name):
            state.left.remove(name)
            do throws(MartletError) {
                try keep(name, &state)
                came(name, state.size)
            } catch {
                guard error.code == .corrupted else { throw error }
                state.failures[name] = error
            }
        case .missing(let name):
            state.left.remove(name)
            state.failures[name] = MartletError(.notFound, "\(name) is not at \(place).")
        }
    }

    private func keep(_ name: ContentName, _ state: inout State) throws(MartletError) {
        defer { state.bytes.removeAll(keepingCapacity: true) }
        guard let open = state.open else {
            guard ContentHash(of: state.bytes, layout).has(name) else { throw CheckedCopy.damaged(name, place) }
            return try store.store(state.bytes, as: name, layout)
        }
        state.open = nil
        do throws(MartletError) {
            try open.file.finish(name, from: place)
            try store.publish(open.path, as: name, layout)
        } catch {
            unlink(open.path)
            throw error
        }
    }

    /// - Returns: those that did not come, and why.
    /// - Throws: `unavailable` where the stream was cut off.
    func finish() throws(MartletError) -> [ContentName: MartletError] {
        try state.withLock { (state) throws(MartletError) in
            guard state.reader.isOver else { throw MartletError(.unavailable, "\(place) broke off. What has arrived is kept; try again.") }
            for name in state.left { state.failures[name] = MartletError(.notFound, "\(name) did not come from \(place).") }
            return state.failures
        }
    }
}
