import Foundation
import Support
import TestSupport
import Testing

@Suite("A request that is too large", .enabled(if: Program.isComplete, "\(Program.absence)"), .inTurns) struct LargeRequestTests {
    private static func head(_ path: String, _ fields: String) -> String {
        "POST \(path) HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n\(fields)\r\n\r\n"
    }

    private static let paths = ["/v2/models/loans/infer", "/sign-in", "/endpoints/loans", "/incidents/1/ack", "/api/v1/commands"]

    @Test("is refused before its body comes where its length is announced") func announced() async throws {
        let folder = try await Loans.trained()
        let server = try await LiveServer(folder)
        for path in Self.paths {
            let request = Self.head(path, "Content-Length: 999999999999")
            let answer = try await Wire.exchange(Array(request.utf8), port: Int(server.port), halfCloses: false)
            #expect(answer.statuses == [413], "\(path): \(answer.statuses)")
        }
        #expect(try await server.infer(incomes: [40]).count == 1)
        _ = await server.interrupt()
        withExtendedLifetime(folder) {}
    }

    @Test("is cut where it does not end, and takes no memory beyond the limit of one") func endless() async throws {
        let folder = try await Loans.trained()
        let server = try await LiveServer(folder)
        _ = try await server.infer(incomes: [40])
        let before = try server.peakMemory()
        let chunk = Array("10000\r\n\(String(repeating: " ", count: 65_536))\r\n".utf8)
        for path in Self.paths + ["/approvals/1", "/none"] {
            let request = Self.head(path, "Transfer-Encoding: chunked")
            let answer = try await Wire.exchange(Array(request.utf8), port: Int(server.port), endless: chunk)
            #expect(answer.sent < 128 << 20, "\(path)")
        }
        let grown = try server.peakMemory() - before
        #expect(grown < 400, "\(grown) MB")
        #expect(try await server.infer(incomes: [40]).count == 1)
        _ = await server.interrupt()
        withExtendedLifetime(folder) {}
    }

    @Test("in memory though not in bytes is refused: JSON of many small values") func values() async throws {
        let folder = try await Loans.trained()
        let server = try await LiveServer(folder)
        _ = try await server.infer(incomes: [40])
        let before = try server.peakMemory()
        for value in ["[]", "[1]", "1", "{\"\":1}"] {
            let count = (60 << 20) / (value.utf8.count + 1)
            let body = "{\"parameters\":[" + String(repeating: value + ",", count: count) + "1]}"
            let request = Self.head("/v2/models/loans/infer", "Content-Length: \(body.utf8.count)") + body
            let answer = try await Wire.exchange(Array(request.utf8), port: Int(server.port))
            #expect(answer.statuses == [413] && answer.text.contains("values. Send fewer at once."), "\(value): \(answer.text.suffix(200))")
        }
        let grown = try server.peakMemory() - before
        #expect(grown < 800, "\(grown) MB")
        _ = await server.interrupt()
        withExtendedLifetime(folder) {}
    }

    @Test(
        "once it is unpacked is refused, and so is what is packed in a way that is not read",
        arguments: ["gzip", "deflate", "br", "zstd", "gzip, gzip"])
    func packed(_ coding: String) async throws {
        let folder = try await Loans.trained()
        let server = try await LiveServer(folder)
        for path in Self.paths {
            let request = Self.head(path, "Content-Encoding: \(coding)\r\nContent-Length: 20") + String(repeating: "x", count: 20)
            let answer = try await Wire.exchange(Array(request.utf8), port: Int(server.port))
            let isRefused = answer.text.contains("is not read here") || answer.text.contains("The body is not what")
            #expect([400, 415].contains(answer.statuses.first ?? 0) && isRefused, "\(path): \(answer.text)")
        }
        _ = await server.interrupt()
        withExtendedLifetime(folder) {}
    }

    @Test("Hundreds of connections that say nothing, or never end their head, keep nobody from being answered") func idle() async throws {
        let folder = try await Loans.trained()
        let server = try await LiveServer(folder)
        var held: [Wire.OpenConnection] = []
        for number in 0..<200 {
            let connection = try Wire.OpenConnection(port: Int(server.port))
            if number.isMultiple(of: 2) { connection.send(Array("POST /v2/models/loans/infer HTTP/1.1\r\nHost: loc".utf8)) }
            if number.isMultiple(of: 3) { connection.send(Array("alhost\r\nContent-Length: 500\r\n\r\n{\"inputs\":".utf8)) }
            held.append(connection)
        }
        for income in 0..<20 { #expect(try await server.infer(incomes: [Double(income)]).count == 1) }
        withExtendedLifetime(held) {}
        held = []
        _ = await server.interrupt()
        withExtendedLifetime(folder) {}
    }
}
