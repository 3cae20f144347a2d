internal import HTTPTypes
internal import NIOCore
internal import Support
internal import Telemetry

/// Answers requests that have a short way (`PromptRoute`) before they are decoded, where the decoder has read a head of the same bytes before and all of the
/// request is there. Everything else goes on as it came.
///
/// A request is taken only where one begins for certain: everything before it was decoded to its end and answered (`ConnectionPlace`).
final class PromptBytes: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let routes: PromptRoutes
    private let place: ConnectionPlace
    private let heads: KnownHeads
    /// Who is told of requests; nil for nobody.
    private let watch: RequestWatch?
    /// Seconds after which a request goes to the decoder though it could be answered here, so that those behind, who close idle connections, see this one live.
    private let liveness: Double
    /// When something last went there, on the clock of `monotonicSeconds()`.
    private var passedAt = -Double.infinity
    /// The beginning of a request whose head is known, until all is read that has arrived.
    private var begun: ByteBuffer?
    private var hasAnswered = false

    init(_ routes: PromptRoutes, _ place: ConnectionPlace, _ heads: KnownHeads, _ watch: RequestWatch?, liveness: Double) {
        self.routes = routes
        self.place = place
        self.heads = heads
        self.watch = watch
        self.liveness = liveness
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        if var begun {
            begun.writeBuffer(&bytes)
            bytes = begun
            self.begun = nil
        }
        while place.isFree, let known = heads.find(in: bytes), monotonicSeconds() - passedAt < liveness {
            guard bytes.readableBytes >= known.headLength + known.length else {
                begun = bytes
                return
            }
            guard answer(known, &bytes, context) else {
                place.hasNoShortWay = true
                return pass(bytes, context)
            }
        }
        guard bytes.readableBytes > 0 else { return }
        place.newHead = place.isFree ? KnownHeads.plainHead(of: bytes) : nil
        pass(bytes, context)
    }

    private func pass(_ bytes: ByteBuffer, _ context: ChannelHandlerContext) {
        passedAt = monotonicSeconds()
        context.fireChannelRead(wrapInboundOut(bytes))
    }

    /// What has not arrived whole is left to the decoder, and to those behind it who give a request its time.
    private func passBegun(_ context: ChannelHandlerContext) {
        guard let bytes = begun else { return }
        begun = nil
        pass(bytes, context)
    }

    /// False where the request has no short way now; then the bytes are as they were.
    private func answer(_ known: KnownHeads.Known, _ bytes: inout ByteBuffer, _ context: ChannelHandlerContext) -> Bool {
        guard context.channel.isWritable, let body = bytes.getSlice(at: bytes.readerIndex + known.headLength, length: known.length),
            let answer = answer(known.visit, body, from: place.address(of: context.channel))
        else { return false }
        bytes.moveReaderIndex(forwardBy: known.headLength + known.length)
        context.write(wrapOutboundOut(answer.encoded(context.channel.allocator)), promise: nil)
        hasAnswered = true
        return true
    }

    private func answer(_ visit: PromptRoutes.Visit, _ body: ByteBuffer, from address: String) -> PromptRoute.Answer? {
        guard let watch else { return routes.answer(visit, body: body, from: address, notes: nil) }
        let notes = watch.begin(traceparent: WatchedRequests.traceparent(of: visit.head))
        let answer = RequestNotes.$current.withValue(notes) { routes.answer(visit, body: body, from: address, notes: notes) }
        guard let answer else { return nil }
        let request = EndedRequest(
            address: address, method: visit.head.method.rawValue, path: visit.head.path ?? "", status: 200, bytes: answer.body.count)
        watch.end(notes, request)
        return answer
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        passBegun(context)
        if hasAnswered { context.flush() }
        hasAnswered = false
        context.fireChannelReadComplete()
    }

    // What ends a request early is the business of those behind.

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        passBegun(context)
        context.fireErrorCaught(error)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if let event = event as? ChannelEvent, event == .inputClosed { passBegun(context) }
        context.fireUserInboundEventTriggered(event)
    }

    func channelInactive(context: ChannelHandlerContext) {
        passBegun(context)
        context.fireChannelInactive()
    }
}

extension PromptRoute.Answer {
    /// The answer as it goes over the wire (RFC 9112, section 4), with the fields that every answer has.
    fileprivate func encoded(_ allocator: ByteBufferAllocator) -> ByteBuffer {
        var bytes = allocator.buffer(capacity: body.count + 512)
        bytes.writeStaticString("HTTP/1.1 200 OK\r\n")
        for field in headers { bytes.writeField(field.name.rawName, field.value) }
        bytes.writeField("Content-Length", String(body.count))
        bytes.writeField("Server", HTTPServer.name)
        bytes.writeField("Date", AnswerDate.now)
        bytes.writeStaticString("\r\n")
        bytes.writeBytes(body)
        return bytes
    }
}

extension ByteBuffer {
    fileprivate mutating func writeField(_ name: String, _ value: String) {
        writeString(name)
        writeStaticString(": ")
        writeString(value)
        writeStaticString("\r\n")
    }
}
