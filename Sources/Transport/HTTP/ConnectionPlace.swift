internal import NIOCore

/// Where a connection stands, as its handlers before and after the decoder of HTTP/1 tell each other. All of them run on the loop of the connection.
final class ConnectionPlace {
    /// Whether the decoder has read requests to their end and nothing beyond.
    var isBetweenRequests = true
    /// Whether bytes that may begin a request are held back before the decoder.
    var isHeldBack = false
    /// Requests that the server behind has not answered to the end.
    var handedOn = 0

    /// Whether the request that is read now was sent with `LIST`.
    var isList = false
    /// How many bytes of the body are still to come, as far as its length was told; only to pass pieces of it without a look.
    var left = 0

    /// Whether nothing after the newest request is read as another: it ends the connection, or offers to go on in another protocol.
    var isLast = false
    /// Whether it offers that. Its decoder reads nothing more.
    var isUpgrade = false

    /// The head of the request that the decoder is given next, where nobody knows it yet.
    var newHead: [UInt8]?
    /// Whether the request that the decoder is given next has no short way, as was just seen.
    var hasNoShortWay = false

    private var knownAddress: String?

    /// Where the connection comes from, as it is written.
    func address(of channel: any Channel) -> String {
        if let knownAddress { return knownAddress }
        let address = channel.remoteAddress?.ipAddress ?? "unknown"
        knownAddress = address
        return address
    }

    /// Whether the next byte begins a request, and every request before it has been answered.
    var isFree: Bool { isBetweenRequests && !isHeldBack && handedOn == 0 && !isLast }
}
