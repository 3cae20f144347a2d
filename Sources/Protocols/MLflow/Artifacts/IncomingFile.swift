internal import Digests
internal import NIOCore
internal import Objects
internal import Support
internal import Synchronization

/// A file that has arrived whole.
struct ArrivedFile: Sendable {
    var digest: Digest
    var size: Int
}

/// A writer that is handed from thread to thread; never used by two at once.
final class HandedWriter: @unchecked Sendable {
    let writer: ObjectWriter

    init(_ writer: ObjectWriter) { self.writer = writer }

    func write(_ parts: [ByteBuffer]) throws(MartletError) {
        for part in parts {
            let outcome: Result<Void, MartletError> = part.withUnsafeReadableBytes { bytes in
                do throws(MartletError) { return .success(try writer.write(bytes)) } catch { return .failure(error) }
            }
            try outcome.get()
        }
    }
}

/// A file while it arrives: parts are gathered to a megabyte before a thread of the pool writes them.
final class IncomingFile: Sendable {
    private struct Gathered {
        var parts: [ByteBuffer] = []
        var size = 0
    }

    private let writer: HandedWriter
    private let pool: WorkPool
    private let gathered = Mutex(Gathered())

    private static let piece = 1 << 20

    init(_ writer: HandedWriter, pool: WorkPool) {
        self.writer = writer
        self.pool = pool
    }

    func write(_ part: ByteBuffer) async throws(MartletError) {
        let full = gathered.withLock { gathered -> [ByteBuffer]? in
            gathered.parts.append(part)
            gathered.size += part.readableBytes
            guard gathered.size >= IncomingFile.piece else { return nil }
            defer { gathered = Gathered() }
            return gathered.parts
        }
        guard let full else { return }
        let writer = writer
        try await pool.run { () throws(MartletError) in try writer.write(full) }
    }

    func finish() async throws(MartletError) -> ArrivedFile {
        let (writer, rest) = (writer, gathered.withLock { $0.parts })
        return try await pool.run { () throws(MartletError) in
            try writer.write(rest)
            let digest = try writer.writer.finish()
            return ArrivedFile(digest: digest, size: writer.writer.size)
        }
    }

    func abandon() { writer.writer.abandon() }
}
