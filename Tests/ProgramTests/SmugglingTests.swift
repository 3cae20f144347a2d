import Foundation
import Support
import TestSupport
import Testing

/// Requests that two readers could take apart differently. After each comes a good one: it is either answered on its own, or not at all
/// because the connection is closed, and never taken as part of the first.
@Suite("A request in two meanings", .enabled(if: Program.isComplete, "\(Program.absence)"), .inTurns) struct SmugglingTests {
    private static let post = "POST /v2/models/loans/infer HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    private static let chunked = post + "Transfer-Encoding: chunked\r\n\r\n"
    /// The request that follows; its answer is known by its text.
    private static let next = "GET /v2/health/live HTTP/1.1\r\nHost: localhost\r\n\r\n"

    /// What must end the connection after one answer, which is no success.
    private static let refused: [(name: String, request: String)] = [
        ("both lengths", post + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        ("both lengths, the other first", post + "Transfer-Encoding: chunked\r\nContent-Length: 50\r\n\r\n0\r\n\r\n"),
        ("two lengths", post + "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{} "),
        ("two equal lengths", post + "Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}"),
        ("a list of lengths", post + "Content-Length: 2, 2\r\n\r\n{}"),
        ("a length with a plus", post + "Content-Length: +2\r\n\r\n{}"),
        ("a length below zero", post + "Content-Length: -1\r\n\r\n{}"),
        ("a hexadecimal length", post + "Content-Length: 0x2\r\n\r\n{}"),
        ("a length that wraps around", post + "Content-Length: 18446744073709551618\r\n\r\n{}"),
        ("a space before the colon", post + "Content-Length : 2\r\n\r\n{}"),
        ("a folded line", post + "X-A: b\r\n Content-Length: 99\r\nContent-Length: 2\r\n\r\n{}"),
        ("a folded coding", post + "Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n"),
        ("a coding of another name", post + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n"),
        ("chunks, but not last", post + "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n"),
        ("two codings", post + "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n"),
        ("identity with a length", post + "Transfer-Encoding: identity\r\nContent-Length: 2\r\n\r\n{}"),
        ("a vertical tab", post + "Transfer-Encoding:\u{0B}chunked\r\n\r\n0\r\n\r\n"),
        ("a chunk ended by a line feed", chunked + "2\n{}\r\n0\r\n\r\n"),
        ("a chunk's extension ended by a line feed", chunked + "2;\n{}\r\n0\r\n\r\n"),
        ("a chunk's size with 0x", chunked + "0x2\r\n{}\r\n0\r\n\r\n"),
        ("a chunk's size below zero", chunked + "-2\r\n{}\r\n0\r\n\r\n"),
        ("a chunk's size that wraps around", chunked + "FFFFFFFFFFFFFFFFF\r\n{}\r\n0\r\n\r\n"),
        ("the largest size of a chunk", chunked + "FFFFFFFFFFFFFFFF\r\n{}\r\n0\r\n\r\n"),
        ("a chunk longer than its size", chunked + "1\r\n{}\r\n0\r\n\r\n"),
        ("a chunk without an end", chunked + "2\r\n{}0\r\n\r\n"),
        ("bare line feeds", "GET /v2 HTTP/1.1\nHost: localhost\n\n"),
        ("a bare line feed", "GET /v2 HTTP/1.1\r\nHost: localhost\nX: y\r\n\r\n"),
        ("a bare carriage return", "GET /v2 HTTP/1.1\r\nHost: localhost\rX: y\r\n\r\n"),
        ("a carriage return in a value", "GET /v2 HTTP/1.1\r\nHost: localhost\r\nX: y\rz\r\n\r\n"),
        ("a NUL in a value", "GET /v2 HTTP/1.1\r\nHost: localhost\r\nX: y\0z\r\n\r\n"),
        ("a space in the path", "GET /v2 /x HTTP/1.1\r\nHost: localhost\r\n\r\n"),
        ("another version", "GET /v2 HTTP/2.0\r\nHost: localhost\r\n\r\n"),
        ("no version", "GET /v2\r\n\r\n"),
        ("the greeting of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
        ("a tunnel", "CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example\r\n\r\n"),
        ("a huge field", "GET /v2 HTTP/1.1\r\nHost: localhost\r\nX: \(String(repeating: "a", count: 200_000))\r\n\r\n"),
        ("5,000 fields", "GET /v2 HTTP/1.1\r\nHost: localhost\r\n\((0..<5000).map { "X\($0): y\r\n" }.joined())\r\n"),
        ("a long path", "GET /\(String(repeating: "a", count: 200_000)) HTTP/1.1\r\nHost: localhost\r\n\r\n"),
        ("a greeting of TLS", "\u{16}\u{03}\u{01}\u{02}\0\u{01}\0" + String(repeating: "\0", count: 300)),
    ]

    /// What is answered with its own status, and the next request after it.
    private static let separate: [(name: String, request: String, status: Int)] = [
        ("another request", next, 200),
        ("an extension of a chunk", chunked + "2;a=b\r\n{}\r\n0\r\n\r\n", 400),
        ("a body of a request that is not found", "POST /none HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n{}", 404),
        ("a request as the body of another", "GET /v2 HTTP/1.1\r\nHost: localhost\r\nContent-Length: \(next.utf8.count)\r\n\r\n" + next, 200),
        ("two hosts", "GET /v2 HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n", 400),
        ("two hosts, the other first", "GET /v2 HTTP/1.1\r\nHost: evil.example\r\nHost: localhost\r\n\r\n", 400),
        ("a path with this host, and another host", "GET http://localhost/v2 HTTP/1.1\r\nHost: evil.example\r\n\r\n", 403),
    ]

    @Test("is refused with one answer, and what follows it is not read") func refusals() async throws {
        let folder = try await Loans.trained()
        let server = try await LiveServer(folder)
        for (name, request) in Self.refused {
            let answer = try await Wire.exchange(Array((request + Self.next).utf8), port: Int(server.port))
            #expect(answer.statuses.count == 1 && (400..<500).contains(answer.statuses[0]), "\(name): \(answer.statuses)")
            #expect(!answer.text.contains("\"live\":true"), "\(name)")
        }
        #expect(try await server.infer(incomes: [40]).count == 1)
        _ = await server.interrupt()
        withExtendedLifetime(folder) {}
    }

    @Test("or has one only: then both requests are answered, each for itself") func separation() async throws {
        let folder = try await Loans.trained()
        let server = try await LiveServer(folder)
        for (name, request, status) in Self.separate {
            let answer = try await Wire.exchange(Array((request + Self.next).utf8), port: Int(server.port))
            #expect(answer.statuses == [status, 200], "\(name): \(answer.statuses)")
            #expect(answer.text.components(separatedBy: "\"live\":true").count == (request == Self.next ? 3 : 2), "\(name)")
        }
        _ = await server.interrupt()
        withExtendedLifetime(folder) {}
    }
}
