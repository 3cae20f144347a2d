import GRPCCore
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
        say(.resourceExhausted, "The message is larger than \(limit) bytes, or not one of gRPC. Send less at once.", context)
        context.close(mode: mode, promise: promise)
    }

    /// Ends the call, unless it has ended.
    /// - Parameter context: of a handler that stands before all that know of answers.
    func say(_ status: RPCError.Code, _ message: String, _ context: ChannelHandlerContext) {
        guard !hasEnded, context.channel.isActive else { return }
        hasEnded = true
        let fields: HPACKHeaders = ["grpc-status": String(status.rawValue), "grpc-message": message]
        let beginning: HPACKHeaders = hasBegun ? [:] : [":status": "200", "content-type": "application/grpc"]
        context.write(wrapOutboundOut(.headers(.init(headers: beginning + fields, endStream: true))), promise: nil)
        // The client may still be sending. Any other reason for not reading on would count more than these words (RFC 9113, section 8.1).
        context.writeAndFlush(wrapOutboundOut(.rstStream(.noError)), promise: nil)
    }
}

extension HPACKHeaders {
    fileprivate static func + (first: HPACKHeaders, second: HPACKHeaders) -> HPACKHeaders {
        var both = first
        both.add(contentsOf: second)
        return both
    }
}
