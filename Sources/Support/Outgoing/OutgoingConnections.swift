internal import AsyncHTTPClient
internal import NIOCore
internal import NIOHTTP1
internal import NIOSSL
package import Support
internal import Synchronization

/// Requests to one machine over connections that are kept open between them, several at once: for thousands of requests to an address that its user has
/// named. The name is resolved once and what was checked is connected to, as with ``OutgoingClient``; redirections are not followed. It blocks: keep it
/// off Swift's cooperative threads.
///
/// Connections are let go by themselves when nobody has used them for a minute, and never all at once: a pool that is shut down while it takes a
/// connection back ends the process.
package struct OutgoingConnections: Sendable {
    /// Who vouches for the machine, where the address is `https`.
    package enum Trust: Sendable, Hashable {
        case system
        /// The certificates of a file (PEM).
        case file(String)
        /// Nobody: whoever stands between can read and change everything.
        case nobody
    }

    private struct Key: Hashable {
        var host: String
        var machine: String
        var connections: Int
        var trust: Trust
    }

    private static let clients = Mutex<[Key: HTTPClient]>([:])

    /// Where it connects to.
    package let address: OutgoingAddress
    private let client: HTTPClient

    /// - Parameters:
    ///   - base: an address of the machine, to which more is appended.
    ///   - connections: the most at once.
    /// - Throws: as `OutgoingClient.send`.
    package init(
        to base: String, allowsPrivate: Bool, connections: Int = 16, trust: Trust = .system, resolver: Resolver = .system
    ) throws(MartletError) {
        address = try OutgoingAddress(base)
        let machines = try resolver.addressesWaiting(of: address.host, allowsPrivate: allowsPrivate, seconds: 30)
        guard let machine = machines.first else { throw MartletError(.unavailable, "The name of the machine is not known.") }
        let key = Key(host: address.host, machine: machine.description, connections: connections, trust: trust)
        var configuration = OutgoingClient.configuration(address, machine)
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = connections
        configuration.httpVersion = .http1Only
        configuration.timeout = .init(connect: .seconds(30), read: .seconds(300))
        configuration.tlsConfiguration = trust.configuration
        client = OutgoingConnections.clients.withLock { clients in
            if let known = clients[key] { return known }
            let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
            clients[key] = client
            return client
        }
    }

    /// Sends a request and reads the answer up to the request's limit; the rest is thrown away.
    /// - Parameter text: an address of the same machine.
    /// - Throws: `unavailable` where nobody answers.
    package func send(_ request: OutgoingRequest, to text: String) throws(MartletError) -> OutgoingAnswer {
        let body: HTTPClient.Body? = request.body.isEmpty ? nil : .byteBuffer(ByteBuffer(bytes: request.body))
        let delegate = AnswerTaker(limit: request.limit)
        return try OutgoingConnections.wait(for: try begin(request, text, body, delegate), delegate)
    }

    /// Sends a request and hands the body of a good answer (2xx) on as it comes.
    /// - Parameters:
    ///   - take: called on a thread of the network's, part by part. What it throws ends the request.
    /// - Returns: the answer, with the beginning of its body where it is not a good one.
    /// - Throws: `unavailable`, also where the answer breaks off; what `take` throws.
    package func receive(
        _ request: OutgoingRequest, from text: String, take: @escaping @Sendable (UnsafeRawBufferPointer) throws(MartletError) -> Void
    ) throws(MartletError) -> OutgoingAnswer {
        let body: HTTPClient.Body? = request.body.isEmpty ? nil : .byteBuffer(ByteBuffer(bytes: request.body))
        let delegate = AnswerTaker(limit: request.limit, take)
        return try OutgoingConnections.wait(for: try begin(request, text, body, delegate), delegate)
    }

    /// Sends a request whose body is made while it is sent.
    /// - Parameters:
    ///   - length: of the body, in bytes; nil where that is not known before.
    ///   - feed: called on this thread with what sends bytes, which waits until they are on their way. Where it throws, the request is broken off, so
    ///     that the other side sees that it is not whole.
    /// - Throws: what `feed` throws; `unavailable`.
    package func send(
        _ request: OutgoingRequest, to text: String, length: Int?,
        feed: (_ give: (UnsafeRawBufferPointer) throws(MartletError) -> Void) throws(MartletError) -> Void
    ) throws(MartletError) -> OutgoingAnswer {
        let stream = FedStream(loop: HTTPClient.defaultEventLoopGroup.any())
        let body = HTTPClient.Body.stream(contentLength: length.map { Int64($0) }) { stream.begin($0) }
        let delegate = AnswerTaker(limit: request.limit)
        let task = try begin(request, text, body, delegate)
        task.futureResult.whenComplete { _ in stream.end() }
        var failure: MartletError?
        if stream.waitForBeginning() {
            do throws(MartletError) {
                try feed { (bytes) throws(MartletError) in try stream.give(bytes) }
                stream.finish(nil)
            } catch {
                failure = error
                stream.finish(error)
            }
        }
        do throws(MartletError) {
            let answer = try OutgoingConnections.wait(for: task, delegate)
            // An answer that came before the body was sent says why no more of it was taken.
            if let failure, failure.code != .unavailable { throw failure }
            return answer
        } catch { throw failure ?? error }
    }

    private func begin(
        _ outgoing: OutgoingRequest, _ text: String, _ body: HTTPClient.Body?, _ delegate: AnswerTaker
    ) throws(MartletError) -> HTTPClient.Task<SavedAnswer> {
        let target = try OutgoingAddress(text)
        guard target.scheme == address.scheme, target.machine == address.machine else {
            throw MartletError(.defect, "A request was made for another machine than the one that was connected to.")
        }
        var headers = HTTPHeaders()
        for header in outgoing.headers { headers.add(name: header.name, value: header.value) }
        do {
            let request = try HTTPClient.Request(url: target.text, method: HTTPMethod(rawValue: outgoing.method), headers: headers, body: body)
            return client.execute(request: request, delegate: delegate)
        } catch { throw MartletError(.invalidInput, "The address cannot be asked for.", cause: "\(error)") }
    }

    private static func wait(
        for task: HTTPClient.Task<SavedAnswer>, _ delegate: AnswerTaker
    ) throws(MartletError) -> OutgoingAnswer {
        do {
            let told = try task.futureResult.wait()
            return delegate.answer(told)
        } catch let error as MartletError { throw error } catch {
            throw MartletError(.unavailable, "Nobody answered, or not to the end. Check the address and the network.", cause: "\(error)")
        }
    }
}

