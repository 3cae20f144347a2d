package import Support
internal import Synchronization

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// What became of the lines of the access log.
package struct AccessLogCounts: Sendable, Equatable {
    package var written = 0
    /// Lines for which the queue had no room, or that could not be written.
    package var dropped = 0

    package init(written: Int = 0, dropped: Int = 0) {
        self.written = written
        self.dropped = dropped
    }
}

/// Writes a line for each request to a file or to standard output: from a queue of bounded length, so that no answer waits for a disk. A file that was
/// renamed or removed is begun anew under its name, as programs expect that rotate logs.
package final class AccessLog: Sendable {
    private struct State {
        var waiting: [AccessLine] = []
        var counts = AccessLogCounts()
    }

    /// Lines that may wait.
    private let limit: Int
    /// Nil for standard output.
    private let path: String?
    private let state = Mutex(State())
    private let file: Mutex<LogFile?>

    /// - Parameter path: the file, made where it is not there, for its owner only; `-` for standard output.
    /// - Throws: what the operating system says of a file that cannot be written.
    package init(path: String, limit: Int = 16_384) throws(MartletError) {
        self.path = path == "-" ? nil : path
        self.limit = limit
        file = Mutex(path == "-" ? nil : try LogFile(path))
    }

    /// Takes a line in, or counts it as dropped.
    func offer(_ line: AccessLine) {
        state.withLock { state in
            if state.waiting.count < limit { state.waiting.append(line) } else { state.counts.dropped += 1 }
        }
    }

    package var counts: AccessLogCounts { state.withLock { $0.counts } }

    /// Writes what waits. It may wait for the disk: keep it off threads that must not.
    package func write() {
        let lines = state.withLock { state in
            defer { state.waiting = [] }
            return state.waiting
        }
        guard !lines.isEmpty else { return }
        var bytes: [UInt8] = []
        for line in lines { bytes += line.text.utf8 }
        let isWritten = write(bytes)
        state.withLock { state in
            if isWritten { state.counts.written += lines.count } else { state.counts.dropped += lines.count }
        }
    }

    private func write(_ bytes: [UInt8]) -> Bool {
        guard let path else { return LogFile.write(bytes, to: STDOUT_FILENO) }
        return file.withLock { file in
            // One that cannot be begun anew leaves the old one, which may still be there under another name.
            if file?.isAt(path) != true, let anew = try? LogFile(path) { file = anew }
            return file?.append(bytes) ?? false
        }
    }
}

/// A file that is appended to, closed when nobody holds it any more.
private final class LogFile: Sendable {
    private let descriptor: Int32

    init(_ path: String) throws(MartletError) {
        descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw MartletError(.inputOutput, "The access log \(path) cannot be written: \(String(cString: strerror(errno))). Name another file.")
        }
    }

    deinit { close(descriptor) }

    /// Whether it still lies at a path, rather than another in its place.
    func isAt(_ path: String) -> Bool {
        var (own, there) = (stat(), stat())
        return fstat(descriptor, &own) == 0 && stat(path, &there) == 0 && own.st_ino == there.st_ino && own.st_dev == there.st_dev
    }

    func append(_ bytes: [UInt8]) -> Bool { LogFile.write(bytes, to: descriptor) }

    static func write(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
        bytes.withUnsafeBytes { buffer in
            var written = 0
            while written < buffer.count, let base = buffer.baseAddress {
                let count = Glibc.write(descriptor, base + written, buffer.count - written)
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { return false }
                written += count
            }
            return true
        }
    }
}
