import NIOCore
import NIOHPACK
import NIOHTTP2

/// Ends a call in words where the transport would only cut it off: at a message above the limit, or at bytes that are no message.
final class LastWord: ChannelOutboundHandler {
    typealias OutboundIn = HTTP2Frame.FramePayload
    typealias OutboundOut = HTTP2Frame.FramePayload

    private let limit: Int
    private var hasBegun = false
    private var hasEnded = false

    /// - Parameter limit: bytes of a message.
    init(limit: Int) { self.limit = limit }

    /// Adds one to each call, where it sees last what goes out.
    static func adding(limit: Int) -> @Sendable (any Channel) -> EventLoopFuture<Void> {
        { channel in
            channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(LastWord(limit: limit), position: .first) }
        }
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch unwrapOutboundIn(data) {
        case .headers(let headers):
            hasBegun = true
            hasEnded = hasEnded || headers.endStream
        case .rstStream: hasEnded = true
        default: break
        }
        context.write(data, promise: promise)
    }

    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        if !hasEnded, context.channel.isActive {
            hasEnded = true
            let fields: HPACKHeaders = [
                "grpc-status": "8",  // RESOURCE_EXHAUSTED
                "grpc-message": "The message is larger than \(limit) bytes, or not one of gRPC. Send less at once.",
            ]
            let beginning: HPACKHeaders = hasBegun ? [:] : [":status": "200", "content-type": "application/grpc"]
            context.write(wrapOutboundOut(.headers(.init(headers: beginning + fields, endStream: true))), promise: nil)
            // The client may still be sending. Any other reason for not reading on would count more than these words (RFC 9113, section 8.1).
            context.writeAndFlush(wrapOutboundOut(.rstStream(.noError)), promise: nil)
        }
        context.close(mode: mode, promise: promise)
    }
}

extension HPACKHeaders {
    fileprivate static func + (first: HPACKHeaders, second: HPACKHeaders) -> HPACKHeaders {
        var both = first
        both.add(contentsOf: second)
        return both
    }
}
