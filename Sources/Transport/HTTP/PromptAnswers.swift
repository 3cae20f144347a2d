internal import HTTPTypes
internal import Hummingbird
internal import NIOCore
internal import NIOHTTP1
internal import NIOHTTPTypes
internal import Telemetry

/// Answers what has a short way (`PromptRoute`) before it reaches the server behind, and hands everything else on as it came.
///
/// Answers keep the order of their requests: while the server behind has one to answer, all that follows goes there too.
final class PromptAnswers: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    /// Of the requests that were handed on.
    let arrivals = Arrivals()

    private let routes: PromptRoutes
    private let place: ConnectionPlace
    private let memory: HeadMemory
    private let liveness: Double
    private var visit: PromptRoutes.Visit?
    /// The bytes of its head, where they are to be kept with it.
    private var newHead: [UInt8]?
    private var body = ByteBuffer()
    private var hasAnswered = false

    /// Who notes what becomes of requests; nil where nobody is told.
    let watched: WatchedRequests?

    /// - Parameter liveness: after how many seconds a request comes here even where it could be answered before it is decoded (`PromptBytes`).
    init(_ routes: PromptRoutes, _ place: ConnectionPlace, _ memory: HeadMemory, _ watched: WatchedRequests?, liveness: Double) {
        self.routes = routes
        self.place = place
        self.memory = memory
        self.watched = watched
        self.liveness = liveness
    }

    /// Puts the half that answers what need not be decoded before all that reads and writes bytes as HTTP.
    func handlerAdded(context: ChannelHandlerContext) {
        let pipeline = context.pipeline.syncOperations
        do {
            let bytes = PromptBytes(routes, place, memory.heads(of: context.eventLoop), watched?.watch, liveness: liveness)
            try pipeline.addHandler(bytes, position: .before(pipeline.handler(type: HTTPResponseEncoder.self)))
        } catch { context.fireErrorCaught(error) }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head): begin(head, data, context)
        case .body(var part):
            guard visit != nil else { return context.fireChannelRead(data) }
            if body.readableBytes == 0 { body = part } else { body.writeBuffer(&part) }
        case .end(let trailers):
            if let visit, trailers == nil, context.channel.isWritable,
                let answer = routes.answer(visit, body: body, from: place.address(of: context.channel), notes: watched?.current)
            {
                if let newHead { memory.heads(of: context.eventLoop).learn(newHead, visit) }
                drop()
                return write(answer, context)
            }
            handOn(context)
            arrivals.arrive()
            context.fireChannelRead(data)
        }
    }

    private func begin(_ head: HTTPRequest, _ data: NIOAny, _ context: ChannelHandlerContext) {
        if place.handedOn == 0, !place.hasNoShortWay { visit = routes.visit(head) }
        newHead = place.newHead
        place.newHead = nil
        place.hasNoShortWay = false
        guard visit == nil else { return }
        place.handedOn += 1
        context.fireChannelRead(data)
    }

    /// Hands on what was held back of a request.
    private func handOn(_ context: ChannelHandlerContext) {
        guard let visit else { return }
        let body = body
        drop()
        place.handedOn += 1
        context.fireChannelRead(wrapInboundOut(.head(visit.head)))
        if body.readableBytes > 0 { context.fireChannelRead(wrapInboundOut(.body(body))) }
    }

    private func drop() {
        visit = nil
        body = ByteBuffer()
    }

    private func write(_ answer: PromptRoute.Answer, _ context: ChannelHandlerContext) {
        var headers = answer.headers
        headers[.contentLength] = String(answer.body.count)
        headers[.server] = HTTPServer.name
        headers[.date] = AnswerDate.now
        context.write(wrapOutboundOut(.head(HTTPResponse(status: .ok, headerFields: headers))), promise: nil)
        context.write(wrapOutboundOut(.body(context.channel.allocator.buffer(bytes: answer.body))), promise: nil)
        context.write(wrapOutboundOut(.end(nil)), promise: nil)
        hasAnswered = true
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        if hasAnswered { context.flush() }
        hasAnswered = false
        context.fireChannelReadComplete()
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if case .end = unwrapOutboundIn(data) {
            place.handedOn -= 1
            arrivals.answer()
        }
        context.write(data, promise: promise)
    }

    // What ends a request early is the business of the server behind.

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        handOn(context)
        context.fireErrorCaught(error)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if let event = event as? ChannelEvent, event == .inputClosed { handOn(context) }
        context.fireUserInboundEventTriggered(event)
    }

    func channelInactive(context: ChannelHandlerContext) {
        handOn(context)
        context.fireChannelInactive()
    }
}
