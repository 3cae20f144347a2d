import Access
import Foundation
import HTTP
import HTTPTestSupport
import Support
import TestSupport
import Testing

/// Requests whose head was sent before, to the byte. They need not be decoded; nobody who asks may notice.
@Suite("Heads that are known")
struct PromptBytesTests {
    /// What is asked, and how the answer begins and ends.
    private struct Question {
        var sent: [UInt8]
        var answer: Set<String>

        init(_ body: String, _ fields: String = "") {
            sent = PromptRouteTests.request(body, fields)
            let route = "route \(body.utf8.count) \(body.prefix(5))|"
            answer = body == "late" ? [route] : [route, "prompt \(body.prefix(5)) anonymous|"]
        }
    }

    /// Bodies that look like the beginning or end of a request are among them.
    private static let questions = [
        Question("abc"), Question("late"), Question("xyz"), Question("abc", "X-More: 1\r\n"), Question("late", "X-More: 1\r\n"), Question(""),
        Question("\r\n\r\n"), Question("abc\r\n\r\nPOST /ask HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\n\r\nabc"),
        Question(String(repeating: "b", count: 40_000)),
    ]

    /// The bodies of answers that were sent one after the other.
    private static func bodies(_ text: String) -> [String] {
        text.components(separatedBy: "HTTP/1.1 200 OK\r\n").dropFirst().map {
            $0.components(separatedBy: "\r\n\r\n").dropFirst().joined(separator: "\r\n\r\n")
        }
    }

    @Test("are answered in their order with what belongs to them, however the bytes arrive")
    func conversations() async throws {
        try await GuardedHouse().serve(routes: PromptRouteTests.routes) { (port) async throws in
            var random = RandomSource(seed: 5)
            for _ in 0..<60 {
                let asked = (0..<Int.random(in: 1...12, using: &random)).map { _ in Self.questions.randomElement(using: &random)! }
                let bytes = asked.flatMap(\.sent)
                let cuts = (0..<Int.random(in: 0...8, using: &random)).map { _ in Int.random(in: 0...bytes.count, using: &random) }.sorted()
                let pieces = zip([0] + cuts, cuts + [bytes.count]).map { Array(bytes[$0..<$1]) }
                let answer = try await Wire.exchange(pieces: pieces, port: port)
                let bodies = Self.bodies(answer.text)
                #expect(bodies.count == asked.count)
                for (body, question) in zip(bodies, asked) { #expect(question.answer.contains(body), "\(body) for \(question.answer)") }
            }
        }
    }

    @Test("make no difference to a head that is not the same")
    func others() async throws {
        let head = "POST /ask HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\n"
        let others = [
            "\(head)\nabc", "\(head)Transfer-Encoding: chunked\r\n\r\nabc", "\(head)Content-Length: 4\r\n\r\nabc", "\(head) \r\n\r\nabc",
            "\(head)Connection: close\r\n\r\nabc", "\(head)Expect: 100-continue\r\n\r\nabc", "\(head)Host: evil.example\r\n\r\nabc",
            head.replacing("\r\n", with: "\n") + "\nabc", "\r\n\(head)\r\nabc", "\(head)X: a\rb\r\n\r\nabc",
            head.replacing("3", with: "+3") + "\r\nabc",
            head.replacing("HTTP/1.1", with: "HTTP/1.0") + "\r\nabc", "\(head)Origin: http://evil.example\r\nSec-Fetch-Site: cross-site\r\n\r\nabc",
        ]
        try await GuardedHouse().serve(routes: PromptRouteTests.routes) { (port) async throws in
            let statuses = { () async throws -> [[Int]] in
                var found: [[Int]] = []
                for other in others { found.append(try await Wire.exchange(Array(other.utf8), port: port).statuses) }
                return found
            }
            let before = try await statuses()
            for _ in 0..<20 { _ = try await PromptRouteTests().askPromptly("abc", port: port) }
            #expect(try await statuses() == before)
            // What follows a known request on its connection is read like the first.
            for (other, alone) in zip(others, before) {
                let both = try await Wire.exchange(Array("\(head)\r\nabc\(other)".utf8), port: port).statuses
                #expect(both == [200] + alone, "\(other)")
            }
        }
    }

    @Test("are not looked for after a request that is the last of its connection: it ends it, or offers another protocol") func last() async throws {
        try await GuardedHouse().serve(routes: PromptRouteTests.routes) { (port) async throws in
            for _ in 0..<5 { _ = try await PromptRouteTests().askPromptly("abc", port: port) }
            let known = PromptRouteTests.request("abc")
            for fields in ["Connection: close\r\n", "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n"] {
                // The connection is closed by the server, whatever comes after it, at once or later.
                let pieces = [PromptRouteTests.request("late", fields), known, Array(repeating: 0, count: 100_000), known]
                let answer = try await Wire.exchange(pieces: pieces, port: port)
                #expect(answer.statuses == [200] && answer.text.hasSuffix("route 4 late|"), "\(fields): \(answer.text)")
                let open = try await Wire.exchange(PromptRouteTests.request("late", fields), port: port, halfCloses: false)
                #expect(open.statuses == [200], "\(open.text)")
                #expect(fields.contains("close") || open.text.lowercased().contains("connection: close"), "\(open.text)")
            }
        }
    }

    @Test("do not let who is unknown in, nor whoever was known and is not any more")
    func gated() async throws {
        let house = try GuardedHouse()
        try house.principals.add("ada", kind: .user, name: nil, role: "owner", password: nil)
        let secret = try house.tokens.issue("t", for: "ada", scopes: nil, lifetime: nil)
        try await house.serve(routes: PromptRouteTests.routes) { (port) async throws in
            let fields = "Authorization: Bearer \(secret)\r\n"
            for _ in 0..<5 { #expect(try await PromptRouteTests().askPromptly("abc", fields, port: port).contains("prompt abc ada")) }
            #expect(try await Wire.exchange(PromptRouteTests.request("abc"), port: port).statuses == [401])
            try house.tokens.revoke("t")
            var statuses = [200]
            for _ in 0..<10_000 where statuses == [200] {
                statuses = try await Wire.exchange(PromptRouteTests.request("abc", fields), port: port).statuses
            }
            #expect(statuses == [401])
        }
    }
}
