internal import Foundation
internal import Support
internal import Synchronization

/// A file that is written while what comes is held against a name.
final class CheckedFile: Sendable {
    private struct State {
        var descriptor: Int32
        var hash: ContentHash
    }

    private let path: String
    private let state: Mutex<State>

    /// Makes the file, or empties it.
    /// - Throws: `inputOutput`, `storageFull`.
    init(_ path: String, _ layout: ContentStore.Layout) throws(MartletError) {
        self.path = path
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw .system("write", path) }
        state = Mutex(State(descriptor: descriptor, hash: ContentHash(layout)))
    }

    deinit {
        state.withLock { state in
            if state.descriptor >= 0 { close(state.descriptor) }
        }
    }

    func write(_ bytes: UnsafeRawBufferPointer) throws(MartletError) {
        let number = state.withLock { state -> Int32 in
            state.hash.update(bytes)
            return FileBytes.write(bytes, to: state.descriptor)
        }
        guard number == 0 else { throw .system("write", path, number: number) }
    }

    /// - Parameter place: where it came from, for the message.
    /// - Throws: `corrupted` where the bytes do not have that name; `storageFull`, `inputOutput`.
    func finish(_ name: ContentName, from place: String) throws(MartletError) {
        let (number, isRight) = state.withLock { state -> (Int32, Bool) in
            defer { state.descriptor = -1 }
            return (close(state.descriptor) == 0 ? 0 : errno, state.hash.has(name))
        }
        guard number == 0 else { throw .system("write", path, number: number) }
        guard isRight else { throw CheckedCopy.damaged(name, place) }
    }
}
