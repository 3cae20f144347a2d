import HTTP
import NIOCore
import NIOEmbedded
import NIOHTTP1
import Support
import Testing

@Suite("The method LIST")
struct ListMethodTests {
    /// What the decoder told of one request.
    private struct Told: Equatable {
        var method: String
        var uri: String
        var body = ""
    }

    /// The requests that a connection takes the pieces for; nil where it ends with an error.
    private func told(_ pieces: [String], closes: Bool = false) -> [Told]? {
        let channel = EmbeddedChannel()
        do {
            try channel.pipeline.syncOperations.configureHTTPServerPipeline(withPipeliningAssistance: false, withErrorHandling: false)
            try channel.pipeline.syncOperations.addHandler(ListMethod())
            var told: [Told] = []
            for piece in pieces { try channel.writeInbound(ByteBuffer(string: piece)) }
            if closes { channel.pipeline.fireUserInboundEventTriggered(ChannelEvent.inputClosed) }
            try channel.throwIfErrorCaught()
            while let part = try channel.readInbound(as: HTTPServerRequestPart.self) {
                switch part {
                case .head(let head): told.append(Told(method: head.method.rawValue, uri: head.uri))
                case .body(let bytes): told[told.count - 1].body += String(buffer: bytes)
                case .end: told[told.count - 1].body += "."
                }
            }
            _ = try? channel.finish()
            return told
        } catch {
            _ = try? channel.finish()
            return nil
        }
    }

    private func split(_ text: String, at places: [Int]) -> [String] {
        let bytes = Array(text.utf8)
        let ends = [0] + places.sorted() + [bytes.count]
        return zip(ends, ends.dropFirst()).map { String(decoding: bytes[$0..<$1], as: UTF8.self) }
    }

    private static let host = "Host: x\r\n"
    private static let list = "LIST /v1/secret/metadata/a HTTP/1.1\r\n\(host)\r\n"
    private static let listed = Told(method: "LIST", uri: "/v1/secret/metadata/a", body: ".")

    private static func post(_ body: String) -> String { "POST /v1/x HTTP/1.1\r\n\(host)Content-Length: \(body.utf8.count)\r\n\r\n\(body)" }
    private static func chunked(_ body: String) -> String {
        "PUT /v1/x HTTP/1.1\r\n\(host)Transfer-Encoding: chunked\r\n\r\n\(String(body.utf8.count, radix: 16))\r\n\(body)\r\n0\r\n\r\n"
    }

    /// Requests one after the other, with what they are.
    private static let conversations: [(sent: String, told: [Told])] = {
        let trap = "LIST /v1/a HTTP/1.1\r\nHost: x\r\n\r\n"
        return [
            (list, [listed]), (list + list, [listed, listed]),
            ("GET /a HTTP/1.1\r\n\(host)\r\n" + list, [Told(method: "GET", uri: "/a", body: "."), listed]),
            (
                post("{}") + list + post("LIST /v1/"),
                [Told(method: "POST", uri: "/v1/x", body: "{}."), listed, Told(method: "POST", uri: "/v1/x", body: "LIST /v1/.")]
            ),
            (post(trap) + list, [Told(method: "POST", uri: "/v1/x", body: trap + "."), listed]),
            (post("LLIST /v1/LIST /v1/LIS"), [Told(method: "POST", uri: "/v1/x", body: "LLIST /v1/LIST /v1/LIS.")]),
            (chunked(trap) + list, [Told(method: "PUT", uri: "/v1/x", body: trap + "."), listed]),
            ("GET /?q=LIST%20/v1/ HTTP/1.1\r\nX: LIST /v1/\r\n\r\n" + list, [Told(method: "GET", uri: "/?q=LIST%20/v1/", body: "."), listed]),
            ("LINK /v1/a HTTP/1.1\r\n\(host)\r\n" + list, [Told(method: "LINK", uri: "/v1/a", body: "."), listed]),
            (
                "LIST /v1/a HTTP/1.1\r\n\(host)Content-Length: 9\r\n\r\nLIST /v1/" + list,
                [Told(method: "LIST", uri: "/v1/a", body: "LIST /v1/."), listed]
            ),
        ]
    }()

