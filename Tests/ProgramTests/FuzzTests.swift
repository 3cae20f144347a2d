import Foundation
import Support
import TestSupport
import Testing

@Suite("Fuzzed commands and forms", .enabled(if: Program.isComplete, "\(Program.absence)"), .inTurns) struct FuzzTests {
    private static let lines: [[String]] = [
        ["show", "model:loans@champion", "--json"], ["status", "--as-of", "7d"],
        ["audit", "log", "--since", "7d", "--kind", "model", "--limit", "3"],
        ["model", "history"], ["why", "prediction:0199a0b1c2d37e4f8a9bacbdcedfe0f1"], ["approval", "list", "--json"], ["incident", "list"],
        ["audit", "export", "--format", "ecs"],
        ["data", "profile", "--column", "income"], ["endpoint", "list"], ["monitor", "drift", "--json"], ["audit", "verify"],
    ]
    private static let words = [
        "--json", "--as-of", "--limit", "-C", "--", "--help", "-h", "--version", "@", "v1", "model:", "--since", "2026-02-30", "--url",
        "--generate-completion-script", "--experimental-dump-help",
    ]

    @Test("through a server end in an answer or an error, and the server lives on") func commands() async throws {
        let folder = try await Loans.trained()
        let server = try await LiveServer(folder)
        let corpus = Self.lines.map { (["arguments": JSONValue($0)] as JSONValue).compact }
        var fuzz = Fuzz("commands", corpus: corpus, tokens: Self.words.map { "\",\"\($0)" } + Self.words)
        let findings = await fuzz.run(share: 0.1) { bytes in
            let answer = try await server.request("POST", "/api/v1/commands", body: String(decoding: bytes, as: UTF8.self))
            guard answer.status < 500, answer.status == 200 || answer.body.utf8.count < 20_000 else {
                throw ChildFailure(description: "\(answer.status) \(answer.body.prefix(500))")
            }
        }
        #expect(findings.isEmpty, "\(findings.joined(separator: "\n"))")
        #expect(try await server.infer(incomes: [40]).count == 1)
        #expect(await server.interrupt().status == 0)
    }

    @Test("on the pages end in a page, and the server lives on") func forms() async throws {
        let folder = try await Loans.trained()
        let server = try await LiveServer(folder)
        let corpus = [
            "version=1&v0=40&v1=40&v2=Bern&v3=A", "name=ann&password=x&next=%2F", "reason=known", "verdict=approved&password=x",
            "as_of=7d&id=0199a0b1",
        ]
        let form = ["Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"]
        let paths = ["/endpoints/loans", "/sign-in", "/incidents/1/ack", "/why?", "/?", "/api/v1/home?"]
        var fuzz = Fuzz("pages", corpus: corpus, tokens: ["&", "=", "%", "v0=", "1e999", "%00", "as_of="])
        var number = 0
        let findings = await fuzz.run(share: 0.1) { bytes in
            let path = paths[number % paths.count]
            number += 1
            let isQuery = path.hasSuffix("?")
            let query = String(decoding: bytes, as: UTF8.self).unicodeScalars.filter {
                $0.value > 0x20 && $0.value < 0x7F && !"#<>\"{}|\\^`[]".unicodeScalars.contains($0)
            }
            let answer = try await server.request(
                isQuery ? "GET" : "POST", isQuery ? path + String(String(String.UnicodeScalarView(query)).prefix(2000)) : path,
                body: isQuery ? nil : String(decoding: bytes, as: UTF8.self), headers: form)
            guard answer.status < 500 else { throw ChildFailure(description: "\(path) \(answer.status) \(answer.body.prefix(500))") }
        }
        #expect(findings.isEmpty, "\(findings.joined(separator: "\n"))")
        #expect(await server.interrupt().status == 0)
    }
}
