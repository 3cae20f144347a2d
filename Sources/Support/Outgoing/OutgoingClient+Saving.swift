internal import AsyncHTTPClient
internal import Foundation
internal import NIOCore
internal import NIOHTTP1
package import Support
internal import Synchronization

extension OutgoingClient {
    /// Asks for what lies at an address and writes it into a file as it comes, however long it is; the request's limit does not count. It blocks, as
    /// `sendAndWait` does. The body of an answer with another status than 200 is not kept.
    /// - Returns: the answer's status.
    /// - Throws: as `send`; `inputOutput`, `storageFull`.
    package func saveAndWait(_ request: OutgoingRequest, to text: String, into path: String) throws(MartletError) -> Int {
        let address = try OutgoingAddress(text)
        guard FileManager.default.createFile(atPath: path, contents: nil), let file = FileHandle(forWritingAtPath: path) else {
            throw .system("write", path)
        }
        defer { try? file.close() }
        var cause = ""
        for machine in try resolver.addressesWaiting(of: address.host, allowsPrivate: allowsPrivate, seconds: request.patience).prefix(2) {
            do {
                try file.truncate(atOffset: 0)
                return try OutgoingClient.save(request, at: address, machine, into: file)
            } catch let error as CocoaError { throw MartletError(.inputOutput, "\(path) could not be written.", cause: "\(error)") } catch {
                cause = "\(type(of: error))"
            }
        }
        throw MartletError(.unavailable, "Nobody answered, or not to the end. Check the address and the network.", cause: cause)
    }

    private static func save(
        _ outgoing: OutgoingRequest, at address: OutgoingAddress, _ machine: IPAddress, into file: FileHandle
    ) throws -> Int {
        let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration(address, machine))
        defer { try? client.syncShutdown() }
        var headers = HTTPHeaders([("connection", "close")])
        for header in outgoing.headers { headers.add(name: header.name, value: header.value) }
        let request = try HTTPClient.Request(url: address.text, method: HTTPMethod(rawValue: outgoing.method), headers: headers)
        let deadline = NIODeadline.now() + .milliseconds(Int64(min(outgoing.patience, 86_400) * 1000))
        return try client.execute(request: request, delegate: AnswerToFile(file), deadline: deadline).futureResult.wait()
    }
}

/// Writes the parts of an answer into a file.
private final class AnswerToFile: HTTPClientResponseDelegate, Sendable {
    private let file: FileHandle
    private let status = Mutex(0)

    init(_ file: FileHandle) { self.file = file }

    func didReceiveHead(task: HTTPClient.Task<Int>, _ head: HTTPResponseHead) -> EventLoopFuture<Void> {
        status.withLock { $0 = Int(head.status.code) }
        return task.eventLoop.makeSucceededVoidFuture()
    }

    func didReceiveBodyPart(task: HTTPClient.Task<Int>, _ buffer: ByteBuffer) -> EventLoopFuture<Void> {
        guard status.withLock({ $0 }) == 200 else { return task.eventLoop.makeSucceededVoidFuture() }
        return task.eventLoop.makeCompletedFuture { try file.write(contentsOf: Data(buffer.readableBytesView)) }
    }

    func didFinishRequest(task: HTTPClient.Task<Int>) -> Int { status.withLock { $0 } }
}
