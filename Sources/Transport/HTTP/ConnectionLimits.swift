internal import HTTPTypes
internal import HummingbirdCore
internal import Logging
internal import NIOCore
internal import NIOHTTPTypes
internal import Telemetry

/// How long a connection may keep the server waiting, and how much it may send past its answer.
package struct ConnectionLimits: Sendable {
    /// Seconds in which nothing whole is heard: a head that does not end counts as nothing, however often a byte of it comes.
    package var idle: Double
    /// Seconds in which a request has to be there with its whole body, unless it keeps up the pace.
    package var request: Double
    /// Bytes of a body that have to come in each second, on the average of that time, for the request to get as much time again: files are large, and
    /// lines slow.
    package var pace: Double
    /// Bytes of a body that are read, and thrown away, after the request was answered. Then the connection is closed.
    package var unread: Int

    package init(idle: Double = 60, request: Double = 300, pace: Double = 16_384, unread: Int = 1 << 20) {
        self.idle = idle
        self.request = request
        self.pace = pace
        self.unread = unread
    }

    /// HTTP/1.1 within these limits; the head of a request has limits of its own (80 KB, 1,000 fields).
    /// - Parameter watch: who is told of each request; nil for nobody.
    func serverBuilder(_ prompt: PromptRoutes, watch: RequestWatch? = nil) -> HTTPServerBuilder {
        let memory = HeadMemory()
        let configuration = HTTP1Channel.Configuration(additionalChannelHandlers: handlers(prompt, memory, watch))
        return HTTPServerBuilder { LoopChannel(HTTP1Channel(responder: $0, configuration: configuration)) }
    }

    /// What stands between the decoder of a connection and the server behind.
    private func handlers(_ prompt: PromptRoutes, _ memory: HeadMemory, _ watch: RequestWatch?) -> [any RemovableChannelHandler] {
        let place = ConnectionPlace()
        // What is answered promptly is activity too, and never reaches the handler that the channel would put behind it.
        let idling = HTTPConnectionStateHandler(
            idleTimeout: .nanoseconds(ConnectionLimits.nanoseconds(idle)), logger: Logger(label: "martlet.http") { _ in SwiftLogNoOpLogHandler() })
        let watched = watch.map(WatchedRequests.init)
        // Those behind `idling` are not told when the connection ends.
        let before: [any RemovableChannelHandler] = [ListMethod(place), ConnectionLimiter(self, place)] + [watched].compactMap(\.self)
        return before + [idling, PromptAnswers(prompt, place, memory, watched, liveness: idle / 20)]
    }

    fileprivate static func nanoseconds(_ seconds: Double) -> Int64 { Int64(min(max(0, seconds), 1e9) * 1e9) }
}

/// Closes a connection whose request takes too long to come, or goes on after it was answered.
private final class ConnectionLimiter: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private let limits: ConnectionLimits
    private let place: ConnectionPlace
    private var deadline: Scheduled<Void>?
    /// Requests whose end has been read, minus answers whose end has been written: below zero where an answer came before its request's end.
    private var unanswered = 0
    private var unread = 0
    /// Bytes of the body that have come since the request was last given time.
    private var received = 0
    /// The length that the head of the newest request names.
    private var announced = 0

    init(_ limits: ConnectionLimits, _ place: ConnectionPlace) {
        self.limits = limits
        self.place = place
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head): begin(head.headerFields[.contentLength].flatMap { Int($0) } ?? 0, context)
        case .body(let part):
            received += part.readableBytes
            if unanswered < 0 { unread += part.readableBytes }
            guard unread <= limits.unread else { return context.close(promise: nil) }
        case .end: end()
        }
        context.fireChannelRead(data)
    }

    /// An answer to a request of which more is announced than is thrown away says that it is the last, and is; so does one to an offer of another protocol.
    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        let isCutOff = deadline != nil && unanswered == 0 && announced > limits.unread
        let isLast = isCutOff || place.isUpgrade && unanswered == 1
        if isLast { place.isLast = true }
        switch unwrapOutboundIn(data) {
        case .head(var head) where isLast:
            head.headerFields[.connection] = "close"
            context.write(wrapOutboundOut(.head(head)), promise: promise)
        case .end:
            unanswered -= 1
            context.write(data, promise: promise)
            guard isLast else { return }
            context.flush()
            context.close(mode: .output, promise: nil)
        default: context.write(data, promise: promise)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        deadline?.cancel()
        context.fireChannelInactive()
    }

    private func begin(_ length: Int, _ context: ChannelHandlerContext) {
        unread = 0
        announced = length
        giveTime(context)
    }

    /// Gives a request time from now on.
    private func giveTime(_ context: ChannelHandlerContext) {
        received = 0
        deadline?.cancel()
        deadline = context.eventLoop.assumeIsolated().scheduleTask(in: .nanoseconds(ConnectionLimits.nanoseconds(limits.request))) { [self] in
            if Double(received) >= limits.pace * limits.request { giveTime(context) } else { context.close(promise: nil) }
        }
    }

    private func end() {
        unanswered += 1
        deadline?.cancel()
        deadline = nil
    }
}
