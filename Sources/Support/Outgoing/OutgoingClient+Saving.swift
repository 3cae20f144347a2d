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
    ///   - keepsBody: whether the body is read at all; otherwise the request ends with the header fields.
    ///   - head: told status and header fields before the first bytes of the body are written.
    /// - Throws: as `send`; `inputOutput`, `storageFull`.
    package func saveAndWait(
        _ request: OutgoingRequest, to text: String, into path: String, resumes: Bool = false, keepsBody: Bool = true,
        head: @escaping @Sendable (SavedAnswer) -> Void = { _ in }
    ) throws(MartletError) -> SavedAnswer {
        let address = try OutgoingAddress(text)
        if !resumes || !FileManager.default.fileExists(atPath: path) {
            guard FileManager.default.createFile(atPath: path, contents: nil) else { throw .system("write", path) }
        }
        guard let file = FileHandle(forUpdatingAtPath: path) else { throw .system("write", path) }
        defer { try? file.close() }
        var cause = ""
        let delegate = AnswerToFile(file, keepsBody: keepsBody, resumesAt: resumes ? (try? file.seekToEnd()) ?? 0 : nil, head)
        for machine in try resolver.addressesWaiting(of: address.host, allowsPrivate: allowsPrivate, seconds: request.patience).prefix(2) {
            do {
                if !resumes { try file.truncate(atOffset: 0) }
                try file.seekToEnd()
                return try OutgoingClient.save(request, at: address, machine, delegate)
            } catch let error as CocoaError { throw OutgoingClient.unwritten(path, error) } catch {
                if !keepsBody, let told = delegate.told { return told }
                cause = "\(type(of: error))"
                // What came is in the file: another machine would be asked for what stands there already.
                if delegate.told != nil { break }
            }
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
    private let keepsBody: Bool
    /// How much of it is in the file, in bytes; nil where the request asks for all.
    private let offset: UInt64?
    private let head: @Sendable (SavedAnswer) -> Void
    private let answer = Mutex<SavedAnswer?>(nil)

    init(_ file: FileHandle, keepsBody: Bool, resumesAt offset: UInt64?, _ head: @escaping @Sendable (SavedAnswer) -> Void) {
        self.file = file
        self.keepsBody = keepsBody
        self.offset = offset
        self.head = head
    }

    /// Nil before header fields came.
    var told: SavedAnswer? { answer.withLock { $0 } }

    func didReceiveHead(task: HTTPClient.Task<SavedAnswer>, _ head: HTTPResponseHead) -> EventLoopFuture<Void> {
        let told = SavedAnswer(status: Int(head.status.code), headers: head.headers.map { ($0.name, $0.value) })
        answer.withLock { $0 = told }
        self.head(told)
        guard keepsBody else { return task.eventLoop.makeFailedFuture(HeadOnly()) }
        return task.eventLoop.makeCompletedFuture {
            if told.status == 200 { try file.truncate(atOffset: 0) }
            if told.status == 206, told.header("content-range")?.hasPrefix("bytes \(offset ?? 0)-") != true { throw WrongRange() }
        }
    }

    func didReceiveBodyPart(task: HTTPClient.Task<SavedAnswer>, _ buffer: ByteBuffer) -> EventLoopFuture<Void> {
        guard [200, 206].contains(told?.status) else { return task.eventLoop.makeSucceededVoidFuture() }
        return task.eventLoop.makeCompletedFuture { try file.write(contentsOf: Data(buffer.readableBytesView)) }
    }

    func didFinishRequest(task: HTTPClient.Task<SavedAnswer>) -> SavedAnswer { told ?? SavedAnswer(status: 0, headers: []) }
}

/// Ends a request whose body nobody wants.
private struct HeadOnly: Error {}

/// A part came that does not follow on what the file holds.
private struct WrongRange: Error {}
