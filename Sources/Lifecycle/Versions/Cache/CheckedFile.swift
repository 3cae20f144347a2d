internal import Foundation
internal import Support
internal import Synchronization

/// A file that is written while its hash is computed.
final class CheckedFile: Sendable {
    private struct State {
        /// -1 when it is closed.
        var descriptor: Int32
        var size = 0
        /// How many bytes the hash was told of.
        var told = 0
        /// How many hashed bytes were reported as progress.
        var reported = 0
    }

    private let path: String
    private let state: Mutex<State>
    private let hash: TrailingHash

    /// Makes the file, or empties it.
    /// - Throws: `inputOutput`, `storageFull`.
    init(_ path: String, _ layout: ContentStore.Layout) throws(MartletError) {
        self.path = path
        let descriptor = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw .system("write", path) }
        state = Mutex(State(descriptor: descriptor))
        hash = TrailingHash(layout)
    }

    deinit { abandon() }

    /// Bytes.
    var size: Int { state.withLock { $0.size } }

    /// - Throws: `storageFull`, `inputOutput`.
    func write(_ bytes: UnsafeRawBufferPointer) throws(MartletError) {
        let number = state.withLock { state -> Int32 in
            let number = FileBytes.write(bytes, to: state.descriptor)
            guard number == 0 else { return number }
            state.size += bytes.count
            if state.size <= TrailingHash.piece {
                hash.update(bytes)
                state.told = state.size
            } else if state.size - state.told >= TrailingHash.piece {
                tell(&state)
            }
            return 0
        }
        guard number == 0 else { throw .system("write", path, number: number) }
    }

    /// Writes a copy of another file into this one, which is empty: as a clone where the file system can, otherwise inside the kernel. What is hashed is the
    /// copy, so that it does not matter whether somebody writes to the other meanwhile.
    /// - Parameter progress: told how many bytes more were hashed.
    /// - Throws: `storageFull`, `inputOutput`.
    func fill(from file: OpenFile, progress: (Int) -> Void) throws(MartletError) {
        try state.withLock { (state) throws(MartletError) in
            try FileClone.copy(from: file.descriptor, to: state.descriptor, path) { count in
                state.size += count
                tell(&state)
                report(&state, progress)
            }
        }
    }

    private func tell(_ state: inout State) {
        hash.follow(state.descriptor, state.told..<state.size)
        state.told = state.size
    }

    private func report(_ state: inout State, _ progress: (Int) -> Void) {
        let taken = hash.taken
        progress(taken - state.reported)
        state.reported = taken
    }

    /// Closes the file.
    /// - Parameters:
    ///   - flushes: whether all is on the disk when this returns.
    ///   - progress: told how many bytes more were hashed.
    /// - Returns: the hash of all bytes.
    /// - Throws: `storageFull`, `inputOutput`.
    func close(flushes: Bool = false, progress: (Int) -> Void = { _ in }) throws(MartletError) -> ContentHash {
        let number = state.withLock { state -> Int32 in
            if state.told < state.size { tell(&state) }
            let flushed = !flushes || fsync(state.descriptor) == 0 ? 0 : errno
            let read = hash.wait { report(&state, progress) }
            let closed = Foundation.close(state.descriptor) == 0 ? 0 : errno
            state.descriptor = -1
            return [flushed, read, closed].first { $0 != 0 } ?? 0
        }
        guard number == 0 else { throw .system("write", path, number: number) }
        return hash.value
    }

    /// Closes the file.
    /// - Parameter place: where it came from, for the message.
    /// - Throws: `corrupted` where the bytes do not have that name; `storageFull`, `inputOutput`.
    func finish(_ name: ContentName, from place: String) throws(MartletError) {
        guard try close().has(name) else { throw CheckedCopy.damaged(name, place) }
    }

    /// Closes the file, if it is open. What was written stays.
    /// - Returns: whether it was open.
    @discardableResult func abandon() -> Bool {
        state.withLock { state in
            guard state.descriptor >= 0 else { return false }
            hash.stop()
            Foundation.close(state.descriptor)
            state.descriptor = -1
            return true
        }
    }
}
