import GRPCCore
import NIOCore
import NIOHTTP2

/// Ends a call whose message has begun to come and does not get on. A call that waits for its next message may wait.
final class MessageDeadline: ChannelInboundHandler {
    typealias InboundIn = HTTP2Frame.FramePayload

    /// What is in front of each message: whether it is packed, and its length (gRPC over HTTP/2, “Length-Prefixed-Message”).
    private static let prefix = 5

    private let seconds: Double
    private let pace: Double
    private let lastWord: LastWord
    private var deadline: Scheduled<Void>?
    /// Bytes of the message's prefix that are there, and the length that they say.
    private var known = 0
    private var length = 0
    /// Bytes that are still to come after the prefix.
    private var missing = 0
    /// Bytes that have come since the message was last given time.
    private var received = 0

    /// - Parameters:
    ///   - seconds: in which a message has to be there whole.
    ///   - pace: bytes a second, on the average of that time, with which it gets as much time again.
    init(seconds: Double, pace: Double, _ lastWord: LastWord) {
        self.seconds = seconds
        self.pace = pace
        self.lastWord = lastWord
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if case .data(let frame) = unwrapInboundIn(data), case .byteBuffer(let bytes) = frame.data {
            received += bytes.readableBytes
            if count(bytes.readableBytesView) {
                deadline?.cancel()
                deadline = nil
            }
            if known > 0, deadline == nil { giveTime(context) }
        }
        context.fireChannelRead(data)
    }

    /// Follows where messages begin and end.
    /// - Returns: whether one has ended.
    private func count(_ bytes: ByteBufferView) -> Bool {
        var hasEnded = false
        var rest = bytes[...]
        while let byte = rest.first {
            if known < MessageDeadline.prefix {
                length = known == 0 ? 0 : length << 8 | Int(byte)
                known += 1
                rest = rest.dropFirst()
                if known == MessageDeadline.prefix { missing = length }
            } else {
                let taken = min(missing, rest.count)
                missing -= taken
                rest = rest.dropFirst(taken)
            }
            if known == MessageDeadline.prefix, missing == 0 {
                known = 0
                hasEnded = true
            }
        }
        return hasEnded
    }

    private func giveTime(_ context: ChannelHandlerContext) {
        received = 0
        let time = TimeAmount.nanoseconds(Int64(min(max(0, seconds), 1e9) * 1e9))
        deadline = context.eventLoop.assumeIsolated().scheduleTask(in: time) { [self] in
            if Double(received) >= pace * seconds { return giveTime(context) }
            lastWord.say(.deadlineExceeded, "The message did not arrive within \(Int(seconds.rounded(.up))) s. Send it faster, or in parts.", context)
            context.close(promise: nil)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        deadline?.cancel()
        context.fireChannelInactive()
    }
}