extension OutgoingConnections.Trust {
    fileprivate var configuration: TLSConfiguration? {
        var configuration = TLSConfiguration.makeClientConfiguration()
        switch self {
        case .system: return nil
        case .file(let path): configuration.trustRoots = .file(path)
        case .nobody: configuration.certificateVerification = .none
        }
        return configuration
    }
}

/// Takes an answer: the body of a good one goes to whoever wants it, that of another is kept up to a limit.
private final class AnswerTaker: HTTPClientResponseDelegate, Sendable {
    private struct State {
        var head = SavedAnswer(status: 0, headers: [])
        var bytes: [UInt8] = []
        var isCut = false
    }

    private let limit: Int
    private let take: (@Sendable (UnsafeRawBufferPointer) throws(MartletError) -> Void)?
    private let state = Mutex(State())

    init(limit: Int, _ take: (@Sendable (UnsafeRawBufferPointer) throws(MartletError) -> Void)? = nil) {
        self.limit = limit
        self.take = take
    }

    func answer(_ head: SavedAnswer) -> OutgoingAnswer {
        state.withLock { OutgoingAnswer(status: head.status, bytes: $0.bytes, isCut: $0.isCut, headers: head.headers) }
    }

    func didReceiveHead(task: HTTPClient.Task<SavedAnswer>, _ head: HTTPResponseHead) -> EventLoopFuture<Void> {
        let told = SavedAnswer(status: Int(head.status.code), headers: head.headers.map { ($0.name, $0.value) })
        state.withLock { $0.head = told }
        return task.eventLoop.makeSucceededVoidFuture()
    }

    func didReceiveBodyPart(task: HTTPClient.Task<SavedAnswer>, _ buffer: ByteBuffer) -> EventLoopFuture<Void> {
        if let take, (200..<300).contains(state.withLock({ $0.head.status })) {
            let outcome: Result<Void, any Error> = buffer.withUnsafeReadableBytes { bytes in Result { try take(bytes) } }
            return task.eventLoop.makeCompletedFuture(outcome)
        }
        state.withLock { state in
            let room = limit - state.bytes.count
            state.isCut = state.isCut || buffer.readableBytes > room
            state.bytes += buffer.readableBytesView.prefix(max(0, room))
        }
        return task.eventLoop.makeSucceededVoidFuture()
    }

    func didFinishRequest(task: HTTPClient.Task<SavedAnswer>) -> SavedAnswer { state.withLock { $0.head } }
}
