internal import NIOCore
internal import Support
internal import Synchronization
internal import Versions

/// A content while it arrives: parts are gathered to a megabyte before a thread of the pool hashes and writes them, so that a small one takes one turn of
/// the pool.
final class IncomingContent: Sendable {
    private struct State {
        var parts: [ByteBuffer] = []
        var size = 0
        var receiver: ContentReceiver?
    }

    private let pool: WorkPool
    private let begin: @Sendable () throws(MartletError) -> ContentReceiver
    private let state = Mutex(State())

    private static let piece = 1 << 20

    /// - Parameter begin: called once, with the first bytes or at the end.
    init(pool: WorkPool, _ begin: @escaping @Sendable () throws(MartletError) -> ContentReceiver) {
        self.pool = pool
        self.begin = begin
    }

    func write(_ part: ByteBuffer) async throws(MartletError) {
        let isFull = state.withLock { state in
            state.parts.append(part)
            state.size += part.readableBytes
            return state.size >= IncomingContent.piece
        }
        guard isFull else { return }
        try await pool.run { () throws(MartletError) in _ = try self.flush() }
    }

    /// - Returns: how many files a folder has; nil for a file.
    func finish() async throws(MartletError) -> Int? {
        try await pool.run { () throws(MartletError) in try self.flush().finish() }
    }

    func abandon() { state.withLock { $0.receiver }?.abandon() }

    private func flush() throws(MartletError) -> ContentReceiver {
        let (known, parts) = state.withLock { state in
            defer { (state.parts, state.size) = ([], 0) }
            return (state.receiver, state.parts)
        }
        let receiver = if let known { known } else { try begin() }
        state.withLock { $0.receiver = receiver }
        for part in parts {
            let outcome: Result<Void, MartletError> = part.withUnsafeReadableBytes { bytes in
                do throws(MartletError) { return .success(try receiver.write(bytes)) } catch { return .failure(error) }
            }
            try outcome.get()
        }
        return receiver
    }
}
