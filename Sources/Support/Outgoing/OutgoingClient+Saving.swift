internal import AsyncHTTPClient
internal import Foundation
internal import NIOCore
internal import NIOHTTP1
package import Support
internal import Synchronization

/// What came back of a request whose body went into a file.
package struct SavedAnswer: Sendable {
    package var status: Int
    package var headers: [OutgoingClient.Header]

    /// The value of a header field, whatever the case of its name; nil where it was not sent.
    package func header(_ name: String) -> String? { headers.first { $0.name.lowercased() == name.lowercased() }?.value }
}

extension OutgoingClient {
    /// Asks for what lies at an address and writes it into a file as it comes, however long it is; the request's limit does not count. It blocks, as
    /// `sendAndWait` does. Only the body of an answer with the status 200 is kept, and of one with 206 behind what the file held.
    /// - Parameters:
    ///   - resumes: whether what the file holds is the beginning of it, and the request asks for the rest. A server that sends the whole (200) all
    ///     the same begins the file anew.
    ///   - head: told status and header fields before the first bytes of the body are written.
    /// - Throws: as `send`; `inputOutput`, `storageFull`.
    package func saveAndWait(
        _ request: OutgoingRequest, to text: String, into path: String, resumes: Bool = false,
        head: @escaping @Sendable (SavedAnswer) -> Void = { _ in }
    ) throws(MartletError) -> SavedAnswer {
        let address = try OutgoingAddress(text)
        if !resumes || !FileManager.default.fileExists(atPath: path) {
            guard FileManager.default.createFile(atPath: path, contents: nil) else { throw .system("write", path) }
        }
        guard let file = FileHandle(forUpdatingAtPath: path) else { throw .system("write", path) }
        defer { try? file.close() }
        var cause = ""
        for machine in try resolver.addressesWaiting(of: address.host, allowsPrivate: allowsPrivate, seconds: request.patience).prefix(2) {
            do {
                if !resumes { try file.truncate(atOffset: 0) }
                try file.seekToEnd()
                return try OutgoingClient.save(request, at: address, machine, AnswerToFile(file, head))
            } catch let error as CocoaError { throw OutgoingClient.unwritten(path, error) } catch { cause = "\(type(of: error))" }
        }
        throw MartletError(.unavailable, "Nobody answered, or not to the end. Check the address and the network.", cause: cause)
    }

    private static func unwritten(_ path: String, _ error: CocoaError) -> MartletError {
        guard error.code == .fileWriteOutOfSpace else { return MartletError(.inputOutput, "\(path) could not be written.", cause: "\(error)") }
        return MartletError(.storageFull, "The disk is full. Make room; nothing was lost.", cause: "\(error)")
    }

    private static func save(
        _ outgoing: OutgoingRequest, at address: OutgoingAddress, _ machine: IPAddress, _ delegate: AnswerToFile
    ) throws -> SavedAnswer {
        let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration(address, machine))
        defer { try? client.syncShutdown() }
        var headers = HTTPHeaders([("connection", "close")])
        for header in outgoing.headers { headers.add(name: header.name, value: header.value) }
        let request = try HTTPClient.Request(url: address.text, method: HTTPMethod(rawValue: outgoing.method), headers: headers)
        let deadline = NIODeadline.now() + .milliseconds(Int64(min(outgoing.patience, 86_400) * 1000))
        return try client.execute(request: request, delegate: delegate, deadline: deadline).futureResult.wait()
    }
}

/// Writes the parts of an answer into a file.
private final class AnswerToFile: HTTPClientResponseDelegate, Sendable {
    private let file: FileHandle
    private let head: @Sendable (SavedAnswer) -> Void
    private let answer = Mutex(SavedAnswer(status: 0, headers: []))

    init(_ file: FileHandle, _ head: @escaping @Sendable (SavedAnswer) -> Void) {
        self.file = file
        self.head = head
    }

    func didReceiveHead(task: HTTPClient.Task<SavedAnswer>, _ head: HTTPResponseHead) -> EventLoopFuture<Void> {
        let told = SavedAnswer(status: Int(head.status.code), headers: head.headers.map { ($0.name, $0.value) })
        answer.withLock { $0 = told }
        self.head(told)
        return task.eventLoop.makeCompletedFuture { if told.status == 200 { try file.truncate(atOffset: 0) } }
    }

    func didReceiveBodyPart(task: HTTPClient.Task<SavedAnswer>, _ buffer: ByteBuffer) -> EventLoopFuture<Void> {
        guard [200, 206].contains(answer.withLock { $0.status }) else { return task.eventLoop.makeSucceededVoidFuture() }
        return task.eventLoop.makeCompletedFuture { try file.write(contentsOf: Data(buffer.readableBytesView)) }
    }

    func didFinishRequest(task: HTTPClient.Task<SavedAnswer>) -> SavedAnswer { answer.withLock { $0 } }
}
