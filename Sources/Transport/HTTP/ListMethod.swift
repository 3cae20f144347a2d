package import NIOCore
internal import NIOHTTP1

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// Lets clients of Vault ask with the method `LIST`, which the decoder of HTTP/1 does not know: `LIST /v1/` becomes `LINK /v1/` before the decoder, and
/// the method `LIST` again after it. A request that came as `LINK` stays one.
///
/// Where a request begins is decided by the decoder alone. No length and no header decides here: bytes are rewritten only where the decoder has just
/// told that a request ended with the very byte before them, or nothing came before them at all. To know that to the byte, the last byte before such a
/// place is handed over by itself, and so is the last of each piece that arrives. Within a body or a head the decoder has told nothing of the kind, so
/// these bytes pass as they are; and since the two words have the same length, no length changes. What is held back is the beginning of the nine bytes at
/// the beginning of a request, until it is known what they become. A body that holds the nine bytes over and over is not cut at each of them: after some
/// that were no request, only the beginnings of pieces are looked at until the request has ended. And a piece that is shorter than what the decoder's head
/// says is still to come passes whole; after it nothing counts as a beginning until the decoder tells of an end again.
package final class ListMethod: ChannelInboundHandler, RemovableChannelHandler {
    package typealias InboundIn = NIOAny

    fileprivate static let sent = Array("LIST /v1/".utf8)
    fileprivate static let known = Array("LINK /v1/".utf8)

    private let place: ConnectionPlace

    package convenience init() { self.init(ConnectionPlace()) }

    init(_ place: ConnectionPlace) { self.place = place }

    /// Puts the halves around the decoder of this pipeline.
    package func handlerAdded(context: ChannelHandlerContext) {
        let pipeline = context.pipeline.syncOperations
        do {
            let decoder = try pipeline.handler(type: ByteToMessageHandler<HTTPRequestDecoder>.self)
            try pipeline.addHandler(ListMethodBytes(place), position: .before(decoder))
            try pipeline.addHandler(ListMethodParts(place), position: .after(decoder))
        } catch { context.fireErrorCaught(error) }
    }

    package func channelRead(context: ChannelHandlerContext, data: NIOAny) { context.fireChannelRead(data) }
}

/// The half before the decoder.
private final class ListMethodBytes: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    private let place: ConnectionPlace
    /// The beginning of a request that may become `LIST /v1/`.
    private var held: ByteBuffer? { didSet { place.isHeldBack = held != nil } }
    /// How often the nine bytes stood within one request.
    private var misses = 0
    private static let mostMisses = 32

    init(_ place: ConnectionPlace) { self.place = place }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        // Beyond an offer of another protocol, which nobody here takes, the decoder would only pile up what comes.
        guard !place.isUpgrade || !place.isBetweenRequests else { return }
        var bytes = unwrapInboundIn(data)
        if var begun = held {
            begun.writeBuffer(&bytes)
            bytes = begun
            held = nil
        }
        while bytes.readableBytes > 0 {
            guard place.left <= bytes.readableBytes else { return passWhole(bytes, context) }
            if place.isBetweenRequests { misses = 0 }
            if place.isBetweenRequests, ListMethodBytes.matches(bytes, at: 0) {
                guard bytes.readableBytes >= ListMethod.sent.count else {
                    held = bytes
                    return
                }
                bytes.moveReaderIndex(forwardBy: ListMethod.sent.count)
                place.isList = true
                place.isBetweenRequests = false
                context.fireChannelRead(wrapInboundOut(context.channel.allocator.buffer(bytes: ListMethod.known)))
            } else {
                let count = misses < ListMethodBytes.mostMisses ? ListMethodBytes.nextPlace(in: bytes) : bytes.readableBytes
                if count < bytes.readableBytes { misses += 1 }
                pass(&bytes, upTo: count, context)
            }
        }
    }

    /// Hands a piece on in which no request ends. Were that wrong, what follows would be taken for no beginning.
    private func passWhole(_ bytes: ByteBuffer, _ context: ChannelHandlerContext) {
        context.fireChannelRead(wrapInboundOut(bytes))
        place.isBetweenRequests = false
    }

    /// Hands bytes on, the last one by itself.
    private func pass(_ bytes: inout ByteBuffer, upTo count: Int, _ context: ChannelHandlerContext) {
        for length in [count - 1, 1] where length > 0 {
            guard let piece = bytes.readSlice(length: length) else { return }
            place.isBetweenRequests = false
            context.fireChannelRead(wrapInboundOut(piece))
        }
    }

    /// Where, after the first byte, the nine bytes stand, or the piece ends with a beginning of them; the end where they do not.
    private static func nextPlace(in bytes: ByteBuffer) -> Int {
        bytes.withUnsafeReadableBytes { raw in
            guard let base = raw.baseAddress else { return raw.count }
            var at = 1
            while at < raw.count, let found = memchr(base + at, Int32(ListMethod.sent[0]), raw.count - at) {
                at = UnsafeRawPointer(found) - base
                if matches(bytes, at: at) { return at }
                at += 1
            }
            return raw.count
        }
    }

    /// Whether the nine bytes stand there, as far as the piece reaches.
    private static func matches(_ bytes: ByteBuffer, at offset: Int) -> Bool {
        let rest = bytes.readableBytesView.dropFirst(offset).prefix(ListMethod.sent.count)
        return rest.elementsEqual(ListMethod.sent.prefix(rest.count))
    }

    /// What is held back goes on before the end: it will not become more.
    private func release(_ context: ChannelHandlerContext) {
        guard let rest = held else { return }
        held = nil
        context.fireChannelRead(wrapInboundOut(rest))
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if let event = event as? ChannelEvent, event == .inputClosed { release(context) }
        context.fireUserInboundEventTriggered(event)
    }

    func channelInactive(context: ChannelHandlerContext) {
        release(context)
        context.fireChannelInactive()
    }
}

/// The half after the decoder.
private final class ListMethodParts: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart

    private let place: ConnectionPlace

    init(_ place: ConnectionPlace) { self.place = place }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(var head):
            place.left = head.headers["content-length"].first.flatMap { Int($0) } ?? 0
            place.isUpgrade = head.offersAnotherProtocol
            place.isLast = place.isUpgrade || !head.isKeepAlive
            if place.isList { head.method = .RAW(value: "LIST") }
            place.isList = false
            context.fireChannelRead(wrapInboundOut(.head(head)))
        case .body(let bytes):
            place.left -= bytes.readableBytes
            context.fireChannelRead(data)
        case .end:
            place.left = 0
            place.isBetweenRequests = true
            context.fireChannelRead(data)
        }
    }
}

extension HTTPRequestHead {
    /// Whether the connection could go on in another protocol after it (RFC 9110, sections 7.8 and 9.3.6).
    fileprivate var offersAnotherProtocol: Bool {
        method == .CONNECT || headers.contains(name: "upgrade") && headers[canonicalForm: "connection"].contains { $0.lowercased() == "upgrade" }
    }
}
