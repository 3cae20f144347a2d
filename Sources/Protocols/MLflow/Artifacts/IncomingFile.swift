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
final class UncheckedWriter: @unchecked Sendable {
    let writer: ObjectWriter

    init(_ writer: ObjectWriter) { self.writer = writer }

    func write(_ bytes: [UInt8]) throws(MartletError) {
        let outcome: Result<Void, MartletError> = bytes.withUnsafeBytes { bytes in
            do throws(MartletError) { return .success(try writer.write(bytes)) } catch { return .failure(error) }
        }
        try outcome.get()
    }
}

/// A file while it arrives: pieces are gathered to a megabyte before a thread of the pool writes them.
final class IncomingFile: Sendable {
    private let writer: UncheckedWriter
    private let pool: WorkPool
    private let gathered = Mutex(ByteBuffer())

    private static let piece = 1 << 20

    init(_ writer: UncheckedWriter, pool: WorkPool) {
        self.writer = writer
        self.pool = pool
    }

    func write(_ part: ByteBuffer) async throws(MartletError) {
        let full = gathered.withLock { gathered -> ByteBuffer? in
            gathered.writeImmutableBuffer(part)
            guard gathered.readableBytes >= IncomingFile.piece else { return nil }
            defer { gathered = ByteBuffer() }
            return gathered
        }
        if let full { try await flush(full) }
    }

    private func flush(_ buffer: ByteBuffer) async throws(MartletError) {
        let writer = writer
        try await pool.run { () throws(MartletError) in
            var buffer = buffer
            while let bytes = buffer.readBytes(length: min(buffer.readableBytes, IncomingFile.piece)), !bytes.isEmpty {
                try writer.write(bytes)
            }
        }
    }

    func finish() async throws(MartletError) -> ArrivedFile {
        let (writer, rest) = (writer, gathered.withLock { $0 })
        return try await pool.run { () throws(MartletError) in
            try writer.write(Array(buffer: rest))
            let digest = try writer.writer.finish()
            return ArrivedFile(digest: digest, size: writer.writer.size)
        }
    }

    func abandon() { writer.writer.abandon() }
}
