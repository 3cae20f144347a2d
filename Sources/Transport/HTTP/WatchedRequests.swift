internal import HTTPTypes
internal import Hummingbird
internal import NIOCore
internal import NIOHTTPTypes
internal import Telemetry

/// Sees each request of a connection and its answer, for whoever is told of them. Stands before what answers promptly, and only where somebody is told.
final class WatchedRequests: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private struct Underway {
        let notes: RequestNotes
        let head: HTTPRequest
        var status: Int?
        var bytes = 0
    }

    private static let traceparent = HTTPField.Name("traceparent")

    /// The trace that a request comes from (W3C Trace Context).
    static func traceparent(of head: HTTPRequest) -> String? { traceparent.flatMap { head.headerFields[$0] } }

    let watch: RequestWatch
    /// Requests whose answers have not ended, the oldest first: answers keep their order.
    private var underway: [Underway] = []

    init(_ watch: RequestWatch) { self.watch = watch }

    /// Of the request that is answered now.
    var current: RequestNotes? { underway.first?.notes }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            underway.append(Underway(notes: watch.begin(traceparent: WatchedRequests.traceparent(of: head)), head: head))
            context.fireChannelRead(data)
        case .body: context.fireChannelRead(data)
        case .end:
            guard let notes = underway.last?.notes else { return context.fireChannelRead(data) }
            // What is answered at once is answered in here.
            RequestNotes.$current.withValue(notes) { context.fireChannelRead(data) }
        }
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        let part = unwrapOutboundIn(data)
        if !underway.isEmpty {
            switch part {
            case .head(let head): if head.status.kind != .informational { underway[0].status = head.status.code }
            case .body(let bytes): underway[0].bytes += bytes.readableBytes
            case .end: end(underway.removeFirst(), context)
            }
        }
        context.write(data, promise: promise)
    }

    /// What was not answered before the connection ended is told without a status, or with the one that had begun.
    func channelInactive(context: ChannelHandlerContext) {
        for request in underway { end(request, context) }
        underway = []
        context.fireChannelInactive()
    }

    private func end(_ request: Underway, _ context: ChannelHandlerContext) {
        watch.end(
            request.notes,
            EndedRequest(
                address: context.channel.remoteAddress?.ipAddress ?? "unknown", method: request.head.method.rawValue, path: request.head.path ?? "",
                status: request.status, bytes: request.bytes))
    }
}
