import Access
import HTTP
import HTTPTestSupport
import Hummingbird
import Support
import TestSupport
import Testing

@Suite("Fuzzed heads of requests") struct FuzzTests {
    struct Unexpected: Error { let answer: String }

    private static let routes: @Sendable (GuardedRouter) -> Void = { router in
        let refuse: GuardedRouter.Refusal = { error, _ in
            Response(status: error.code == .unauthenticated ? .unauthorized : .badRequest, body: .init(byteBuffer: .init(string: error.message)))
        }
        router.on("/read/{name}", .get, .needs(.projectRead), refuse: refuse) { _, _, caller in
            Response(status: .ok, body: .init(byteBuffer: .init(string: caller.id.rawValue)))
        }
        router.on("/read/{name}", .post, .needs(.projectRead), refuse: refuse) { request, _, _ in
            let body = try? await request.body.collect(upTo: 1 << 16)
            return Response(status: .ok, body: .init(byteBuffer: .init(string: "\(body?.readableBytes ?? -1)")))
        }
    }

    @Test("with credentials, cookies and bodies are answered or cut off, and let in nobody who is unknown") func heads() async throws {
        let house = try GuardedHouse()
        try house.principals.add("ann", kind: .user, name: nil, role: "owner", password: nil)
        let secret = try house.tokens.issue("t", for: "ann", scopes: nil, lifetime: nil)
        let fields = [
            "Authorization: Bearer mlt_\(String(repeating: "A", count: 43))", "Authorization: Basic YW5uOm1sdF94",
            "Cookie: martlet_session=\(String(repeating: "A", count: 43)); a=b",
            "Cookie: a=\"b\"; martlet_session=\"x\"", "Authorization: Basic \(String(repeating: "A", count: 3000))=",
        ]
        let corpus =
            fields.map { "GET /read/a%2Fb?c=d HTTP/1.1\r\nHost: localhost\r\n\($0)\r\n\r\n" }
            + [
                "POST /read/a HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n",
                "POST /read/a HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\nab",
            ]
        let tokens = [
            "\r\n", "\r\n\r\n", ":", "; ", "=", "Basic ", "Bearer ", "Authorization: ", "Cookie: ", "martlet_session=",
            "Transfer-Encoding: chunked\r\n", "Content-Length: 5\r\n", "HTTP/1.1",
        ]
        try await house.serve(routes: Self.routes) { (port: Int) async throws -> Void in
            var fuzz = Fuzz("heads", corpus: corpus, tokens: tokens)
            let findings = await fuzz.run(share: 0.3) { bytes in
                let answer = try await Wire.exchange(bytes, port: port)
                guard answer.statuses.allSatisfy({ (400..<500).contains($0) }) else { throw Unexpected(answer: answer.text) }
            }
            #expect(findings.isEmpty, "\(findings.joined(separator: "\n"))")
            let good = "GET /read/a HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer \(secret)\r\n\r\n"
            let answer = try await Wire.exchange(Array(good.utf8), port: port)
            #expect(answer.statuses == [200])
        }
    }
}
