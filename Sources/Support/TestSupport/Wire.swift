internal import Foundation
internal import Synchronization

/// Bytes over a TCP connection to a port of this machine, as no client library would send them. Blocking calls run on a thread of their own.
package enum Wire {
    /// The longest that one call waits, in seconds: a bound for what hangs, not a measure.
    private static let patience = 600

    /// What came back, and how much was taken.
    package struct Answer: Sendable {
        /// Everything until the other side closed the connection, or until `end` came.
        package let bytes: [UInt8]
        /// How many bytes the other side took.
        package let sent: Int

        /// The same as text; bytes that are not UTF-8 are replaced.
        package var text: String { String(decoding: bytes, as: UTF8.self) }

        /// The status of each answer in it.
        package var statuses: [Int] {
            text.split(separator: "HTTP/1.", omittingEmptySubsequences: false).dropFirst().compactMap {
                $0.dropFirst(2).prefix(3).isEmpty ? nil : Int($0.dropFirst(2).prefix(3))
            }
        }
    }

    /// Sends bytes and reads what comes until the connection is closed.
    /// - Parameters:
    ///   - piece: sent again and again after the bytes, until the other side takes no more.
    ///   - end: a text with which reading stops although the connection is open.
    ///   - halfCloses: whether the other side is told that nothing follows.
    package static func exchange(
        _ bytes: [UInt8], port: Int, endless piece: [UInt8] = [], until end: String? = nil, halfCloses: Bool = true
    ) async throws -> Answer {
        try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread {
                continuation.resume(with: Result { try exchangeNow(bytes, port, piece, end, halfCloses) })
            }
        }
    }

    private static func exchangeNow(_ bytes: [UInt8], _ port: Int, _ piece: [UInt8], _ end: String?, _ halfCloses: Bool) throws -> Answer {
        let connection = try OpenConnection(port: port)
        var sent = connection.send(bytes)
        if !piece.isEmpty, sent == bytes.count {
            while true {
                let count = connection.send(piece)
                sent += count
                guard count == piece.count else { break }
            }
        } else if halfCloses {
            connection.finishSending()
        }
        var received: [UInt8] = []
        while let more = connection.receive() {
            received += more
            if let end, String(decoding: received, as: UTF8.self).contains(end) { break }
        }
        return Answer(bytes: received, sent: sent)
    }

    /// Sends pieces one after the other, with a moment between so that they arrive by themselves, and reads what comes until the connection is closed.
    package static func exchange(pieces: [[UInt8]], port: Int) async throws -> Answer {
        try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread {
                continuation.resume(
                    with: Result {
                        let connection = try OpenConnection(port: port)
                        for (place, piece) in pieces.enumerated() {
                            if place > 0 { usleep(1000) }
                            connection.send(piece)
                        }
                        connection.finishSending()
                        var received: [UInt8] = []
                        while let more = connection.receive() { received += more }
                        return Answer(bytes: received, sent: pieces.reduce(0) { $0 + $1.count })
                    })
            }
        }
    }

    /// A connection that stays open for as long as this value lives.
    package final class OpenConnection: Sendable {
        private let descriptor: Int32

        /// - Throws: what the system says where nobody listens.
        package init(port: Int) throws {
            #if canImport(Darwin)
                descriptor = socket(AF_INET, SOCK_STREAM, 0)
            #else
                descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            #endif
            var patience = timeval(tv_sec: Wire.patience, tv_usec: 0)
            for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
                setsockopt(descriptor, SOL_SOCKET, option, &patience, socklen_t(MemoryLayout<timeval>.size))
            }
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_addr.s_addr = inet_addr("127.0.0.1")
            address.sin_port = in_port_t(truncatingIfNeeded: port).bigEndian
            let connected = withUnsafePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
            }
            guard connected == 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
        }

        deinit { close(descriptor) }

        /// Sends bytes, and returns how many were taken before the other side closed.
        @discardableResult
        package func send(_ bytes: [UInt8]) -> Int {
            #if canImport(Darwin)
                let flags: Int32 = 0
                var one: Int32 = 1
                setsockopt(descriptor, SOL_SOCKET, SO_NOSIGPIPE, &one, socklen_t(MemoryLayout<Int32>.size))
            #else
                let flags = Int32(MSG_NOSIGNAL)
            #endif
            var sent = 0
            while sent < bytes.count {
                let count = bytes.withUnsafeBytes { Foundation.send(descriptor, $0.baseAddress?.advanced(by: sent), bytes.count - sent, flags) }
                guard count > 0 else { break }
                sent += count
            }
            return sent
        }

        func finishSending() { shutdown(descriptor, Int32(SHUT_WR)) }

        /// What comes next; nil where the other side has closed.
        package func receive() -> [UInt8]? {
            var buffer = [UInt8](repeating: 0, count: 65_536)
            let count = recv(descriptor, &buffer, buffer.count, 0)
            return count > 0 ? Array(buffer[..<count]) : nil
        }
    }
}
