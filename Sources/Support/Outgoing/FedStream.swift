internal import AsyncHTTPClient
internal import Dispatch
internal import NIOCore
internal import Support
internal import Synchronization

/// The body of a request that a waiting thread makes, piece by piece, while the network takes it.
final class FedStream: Sendable {
    private enum Stage {
        case waiting
        case open(HTTPClient.Body.StreamWriter, EventLoopPromise<Void>)
        case over
    }

    private let loop: any EventLoop
    private let stage = Mutex(Stage.waiting)
    private let isReady = DispatchSemaphore(value: 0)

    init(loop: any EventLoop) { self.loop = loop }

    /// Called by the network when it takes the body.
    func begin(_ writer: HTTPClient.Body.StreamWriter) -> EventLoopFuture<Void> {
        let promise = loop.makePromise(of: Void.self)
        stage.withLock { $0 = .open(writer, promise) }
        isReady.signal()
        return promise.futureResult
    }

    /// Called when the request has ended, whether it was begun or not.
    func end() {
        stage.withLock { stage in if case .waiting = stage { stage = .over } }
        isReady.signal()
    }

    /// Waits for the network.
    /// - Returns: false where the request ended before.
    func waitForBeginning() -> Bool {
        isReady.wait()
        return stage.withLock { stage in if case .open = stage { true } else { false } }
    }

    /// Sends bytes, and waits until they are on their way.
    /// - Throws: `unavailable` where the other side takes no more.
    func give(_ bytes: UnsafeRawBufferPointer) throws(MartletError) {
        guard case .open(let writer, _) = stage.withLock({ $0 }) else { throw FedStream.closed("") }
        guard !bytes.isEmpty else { return }
        do { try writer.write(.byteBuffer(ByteBuffer(bytes: bytes))).wait() } catch { throw FedStream.closed("\(error)") }
    }

    private static func closed(_ cause: String) -> MartletError {
        MartletError(.unavailable, "The other side took no more of what was sent. Check the network, and try again.", cause: cause)
    }

    /// Says that the body is whole, or why it is not.
    func finish(_ error: MartletError?) {
        guard case .open(_, let promise) = stage.withLock({ $0 }) else { return }
        if let error { promise.fail(error) } else { promise.succeed(()) }
    }
}
