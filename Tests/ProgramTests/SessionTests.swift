import Foundation
import Support
import TestSupport
import Testing

@Suite("A session of the pages", .enabled(if: Program.isComplete, "\(Program.absence)"), .inTurns) struct SessionTests {
    /// One request by hand, so that no cookie is kept by a client.
    private func send(_ method: String, _ path: String, _ server: LiveServer, _ fields: [String], _ body: String = "") async throws -> Wire.Answer {
        let head = ["\(method) \(path) HTTP/1.1", "Host: localhost", "Content-Length: \(body.utf8.count)"] + fields
        return try await Wire.exchange(Array((head.joined(separator: "\r\n") + "\r\n\r\n" + body).utf8), port: Int(server.port))
    }

    private func cookie(_ answer: Wire.Answer) -> String? {
        let line = answer.text.split(separator: "\r\n").first { $0.lowercased().hasPrefix("set-cookie: ") }
        return line?.dropFirst(12).split(separator: ";").first.map(String.init)
    }

    private func signIn(_ server: LiveServer, _ fields: [String] = [], password: String = ApprovedLoans.password("olga")) async throws -> Wire.Answer
    {
        let body = "name=olga&password=\(password.replacing(" ", with: "+").replacing("'", with: "%27"))"
        return try await send("POST", "/sign-in", server, ["Content-Type: application/x-www-form-urlencoded"] + fields, body)
    }

    @Test("has a secret of the server's own making: none that was there before is taken, and none is good after signing out") func fixation()
        async throws
    {
        let loans = try await ApprovedLoans()
        let server = try await LiveServer(loans.folder)
        let planted = "martlet_session=\(String(repeating: "A", count: 43))"
        let first = try #require(cookie(try await signIn(server, ["Cookie: \(planted)"])))
        let second = try #require(cookie(try await signIn(server, ["Cookie: \(first)"])))
        #expect(Set([planted, first, second]).count == 3)
        #expect(try await send("GET", "/", server, ["Cookie: \(planted)"]).statuses == [303])
        #expect(try await send("GET", "/?martlet_session=\(first.split(separator: "=")[1])", server, []).statuses == [303], "not in an address")
        #expect(try await send("GET", "/", server, ["Cookie: \(first)"]).statuses == [200])
        #expect(try await send("POST", "/sign-out", server, ["Cookie: \(first)", "Sec-Fetch-Site: same-origin"]).statuses == [303])
        #expect(try await send("GET", "/", server, ["Cookie: \(first)"]).statuses == [303])
        #expect(try await send("GET", "/", server, ["Cookie: \(second)"]).statuses == [200], "another session of hers stays")
        _ = await server.interrupt()
    }

    @Test("changes nothing for a page of another site, on any route that takes more than reading") func foreign() async throws {
        let loans = try await ApprovedLoans()
        let routes = try await loans.folder.martlet("role", "routes", "--json").json.elements
        let server = try await LiveServer(loans.folder)
        let session = try #require(cookie(try await signIn(server)))
        let before = try await loans.folder.martlet("audit", "log", "--limit", "1000", "--json").json.elements.filter {
            $0["kind"].text != "access.denied"
        }
        let changing = routes.filter { !["GET", "HEAD", "OPTIONS", "gRPC"].contains($0["method"].text) && $0["roles"].isNull == false }
        #expect(changing.count > 4)
        for route in changing {
            let path = (route["path"].text ?? "").replacing("{name}", with: "loans").replacing("{model}", with: "loans").replacing("**", with: "x")
                .replacing("{version}", with: "1").replacing("{request}", with: "1").replacing("{id}", with: "1").replacing("{incident}", with: "1")
            for origin in [["Sec-Fetch-Site: cross-site"], ["Sec-Fetch-Site: same-site"], ["Origin: http://evil.example"], ["Origin: null"], []] {
                for type in ["application/x-www-form-urlencoded", "text/plain", "application/json"] {
                    let fields = ["Cookie: \(session)", "Content-Type: \(type)"] + origin
                    let answer = try await send(
                        route["method"].text ?? "", path, server, fields, #"{"arguments":["approval","request","model:loans@v1"]}"#)
                    #expect(answer.statuses == [403], "\(route["method"].text ?? "") \(path) \(origin): \(answer.statuses)")
                }
            }
        }
        #expect(try await signIn(server, ["Sec-Fetch-Site: cross-site"]).statuses == [403])
        #expect(try await signIn(server, ["Origin: http://evil.example"]).statuses == [403])
        _ = try await send("POST", "/sign-out", server, ["Cookie: \(session)", "Origin: http://evil.example"])
        #expect(try await send("GET", "/", server, ["Cookie: \(session)"]).statuses == [200], "nobody else signs her out")
        let after = try await loans.folder.martlet("audit", "log", "--limit", "1000", "--json").json.elements.filter {
            $0["kind"].text != "access.denied"
        }
        #expect(after.count == before.count)
        _ = await server.interrupt()
    }

    @Test("makes tokens of its own person's, shown once and within what they may do; no token makes one, and none is seen by others")
    func tokens() async throws {
        let loans = try await ApprovedLoans()
        let server = try await LiveServer(loans.folder)
        let form = "Content-Type: application/x-www-form-urlencoded"
        let body = "name=carl&password=carl%27s+long+password"
        let session = try #require(cookie(try await send("POST", "/sign-in", server, [form], body)))
        let own = [form, "Cookie: \(session)", "Sec-Fetch-Site: same-origin"]
        let made = try await send("POST", "/tokens", server, own, "name=ci&scope=project.read&expires=7d")
        #expect(made.statuses == [200] && made.text.lowercased().contains("cache-control: no-store"))
        let secret = try #require(made.text.firstMatch(of: /mlt_[A-Za-z0-9_-]{30,}/)).output
        let bearer = [form, "Authorization: Bearer \(secret)"]
        #expect(try await send("GET", "/", server, bearer).text.contains("signed in as <bdi>Carl</bdi>"))
        #expect(try await send("GET", "/tokens", server, bearer).statuses == [403], "its scope is narrower")
        for (body, status) in [
            ("name=up&scope=model.promote&expires=7d", 403), ("name=up&scope=approval.give&expires=7d", 403), ("name=up&scope=&expires=7d", 400),
            ("name=up&scope=token.own&expires=7d", 403), ("name=up&expires=7d", 400), ("name=ci&scope=project.read&expires=7d", 409),
            ("name=a%0D%0Ab&scope=project.read&expires=7d", 400), ("name=up&scope=project.read&expires=9999999d", 400),
        ] {
            let refused = try await send("POST", "/tokens", server, own, body)
            #expect(refused.statuses == [status] && !refused.text.contains(/<code>mlt_[^<]{20}/), "\(body) \(refused.statuses)")
        }
        for token in [String(secret), loans.tokens["carl"] ?? "", loans.tokens["olga"] ?? ""] {
            for path in ["/tokens", "/tokens/revoke"] {
                let answer = try await send("POST", path, server, [form, "Authorization: Bearer \(token)"], "name=ci&scope=project.read&expires=7d")
                #expect(answer.statuses == [403], "\(path)")
            }
        }
        let list = try await send("GET", "/tokens", server, own).text
        #expect(list.contains("<bdi>ci</bdi>") && list.contains("<bdi>carl-all</bdi>") && !list.contains("olga-all") && !list.contains(secret))
        #expect(try await send("POST", "/tokens/revoke", server, own, "name=olga-all").statuses == [403])
        #expect(try await send("GET", "/audit", server, own).statuses == [403])
        let olga = try #require(cookie(try await signIn(server)))
        let owner = [form, "Cookie: \(olga)", "Sec-Fetch-Site: same-origin"]
        #expect(try await send("GET", "/tokens", server, owner).text.contains("<bdi>carl-all</bdi>"))
        #expect(try await send("POST", "/tokens/revoke", server, owner, "name=carl-all").statuses == [303])
        #expect(try await send("POST", "/tokens/revoke", server, own, "name=ci").statuses == [303])
        let record = try await send("GET", "/audit?what=token&who=carl&text=CI", server, owner).text
        #expect(record.contains("token.issued") && record.contains("token.revoked") && record.contains("<small><bdi>session</bdi></small>"))
        #expect(!record.contains("olga-all") && !record.contains(secret))
        _ = await server.interrupt()
        let late = try await LiveServer(loans.folder)
        #expect(try await send("GET", "/", late, bearer).statuses == [303])
        _ = await late.interrupt()
    }

    @Test("is not had by trying passwords: after five wrong ones the right one waits too, by form and by basic authentication") func bruteForce()
        async throws
    {
        let loans = try await ApprovedLoans()
        let server = try await LiveServer(loans.folder)
        var wrong = [401]
        for _ in 0..<20 where wrong == [401] { wrong = try await signIn(server, password: "a wrong password").statuses }
        #expect(wrong == [429])
        let right = try await signIn(server)
        #expect(right.statuses == [429] && cookie(right) == nil)
        let basic = Data("olga:\(ApprovedLoans.password("olga"))".utf8).base64EncodedString()
        #expect(try await send("GET", "/v2", server, ["Authorization: Basic \(basic)"]).statuses == [429])
        #expect(
            try await send("GET", "/v2", server, ["Authorization: Bearer \(loans.tokens["olga"] ?? "")"]).statuses == [200], "her token still works")
        _ = await server.interrupt()
    }
}
