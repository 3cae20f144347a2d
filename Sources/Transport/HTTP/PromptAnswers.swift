internal import HTTPTypes
internal import Hummingbird
internal import NIOCore
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
    /// Requests that the server behind has not answered to the end.
    private var handedOn = 0
    private var visit: PromptRoutes.Visit?
    private var body = ByteBuffer()
    private var hasAnswered = false

    /// Who notes what becomes of requests; nil where nobody is told.
    let watched: WatchedRequests?

    private init(_ routes: PromptRoutes, _ watched: WatchedRequests?) {
        self.routes = routes
        self.watched = watched
    }

    /// What answers promptly on a connection, behind what watches it, where somebody is told.
    static func handlers(_ routes: PromptRoutes, _ watch: RequestWatch?) -> [any RemovableChannelHandler] {
        guard let watch else { return [PromptAnswers(routes, nil)] }
        let watched = WatchedRequests(watch)
        return [watched, PromptAnswers(routes, watched)]
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head): begin(head, data, context)
        case .body(var part):
            guard visit != nil else { return context.fireChannelRead(data) }
            if body.readableBytes == 0 { body = part } else { body.writeBuffer(&part) }
        case .end(let trailers):
            if let visit, trailers == nil, context.channel.isWritable,
                let answer = routes.answer(visit, body: body, from: context.channel.remoteAddress?.ipAddress ?? "unknown", notes: watched?.current)
            {
                drop()
                return write(answer, context)
            }
            handOn(context)
            arrivals.arrive()
            context.fireChannelRead(data)
        }
    }

    private func begin(_ head: HTTPRequest, _ data: NIOAny, _ context: ChannelHandlerContext) {
        if handedOn == 0 { visit = routes.visit(head) }
        guard visit == nil else { return }
        handedOn += 1
        context.fireChannelRead(data)
    }

    /// Hands on what was held back of a request.
    private func handOn(_ context: ChannelHandlerContext) {
        guard let visit else { return }
        let body = body
        drop()
        handedOn += 1
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
            handedOn -= 1
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
