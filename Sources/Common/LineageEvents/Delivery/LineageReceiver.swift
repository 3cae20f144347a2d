internal import Foundation
package import Outgoing
package import Support

/// Takes events: a receiver over HTTP, or a file with one event a line.
package enum LineageReceiver: Sendable {
    /// - Parameters:
    ///   - address: of the route.
    ///   - key: sent as a bearer token; nil for none.
    case http(address: String, key: String?, client: OutgoingClient)
    case file(path: String)

    /// Gives an event to it. It blocks: keep it off Swift's cooperative threads.
    /// - Parameter patience: how long that may take, in seconds.
    /// - Throws: `unavailable` and `inputOutput` for what may go well later; `refused` for an event that it will never take.
    package func take(_ event: JSONValue, patience: Double) throws(MartletError) {
        switch self {
        case .http(let address, let key, let client):
            var headers: [OutgoingClient.Header] = [("content-type", "application/json")]
            if let key { headers.append(("authorization", "Bearer \(key)")) }
            var request = OutgoingRequest(headers: headers, body: Array(event.compact.utf8))
            request.patience = patience
            let answer = try client.sendAndWait(request, to: address)
            if (200..<300).contains(answer.status) { return }
            // Too busy, or wrong for now: a key that is not known yet, an address that is not there yet or has moved.
            let isPassing = answer.status >= 500 || (300..<400).contains(answer.status) || [401, 403, 404, 408, 425, 429].contains(answer.status)
            throw MartletError(isPassing ? .inputOutput : .refused, "The receiver answered with status \(answer.status).", cause: answer.body)
        case .file(let path): try LineageReceiver.append(Array((event.compact + "\n").utf8), to: path)
        }
    }

    /// A line that could not be written whole is taken back.
    private static func append(_ bytes: [UInt8], to path: String) throws(MartletError) {
        let file = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o644)
        guard file >= 0 else { throw .system("write", path) }
        defer { close(file) }
        let size = lseek(file, 0, SEEK_END)
        let count = bytes.withUnsafeBytes { write(file, $0.baseAddress, $0.count) }
        guard count == bytes.count else {
            let number = errno
            ftruncate(file, size)
            throw .system("write", path, number: count < 0 ? number : ENOSPC)
        }
    }
}
