import NIOCore

/// Closes connections on which nothing is heard, not even the answer to a question whether anyone is there: the transport only asks, and waits.
final class MuteConnections: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    /// Watches each connection below everything else.
    /// - Parameter seconds: of silence after which one is closed.
    static func closing(after seconds: Double) -> @Sendable (any Channel) -> EventLoopFuture<Void> {
        { channel in
            channel.eventLoop.makeCompletedFuture {
                let watch: [any ChannelHandler] = [
                    IdleStateHandler(readTimeout: .nanoseconds(Int64(min(max(0, seconds), 1e9) * 1e9))), MuteConnections(),
                ]
                try channel.pipeline.syncOperations.addHandlers(watch, position: .first)
            }
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard let event = event as? IdleStateHandler.IdleStateEvent, event == .read else { return context.fireUserInboundEventTriggered(event) }
        context.close(promise: nil)
    }
}
