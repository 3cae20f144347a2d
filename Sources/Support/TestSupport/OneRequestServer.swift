internal import Foundation
internal import Synchronization

/// Answers one HTTP request on a free loopback port and keeps what it was sent. It waits for ten minutes at most.
package final class OneRequestServer: Sendable {
    /// No port could be had.
    package struct Unavailable: Error {}

    package let port: UInt16
    private let received = Mutex<String?>(nil)

    /// - Parameters:
    ///   - status: status code and reason, as in `204 No Content`.
    ///   - headers: further header lines of the answer.
    package init(status: String, headers: [String] = []) throws {
        let listener = try OneRequestServer.listen()
        port = try OneRequestServer.port(of: listener)
        let head = (["HTTP/1.1 \(status)", "Content-Length: 0", "Connection: close"] + headers).joined(separator: "\r\n") + "\r\n\r\n"
        Thread.detachNewThread { [self] in
            defer { close(listener) }
            let connection = accept(listener, nil, nil)
            guard connection >= 0 else { return }
            defer { close(connection) }
            let request = OneRequestServer.read(connection)
            received.withLock { $0 = request }
            _ = Array(head.utf8).withUnsafeBytes { send(connection, $0.baseAddress, $0.count, 0) }
        }
    }

    /// Head and body of the request; nil until one has come. Set before it is answered.
    package var request: String? { received.withLock { $0 } }

    /// A port at which nobody listens.
    package static func freePort() throws -> UInt16 {
        let listener = try listen()
        defer { close(listener) }
        return try port(of: listener)
    }

    private static func listen() throws -> Int32 {
        #if canImport(Darwin)
            let descriptor = socket(AF_INET, SOCK_STREAM, 0)
        #else
            let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        #endif
        var patience = timeval(tv_sec: 600, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let bound = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
        }
        guard descriptor >= 0, bound == 0, Foundation.listen(descriptor, 1) == 0 else { throw Unavailable() }
        return descriptor
    }

    private static func port(of listener: Int32) throws -> UInt16 {
        var address = sockaddr_in()
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let found = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(listener, $0, &length) }
        }
        guard found == 0 else { throw Unavailable() }
        return UInt16(bigEndian: address.sin_port)
    }

    /// Reads until the body has the length that the head names, or the connection ends.
    private static func read(_ connection: Int32) -> String {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while !isComplete(String(decoding: bytes, as: UTF8.self)) {
            let count = recv(connection, &buffer, buffer.count, 0)
            guard count > 0 else { break }
            bytes += buffer[..<count]
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func isComplete(_ request: String) -> Bool {
        let parts = request.split(separator: "\r\n\r\n", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2 else { return false }
        let length = parts[0].split(separator: "\r\n").first { $0.lowercased().hasPrefix("content-length:") }?.split(separator: ":").last
        return parts[1].utf8.count >= length.flatMap { Int($0.trimmingCharacters(in: .whitespaces)) } ?? 0
    }
}
