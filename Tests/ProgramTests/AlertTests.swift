import Foundation
import Support
import TestSupport
import Testing

@Suite("Alerts reach", .enabled(if: Program.isComplete, "\(Program.absence)"), .inTurns) struct AlertTests {
    private static let alertmanager = ["/usr/bin/prometheus-alertmanager", "/usr/bin/alertmanager"].first {
        FileManager.default.isExecutableFile(atPath: $0)
    }

    private static let receiver = """
        import http.server
        class H(http.server.BaseHTTPRequestHandler):
            def log_message(self,*a): pass
            def do_POST(self):
                print(self.rfile.read(int(self.headers['content-length'])).decode(),flush=True); self.send_response(200); self.end_headers()
        s=http.server.HTTPServer(('127.0.0.1',0),H); print(s.server_address[1],flush=True); s.serve_forever()
        """

    @Test(
        "a real Alertmanager, which groups them, tells its receiver once, and is told when they are over",
        .enabled(if: alertmanager != nil, "no Alertmanager is installed (apt install prometheus-alertmanager)"))
    func manager() async throws {
        let program = try #require(Self.alertmanager)
        let place = try TemporaryFolder()
        let (hook, port) = try await Watched.listener(Self.receiver, in: place)
        try place.write(
            "am.yml",
            """
            route: {receiver: hook, group_by: [alertname, project], group_wait: 1s, group_interval: 1s, repeat_interval: 1h}
            receivers: [{name: hook, webhook_configs: [{url: "http://127.0.0.1:\(port)/", send_resolved: true}]}]

            """)
        let options = ["--config.file=am.yml", "--storage.path=data", "--web.listen-address=127.0.0.1:0", "--cluster.listen-address="]
        let manager = try Child(program, options, in: place.path, environment: Program.environment())
        let log = try #require(await manager.noted("msg=\"Listening on\" address=127.0.0.1:"))
        let address = try #require(log.components(separatedBy: "Listening on\" address=").last?.split(whereSeparator: \.isWhitespace).first)

        let watched = try await Watched(alert: "{alertmanager: \"http://\(address)\", private: true}")
        for _ in 1...3 { #expect(try await watched.folder.martlet("check").status == 1) }
        let firing = try #require(await hook.printed("\"status\":\"firing\""))
        let body = try JSONValue(parsing: String(firing.split(separator: "\n")[1]))
        #expect(body["groupLabels"] == ["alertname": "ObjectiveMissed", "project": "loans"])
        let labels = body["alerts"].elements.map { $0["labels"] }
        #expect(Set(labels.compactMap { $0["objective"].text }) == ["busy", "fast"], "\(body)")
        #expect(labels.allSatisfy { $0["endpoint"] == "loans" && $0["severity"] == "critical" })
        #expect(body["alerts"].elements.allSatisfy { $0["generatorURL"].text?.hasPrefix("http://127.0.0.1:8080/incidents/") == true })

        try await watched.mend()
        #expect(try await watched.folder.martlet("check").status == 0)
        let all = try #require(await hook.printed("\"status\":\"resolved\",\"alerts\""))
        #expect(all.contains("\"status\":\"resolved\""))
        let states = try await watched.folder.martlet("incident", "list", "--json").json.elements
        #expect(states.map { $0["state"].text } == ["cleared", "cleared"] && states.map { $0["count"].int } == [3, 3])
        manager.signal(SIGTERM)
        #expect(await manager.end().status == 0)
    }

    private static let mailServer = """
        import asyncio,json
        from aiosmtpd.smtp import SMTP
        class H:
            async def handle_DATA(self,server,session,envelope):
                print(json.dumps([envelope.mail_from,envelope.rcpt_tos,envelope.content.decode()]),flush=True); return '250 OK'
        async def main():
            s=await asyncio.get_running_loop().create_server(lambda: SMTP(H()),'127.0.0.1',0)
            print(s.sockets[0].getsockname()[1],flush=True); await s.serve_forever()
        asyncio.run(main())
        """

    @Test("people by mail through a real mail server, and only what turned")
    func mail() async throws {
        let place = try TemporaryFolder()
        let (server, port) = try await Watched.listener(Self.mailServer, in: place)
        let email = "{email: {to: [ann@example.org, bob@example.org], from: martlet@example.org, smtp: \"127.0.0.1:\(port)\"}, private: true}"
        let watched = try await Watched(alert: email)
        for _ in 1...2 { #expect(try await watched.folder.martlet("check").status == 1) }
        try await watched.mend()
        #expect(try await watched.folder.martlet("check").status == 0)
        #expect(try await watched.folder.martlet("alert", "test").status == 0)
        let text = try #require(await server.printed("Subject: [test] loans"))
        let mails = try text.split(separator: "\n").dropFirst().map { try JSONValue(parsing: String($0)) }
        #expect(mails.count == 5)
        #expect(mails.allSatisfy { $0.elements[0] == "martlet@example.org" && $0.elements[1] == ["ann@example.org", "bob@example.org"] })
        let subjects = mails.compactMap { $0.elements[2].text?.components(separatedBy: "Subject: ").last?.split(whereSeparator: \.isNewline).first }
        #expect(
            subjects == [
                "[firing] loans: objective busy", "[firing] loans: objective fast", "[resolved] loans: objective busy",
                "[resolved] loans: objective fast", "[test] loans: monitor test",
            ])
    }

    @Test("nobody on this machine unless it is allowed, and what is refused says how to allow it")
    func refused() async throws {
        let receiver = try OneRequestServer(status: "200 OK")
        let watched = try await Watched(alert: "webhook: \"http://127.0.0.1:\(receiver.port)/\"")
        let check = try await watched.folder.martlet("check")
        #expect(check.status == 1 && check.output.contains("private: true"), "\(check.output)")
        let test = try await watched.folder.martlet("alert", "test", "--json")
        let told = try test.json.elements.first?["error"].text ?? ""
        #expect(test.status == 4 && told.contains("private: true"))
        #expect(receiver.request == nil)
    }

    @Test("those for whom it was silent or the process was killed, later; a server delivers what a check could not")
    func later() async throws {
        let watched = try await Watched(alert: "{webhook: $HOOK, private: true}")
        let silence = try await watched.folder.martlet("alert", "silence", "busy", "--for", "2h", "--reason", "known", "--json").json
        #expect(silence["by"] == "tester" && silence["cause"] == "busy")
        #expect(try await watched.folder.martlet("alert", "silence", "bsy", "--for", "2h", "--reason", "known").errors.contains("busy"))
        let nobody = try OneRequestServer.freePort()
        #expect(try await watched.folder.martlet("check", environment: ["HOOK": "http://127.0.0.1:\(nobody)/"]).status == 1)
        let waiting = try await watched.folder.martlet("alert", "list", "--json").json["targets"].elements.first
        #expect(waiting?["waiting"] == 2 && waiting?["error"].text?.isEmpty == false)
        // The server inherits no HOOK, so it cannot deliver either; it must go on all the same.
        let server = try await LiveServer(watched.folder)
        #expect(try await server.request("GET", "/api/v1/incidents").body.contains("\"state\":\"firing\""))
        let page = try await server.request("GET", "/incidents/1")
        #expect(page.status == 200 && page.body.contains("objective busy"))
        let away = ["MARTLET_URL": "http://127.0.0.1:\(server.port)"]
        #expect(try await Program.run(["incident", "ack", "1", "--reason", "mine"], in: "/", environment: away).status == 0)
        #expect(try await Program.run(["incident", "close", "1", "--reason", "test"], in: "/", environment: away).status == 0)
        #expect(try await Program.run(["status"], in: "/", environment: away).output.contains("martlet incident show 2"))
        _ = await server.interrupt()
        let shown = try await watched.folder.martlet("incident", "show", "1", "--json").json
        #expect(shown["timeline"].elements.map { $0["what"].text } == ["opened", "acknowledged", "closed"])
        #expect(shown["closed_by"].text?.isEmpty == false)
    }
}
