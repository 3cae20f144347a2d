import Support

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// This end of the socket to a worker. Used by one thread at a time.
struct WorkerChannel {
    /// Why no message came or went.
    enum Failure: Error {
        /// The other end is closed: the worker is gone.
        case closed
        case late
        case garbled(MartletError)
    }

    let descriptor: Int32

    /// Sends a message.
    /// - Parameter deadline: on the clock of `monotonicSeconds()`.
    func push(_ message: WorkerMessage, by deadline: Double) throws(Failure) {
        try push(message.head, by: deadline)
        try push(message.body, by: deadline)
    }

    /// Waits for a message.
    func pull(by deadline: Double) throws(Failure) -> WorkerMessage {
        let head = try pull(WorkerMessage.headSize, by: deadline)
        let (kind, size): (WorkerMessage.Kind, Int)
        do throws(MartletError) { (kind, size) = try WorkerMessage.read(head: head) } catch { throw .garbled(error) }
        return WorkerMessage(kind: kind, body: try pull(size, by: deadline))
    }

    /// Whether nothing was said and nobody hung up since the last answer.
    var isQuiet: Bool {
        var ask = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&ask, 1, 0) == 0
    }

    private func push(_ bytes: [UInt8], by deadline: Double) throws(Failure) {
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes { raw in
                raw.baseAddress.map { send(descriptor, $0 + done, raw.count - done, Int32(MSG_NOSIGNAL | MSG_DONTWAIT)) } ?? -1
            }
            if count > 0 {
                done += count
            } else if errno == EAGAIN {
                try wait(for: POLLOUT, until: deadline)
            } else if errno != EINTR {
                throw .closed
            }
        }
    }

    private func pull(_ count: Int, by deadline: Double) throws(Failure) -> [UInt8] {
        var bytes: [UInt8] = []
        // What was announced need not come: memory is taken as it does.
        var buffer = [UInt8](repeating: 0, count: min(count, 1 << 18))
        bytes.reserveCapacity(buffer.count)
        while bytes.count < count {
            try wait(for: POLLIN, until: deadline)
            let got = recv(descriptor, &buffer, min(buffer.count, count - bytes.count), 0)
            if got > 0 {
                bytes += buffer[..<got]
            } else if got == 0 || errno != EINTR {
                throw .closed
            }
        }
        return bytes
    }

    private func wait(for events: Int32, until deadline: Double) throws(Failure) {
        while true {
            let rest = deadline - monotonicSeconds()
            guard rest > 0 else { throw .late }
            var ask = pollfd(fd: descriptor, events: Int16(events), revents: 0)
            let count = poll(&ask, 1, Int32(min(rest * 1000 + 1, 3_600_000)))
            if count > 0 { return }
            if count < 0, errno != EINTR { throw .closed }
        }
    }
}
