import Foundation
import Support
import TestSupport
import Testing

/// Texts that strangers and users send, wherever they come out again.
@Suite("Text of somebody else's", .enabled(if: Program.isComplete, "\(Program.absence)"), .inTurns) struct HostileTextTests {
    /// Clears the screen, forges a line, colours, turns the order of writing around, and the same by single bytes.
    private static let hostile = "a\u{1B}[2J\u{1B}[1;31mred\r\n9999  2026-01-01  owner  model.promoted\u{07}\u{9B}31m\u{202E}gpj.\u{2066}\u{2028}"
    private static let encoded = "a%1B%5B2J%1B%5B1;31mred%0D%0A9999%20%202026-01-01%07%C2%9B31m%E2%80%AEgpj.%E2%81%A6%E2%80%A8"

    /// One request by hand: the client of Foundation waits for an answer to a challenge.
    private func send(_ method: String, _ path: String, _ server: LiveServer, _ token: String?, _ body: String = "") async throws -> Wire.Answer {
        let fields = [
            "Host: localhost", "Content-Type: application/x-www-form-urlencoded", "Sec-Fetch-Site: same-origin", "Content-Length: \(body.utf8.count)",
        ]
        let head = ["\(method) \(path) HTTP/1.1"] + fields + (token.map { ["Authorization: Bearer \($0)"] } ?? [])
        return try await Wire.exchange(Array((head.joined(separator: "\r\n") + "\r\n\r\n" + body).utf8), port: Int(server.port))
    }

    private func isHarmless(_ text: String) -> Bool { !text.unicodeScalars.contains(where: \.isUnseenCommand) }

    @Test("moves no cursor, colours nothing and forges no line, in the log, the lists, errors and pages") func log() async throws {
        let folder = try await Loans.trained()
        #expect(try await folder.martlet("user", "add", "ann", "--role", "owner", "--name", Self.hostile).status == 0)
        let made = try await folder.martlet("token", "add", "ann", "--for", "ann", "--json")
        let token = try #require(try made.json["token"].text)
        let server = try await LiveServer(folder)
        let paths = [
            "/why/\(Self.encoded)", "/endpoints/\(Self.encoded)", "/models/\(Self.encoded)", "/v2/models/\(Self.encoded)/infer", "/\(Self.encoded)",
        ]
        for path in paths {
            for (method, secret) in [("GET", nil), ("GET", token), ("POST", nil), ("POST", token)] {
                let answer = try await send(method, path, server, secret)
                #expect(
                    answer.statuses.count == 1 && !answer.text.unicodeScalars.contains { ["\u{1B}", "\u{07}", "\0"].contains($0) },
                    "\(method) \(path)")
            }
        }
        _ = try await send("POST", "/sign-in", server, nil, "name=\(Self.encoded)&password=\(Self.encoded)")
        let there = ["MARTLET_URL": "http://127.0.0.1:\(server.port)", "MARTLET_TOKEN": token]
        let promoted = try await Program.run(["model", "promote", "model:loans@v1", "--reason", Self.hostile], in: "/", environment: there)
        #expect(isHarmless(promoted.output + promoted.errors), "\(promoted)")
        let unknown = try await Program.run(["show", "model:\(Self.hostile)"], in: "/", environment: there)
        #expect(unknown.status != 0 && isHarmless(unknown.errors))
        let home = try await server.request("GET", "/", token: token)
        #expect(home.status == 200 && !home.body.contains("\u{1B}"))
        let end = await server.interrupt()
        #expect(isHarmless(end.output + end.errors))
        for words in [
            ["audit", "log", "--limit", "100"], ["user", "list"], ["token", "list"], ["model", "history"], ["status"], ["audit", "export"],
        ] {
            for format in [[], ["--json"]] where words != ["audit", "export"] || format.isEmpty {
                let printed = try await Program.run(words + format, in: folder.path)
                #expect(printed.status == 0 && isHarmless(printed.output), "\(words + format): \(printed.output)")
                #expect(!printed.output.split(separator: "\n").contains { $0.drop { $0 == " " }.hasPrefix("9999 ") }, "\(words): \(printed.output)")
            }
        }
        let names = try await folder.martlet("user", "list", "--json").json.elements.compactMap { $0["name"].text }
        #expect(names == [Self.hostile], "JSON keeps the text as it is.")
    }

    @Test("adds no field to the head of an answer") func heads() async throws {
        let folder = try await Loans.trained()
        let open = try await LiveServer(folder)
        let evil = "%0d%0aX-Evil:%20yes%0d%0a%0d%0a<script>"
        var requests = ["/why?id=\(evil)", "/sign-in?next=\(evil)", "/\(evil)", "/endpoints/\(evil)", "/v2/models/\(evil)"].map {
            "GET \($0) HTTP/1.1\r\nHost: localhost\r\nX-Request-ID: a\(evil)\r\nOrigin: http://localhost\r\n\r\n"
        }
        let body = "name=a&password=b&next=\(evil)"
        requests.append("POST /sign-in HTTP/1.1\r\nHost: localhost\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)")
        for request in requests { try await expectNoField(request, open) }
        _ = await open.interrupt()
        #expect(try await folder.martlet("user", "add", "ann", "--role", "owner").status == 0)
        let closed = try await LiveServer(folder)
        for request in requests { try await expectNoField(request, closed) }
        _ = await closed.interrupt()
    }

    private func expectNoField(_ request: String, _ server: LiveServer) async throws {
        let answer = try await Wire.exchange(Array(request.utf8), port: Int(server.port))
        let head = answer.text.components(separatedBy: "\r\n\r\n")[0].lowercased()
        #expect(answer.statuses.count == 1 && !head.split(separator: "\r\n").contains { $0.hasPrefix("x-evil") }, "\(request)\n\(head)")
    }

    @Test("that names a file leads out of no folder: not in an address, not in a command that a server runs") func paths() async throws {
        let folder = try await Loans.trained()
        let server = try await LiveServer(folder)
        for path in [
            "/assets/../martlet.yaml", "/assets/..%2fmartlet.yaml", "/assets/%2e%2e/martlet.yaml", "/assets/%2e%2e%2fmartlet.yaml",
            "/assets/..%5cmartlet.yaml", "/assets//martlet.yaml", "//martlet.yaml", "/martlet.yaml", "/./martlet.yaml", "/.martlet/martlet.db",
            "/assets/martlet.css%00.yaml", "/assets/martlet.css/../../martlet.yaml", "/assets/\(folder.path("martlet.yaml"))",
            "/endpoints/..%2f..%2fmartlet.yaml", "/models/..%2f..%2f..%2fetc%2fpasswd", "/models/%2Fetc%2Fpasswd", "/why/..%2f..%2fmartlet.yaml",
            "/incidents/..%2f1", "/v2/models/..%2f..%2fmartlet.yaml", "/v2/models/loans%00", "/v2/../martlet.yaml", "/%c0%ae%c0%ae/martlet.yaml",
        ] {
            let request = "GET \(path) HTTP/1.1\r\nHost: localhost\r\n\r\n"
            let answer = try await Wire.exchange(Array(request.utf8), port: Int(server.port))
            #expect(answer.statuses.count == 1 && (400..<500).contains(answer.statuses[0]), "\(path): \(answer.statuses)")
            #expect(!answer.text.contains("num_leaves") && !answer.text.contains("root:") && !answer.text.contains("SQLite format"), "\(path)")
        }
        let there = ["MARTLET_URL": "http://127.0.0.1:\(server.port)"]
        try folder.write("outside.txt", "num_leaves")
        for words in [
            ["show", "model:../../etc/passwd"], ["show", "dataset:../../martlet.yaml"], ["show", "run:../martlet.db"], ["show", "../outside.txt"],
            ["why", "prediction:../../outside"], ["audit", "verify", "--file", "/etc/passwd"],
            ["audit", "export", "--output", folder.path("out.jsonl")],
            ["audit", "export", "-o", "/tmp/out"], ["predict", "model:loans@champion", "/etc/passwd"], ["backup", "create", "--to", "/tmp"],
            ["model", "promote", "model:loans@../../v1"], ["status", "-C", "/"], ["show", "object:../../martlet.yaml"],
        ] {
            let answer = try await server.request(
                "POST", "/api/v1/commands", body: (["arguments": JSONValue(words)] as JSONValue).compact, headers: [:])
            #expect(!answer.body.contains("num_leaves") && !answer.body.contains("root:"), "\(words): \(answer.body)")
            if words.first != "status" { #expect(answer.status != 200 || answer.body.contains("\"exit_code\":1"), "\(words): \(answer.body)") }
            let typed = try await Program.run(words, in: "/", environment: there)
            #expect(!typed.output.contains("root:") && !typed.output.contains("num_leaves"), "\(words)")
        }
        #expect(!folder.has("out.jsonl"))
        _ = await server.interrupt()
    }
}
