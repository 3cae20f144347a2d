import Access
import HTTP
import HTTPTestSupport
import HTTPTypes
import Hummingbird
import Support
import TestSupport
import Testing

@Suite("The short way beside a route")
struct PromptRouteTests {
    /// A route that says “route”, late, and a short way beside it for every body that is no “late”.
    static let routes: @Sendable (GuardedRouter) -> Void = { router in
        let refuse: GuardedRouter.Refusal = { error, _ in
            Response(status: error.code == .unauthenticated ? .unauthorized : .forbidden, body: .init(byteBuffer: .init(string: error.message)))
        }
        router.on("/ask", .post, .needs(.predictionCreate), isQuick: true, refuse: refuse) { request, _, caller in
            let body = try await request.body.collect(upTo: 1 << 20)
            for _ in 0..<100 { await Task.yield() }
            return Response(status: .ok, body: .init(byteBuffer: .init(string: "route \(body.readableBytes) \(String(buffer: body).prefix(5))|")))
        }
        router.promptly(.post, .predictionCreate, on: { $0 == "/ask" ? "endpoint:ask" : nil }) { question in
            let body = String(decoding: question.body, as: UTF8.self)
            guard body != "late" else { return nil }
            return PromptRoute.Answer(headers: [.contentType: "text/plain"], body: Array("prompt \(body.prefix(5)) \(question.caller.id)|".utf8))
        }
    }

    private func ask(_ body: String, _ fields: String = "", port: Int) async throws -> String {
        try await Wire.exchange(Self.request(body, fields), port: port).text
    }

    /// Asks until the short way is taken: who may ask is looked up anew now and then, and the request that comes then takes the route.
    func askPromptly(_ body: String, _ fields: String = "", port: Int) async throws -> String {
        var answer = ""
        for _ in 0..<100 where !answer.contains("prompt") { answer = try await ask(body, fields, port: port) }
        return answer
    }

    static func request(_ body: String, _ fields: String = "") -> [UInt8] {
        Array("POST /ask HTTP/1.1\r\nHost: localhost\r\n\(fields)Content-Length: \(body.utf8.count)\r\n\r\n\(body)".utf8)
    }

    @Test("is taken where it has an answer, which looks like every other; the route gets everything else, whole")
    func taken() async throws {
        try await GuardedHouse().serve(routes: Self.routes) { (port) async throws in
            let prompt = try await askPromptly("abc", port: port)
            #expect(prompt.hasSuffix("prompt abc anonymous|"))
            let late = try await ask("late", port: port)
            #expect(late.hasSuffix("route 4 late|"))
            let names = { (answer: String) in
                Set(
                    answer.split(separator: "\r\n").compactMap { $0.contains(": ") ? $0.split(separator: ":")[0].lowercased() : nil }
                )
            }
            #expect(names(prompt) == names(late).union(["content-type"]))
            #expect(prompt.contains(" GMT\r\n") && prompt.contains("martlet\r\n"))
            for fields in ["Connection: close\r\n", "Content-Encoding: zip\r\n"] {
                #expect(try await ask("abc", fields, port: port).hasSuffix("route 3 abc|"), "\(fields)")
            }
            let long = String(repeating: "a", count: 70_000)
            #expect(try await ask(long, port: port).hasSuffix("route 70000 aaaaa|"))
            let chunked = "POST /ask HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"
            #expect(try await Wire.exchange(Array(chunked.utf8), port: port).text.hasSuffix("route 3 abc|"))
        }
    }

    @Test("keeps the order of requests that are sent without waiting for answers")
    func order() async throws {
        try await GuardedHouse().serve(routes: Self.routes) { (port) async throws in
            let bodies = ["a", "late", "b", "c", "late", "late", "d"]
            let answers = try await Wire.exchange(bodies.flatMap { Self.request($0) }, port: port)
            #expect(answers.statuses == Array(repeating: 200, count: bodies.count))
            let order = answers.text.matches(of: /(prompt|route 4|route 1) (late|[abcd])/).map { String($0.output.2) }
            #expect(order == bodies)
        }
    }

    @Test("hands on what it held where a request ends early")
    func cutShort() async throws {
        try await GuardedHouse().serve(routes: Self.routes) { (port) async throws in
            let half = "POST /ask HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\nabc"
            #expect(try await Wire.exchange(Array(half.utf8), port: port).statuses != [200])
            #expect(try await askPromptly("abc", port: port).contains("prompt abc"))
        }
    }

    @Test("stands behind the gate: who is unknown, may not, or is another site's page is refused by the route")
    func gated() async throws {
        let house = try GuardedHouse()
        try house.principals.add("ada", kind: .user, name: nil, role: "owner", password: nil)
        let secret = try house.tokens.issue("t", for: "ada", scopes: nil, lifetime: nil)
        try await house.serve(routes: Self.routes) { (port) async throws in
            #expect(try await Wire.exchange(Self.request("abc"), port: port).statuses == [401])
            let wrong = "Authorization: Bearer \(secret)x\r\n"
            #expect(try await Wire.exchange(Self.request("abc", wrong), port: port).statuses == [401])
            #expect(try await askPromptly("abc", "Authorization: Bearer \(secret)\r\n", port: port).contains("prompt abc ada"))
        }
    }

    @Test("does not answer a foreign name where nobody is registered")
    func rebinding() async throws {
        try await GuardedHouse().serve(routes: Self.routes) { (port) async throws in
            let request = String(decoding: Self.request("abc"), as: UTF8.self).replacing("Host: localhost", with: "Host: evil.example")
            #expect(try await Wire.exchange(Array(request.utf8), port: port).statuses == [403])
        }
    }
}