    @Test("reaches the routes, alone and between other requests, however the bytes are split, and no byte of a head or body is changed")
    func everySplit() throws {
        for (sent, expected) in Self.conversations {
            let count = sent.utf8.count
            #expect(told([sent]) == expected, "\(sent)")
            #expect(told(sent.utf8.map { String(UnicodeScalar($0)) }) == expected, "byte by byte: \(sent)")
            for first in 1..<count { #expect(told(split(sent, at: [first])) == expected, "\(first) of \(sent)") }
            for width in 2...12 {
                #expect(told(split(sent, at: Array(stride(from: width, to: count, by: width)))) == expected, "\(width) of \(sent)")
            }
        }
    }

    @Test("in random conversations in random pieces is told as the same conversation with another method is")
    func randomSplits() {
        var random = RandomSource(seed: 11)
        for _ in 0..<400 {
            let parts = (0..<Int.random(in: 1...6, using: &random)).map { _ in
                Self.conversations.randomElement(using: &random) ?? Self.conversations[0]
            }
            let sent = parts.map(\.sent).joined()
            let places = Set((0..<Int.random(in: 0...8, using: &random)).map { _ in Int.random(in: 1..<sent.utf8.count, using: &random) })
            #expect(told(split(sent, at: Array(places))) == parts.flatMap(\.told))
        }
    }

    @Test("is unknown everywhere else: other addresses, a leading empty line, the middle of a head, an unfinished word at the end")
    func elsewhere() {
        #expect(told(["LIST /other HTTP/1.1\r\nHost: x\r\n\r\n"]) == nil)
        #expect(told(["\r\nLIST /v1/a HTTP/1.1\r\nHost: x\r\n\r\n"]) == nil)
        #expect(told(["G", "LIST /v1/a HTTP/1.1\r\nHost: x\r\n\r\n"]) == nil)
        #expect(told(["LISTLIST /v1/a HTTP/1.1\r\nHost: x\r\n\r\n"]) == nil)
        #expect(told(["GET /a HTTP/1.1\r\nHost: x\r\n\r\n", "LIST /"], closes: true) == nil)
        #expect(told(["LIST /v1"]) == [])
    }

    @Test("cuts a body that is full of its words into few parts, and is still known after it") func fullBody() throws {
        let channel = EmbeddedChannel()
        try channel.pipeline.syncOperations.configureHTTPServerPipeline(withPipeliningAssistance: false, withErrorHandling: false)
        try channel.pipeline.syncOperations.addHandler(ListMethod())
        let body = String(repeating: "LIST /v1/", count: 20_000)
        for piece in [Self.post(body), Self.list] { try channel.writeInbound(ByteBuffer(string: piece)) }
        var (methods, parts, length) = ([String](), 0, 0)
        while let part = try channel.readInbound(as: HTTPServerRequestPart.self) {
            if case .head(let head) = part { methods.append(head.method.rawValue) }
            guard case .body(let bytes) = part else { continue }
            parts += 1
            length += bytes.readableBytes
        }
        #expect(methods == ["POST", "LIST"] && length == body.utf8.count && parts < 100)
        _ = try channel.finish()
    }

    @Test("closes a connection whose lengths contradict each other, as any method does")
    func contradictions() {
        let both = "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n"
        for method in ["GET", "LIST"] {
            #expect(told(["\(method) /v1/a HTTP/1.1\r\nHost: x\r\n\(both)\r\n0\r\n\r\nLIST /v1/b HTTP/1.1\r\n\r\n"]) == nil)
            #expect(told(["\(method) /v1/a HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nLIST /v1/"]) == nil)
        }
    }
}
