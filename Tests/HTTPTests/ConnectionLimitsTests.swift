import HTTP
import HTTPTestSupport
import Hummingbird
import Support
import TestSupport
import Testing

@Suite("The limits of a connection")
struct ConnectionLimitsTests {
    /// Routes that read their body, and ones that answer without.
    private static let routes: @Sendable (GuardedRouter) -> Void = { router in
        let refuse: GuardedRouter.Refusal = { error, _ in Response(status: .badRequest, body: .init(byteBuffer: .init(string: error.message))) }
        router.on("/read", .post, .anyone, refuse: refuse) { request, _, _ in
            let body = try await request.body.collect(upTo: 1 << 20)
            return Response(status: .ok, body: .init(byteBuffer: .init(string: "read \(body.readableBytes)")))
        }
        router.on("/unread", .post, .anyone, refuse: refuse) { _, _, _ in Response(status: .ok, body: .init(byteBuffer: .init(string: "not read"))) }
    }

    private func with(_ limits: ConnectionLimits, _ use: @escaping @Sendable (Int) async throws -> Void) async throws {
        try await GuardedHouse().serve(HTTPServer(limits: limits), routes: Self.routes) { try await use($0) }
    }

    @Test("A head that does not end, and silence, are ended by the server", arguments: ["POST /read HTTP/1.1\r\nHost: loc", "", "POST"])
    func idle(_ head: String) async throws {
        try await with(ConnectionLimits(idle: 0.05)) { port in
            let answer = try await Wire.exchange(Array(head.utf8), port: port, halfCloses: false)
            #expect(answer.statuses.isEmpty)
        }
    }

    @Test("A body that does not end is ended by the server, and so is one that drips")
    func request() async throws {
        try await with(ConnectionLimits(idle: 600, request: 0.2, pace: 1e12)) { port in
            let head = "POST /read HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000000\r\n\r\n"
            let silent = try await Wire.exchange(Array(head.utf8), port: port, halfCloses: false)
            #expect(silent.statuses != [200])
            let chunked = head.replacing("Content-Length: 1000000000", with: "Transfer-Encoding: chunked")
            let dripping = try await Wire.exchange(Array(chunked.utf8), port: port, endless: Array("1\r\na\r\n".utf8))
            #expect(dripping.statuses != [200])
            let good = "POST /read HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\nab"
            #expect(try await Wire.exchange(Array(good.utf8), port: port).text.hasSuffix("read 2"))
        }
    }

    @Test("A body that keeps up the pace is read to its end, however long it takes")
    func pace() async throws {
        let head = "POST /read HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\n"
        try await with(ConnectionLimits(idle: 600, request: 0.02)) { other in
            try await with(ConnectionLimits(idle: 600, request: 0.02, pace: 0)) { port in
                let connection = try Wire.OpenConnection(port: port)
                connection.send(Array(head.utf8))
                for _ in 0..<5 {
                    // As long as the other server takes to cut off, which is as long as this one waits.
                    let silent = try await Wire.exchange(Array(head.utf8), port: other, halfCloses: false)
                    #expect(silent.statuses.isEmpty)
                    connection.send([0x61])
                }
                #expect(connection.receive().map { String(decoding: $0, as: UTF8.self) }?.hasSuffix("read 5") == true)
            }
        }
    }

    @Test("What follows an answer is thrown away up to a limit, and the connection serves on; beyond it the connection is closed")
    func unread() async throws {
        try await with(ConnectionLimits(unread: 100_000)) { port in
            func head(_ length: Int) -> String { "POST /unread HTTP/1.1\r\nHost: localhost\r\nContent-Length: \(length)\r\n\r\n" }
            let short = head(90_000) + String(repeating: "a", count: 90_000)
            let twice = try await Wire.exchange(Array((short + short).utf8), port: port)
            #expect(twice.statuses == [200, 200])
            let long = head(200_000_000) + String(repeating: "a", count: 50_000)
            let once = try await Wire.exchange(Array(long.utf8), port: port)
            #expect(once.statuses == [200] && once.text.lowercased().contains("connection: close"))
            let announced = try await Wire.exchange(Array(head(200_000).utf8), port: port, halfCloses: false)
            #expect(announced.statuses == [200], "It is closed before the body comes.")
            let endless = "POST /unread HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
            let cut = try await Wire.exchange(
                Array(endless.utf8), port: port, endless: Array("1000\r\n\(String(repeating: "b", count: 4096))\r\n".utf8))
            #expect(cut.sent < 100 << 20)
        }
    }
}
