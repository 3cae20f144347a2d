import GRPCCore
import GRPCNIOTransportHTTP2
import NIOCore

/// How much a connection may ask for at once, and how long it may be silent.
package struct CallLimits: Sendable {
    /// Bytes of a message, also of one that was sent compressed.
    package var message: Int
    /// Calls under way on one connection; further ones wait at the client.
    package var calls: Int
    /// Seconds without a call after which a connection is closed; clients open another when they need it.
    package var idle: Double
    /// Seconds of silence after which the other side is asked whether it is there still. After twice as many the connection is closed.
    package var silence: Double
    /// Seconds in which a message that has begun has to be there whole, unless it keeps up the pace.
    package var arrival: Double
    /// Bytes of a message that have to come in each second, on the average of that time, for it to get as much time again.
    package var pace: Double

    package init(
        message: Int = 64 << 20, calls: Int = 128, idle: Double = 300, silence: Double = 60, arrival: Double = 300, pace: Double = 16_384
    ) {
        self.message = message
        self.calls = calls
        self.idle = idle
        self.silence = silence
        self.arrival = arrival
        self.pace = pace
    }

    /// Bytes that may be on the way to us on one call without our leave.
    private static let window = 1 << 18

    var configuration: HTTP2ServerTransport.Posix.Config {
        .defaults { configuration in
            configuration.rpc.maxRequestPayloadSize = message
            configuration.http2 = .init(maxFrameSize: 1 << 16, targetWindowSize: CallLimits.window, maxConcurrentStreams: calls)
            configuration.connection.maxIdleTime = .seconds(idle)
            configuration.connection.keepalive = .init(
                time: .seconds(silence), timeout: .seconds(silence),
                clientBehavior: .init(minPingIntervalWithoutCalls: .seconds(10), allowWithoutCalls: true))
            // Answers are waited for: none is held back to travel with others.
            configuration.connection.flushCoalescing = nil
            configuration.compression.enabledAlgorithms = [.gzip, .deflate]
            configuration.channelDebuggingCallbacks.onAcceptTCPConnection = MuteConnections.closing(after: 2 * silence)
            configuration.channelDebuggingCallbacks.onAcceptHTTP2Stream = watch
        }
    }

    /// Puts what ends a call that goes too far before all else that reads and writes it.
    private var watch: @Sendable (any Channel) -> EventLoopFuture<Void> {
        { [self] channel in
            channel.eventLoop.makeCompletedFuture {
                let lastWord = LastWord(limit: message)
                let handlers: [any ChannelHandler] = [lastWord, MessageDeadline(seconds: arrival, pace: pace, lastWord)]
                try channel.pipeline.syncOperations.addHandlers(handlers, position: .first)
            }
        }
    }
}
