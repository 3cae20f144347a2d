import Monitoring
import Support
import TestSupport
import Testing

@Suite("Webhooks")
struct WebhookAlertTests {
    private let body: JSONValue = ["project": "income", "objectives": [["id": "live", "verdict": "red", "reason": "“é” misses 0.9"]]]

    private func send(to address: String, environment: [String: String] = [:], allowsPrivate: Bool = true) async -> MartletError? {
        do {
            let webhook = try WebhookAlert(
                address: address, secret: environment["SECRET"] == nil ? nil : "SECRET", allowsPrivate: allowsPrivate, environment: environment)
            try await webhook.send(body, delivery: 7, at: Timestamp(seconds: 1_790_000_000.5))
            return nil
        } catch { return error }
    }

    @Test("The server is sent the body as JSON in a POST", arguments: ["200 OK", "204 No Content"])
    func sends(_ status: String) async throws {
        let server = try OneRequestServer(status: status)
        #expect(await send(to: "http://127.0.0.1:\(server.port)/hook?team=a") == nil)
        let request = try #require(server.request)
        #expect(request.hasPrefix("POST /hook?team=a HTTP/1.1\r\n"))
        #expect(request.lowercased().contains("content-type: application/json"))
        #expect(request.hasSuffix("\r\n\r\n" + body.compact))
    }

    @Test("A shared secret signs moment and body, so that the receiver knows who sent it and when; without one nothing is signed")
    func signature() async throws {
        let server = try OneRequestServer(status: "200 OK")
        #expect(await send(to: "http://127.0.0.1:\(server.port)/", environment: ["SECRET": "key of both"]) == nil)
        let request = try #require(server.request)
        #expect(request.contains("martlet-delivery: 7\r\n"))
        let script = "import hashlib,hmac,sys; print(hmac.new(b'key of both', ('1790000000.'+sys.argv[1]).encode(), hashlib.sha256).hexdigest())"
        let expected = try await Child.run("/usr/bin/env", ["python3", "-c", script, body.compact]).output.split(separator: "\n").first
        #expect(request.contains("martlet-signature: t=1790000000,v1=\(expected ?? "?")\r\n"))
        let plain = try OneRequestServer(status: "200 OK")
        #expect(await send(to: "http://127.0.0.1:\(plain.port)/") == nil)
        #expect(plain.request?.contains("martlet-signature") == false)
    }

    @Test("This machine and private networks are refused unless they are allowed, and the error says how")
    func privateAddress() async throws {
        let server = try OneRequestServer(status: "200 OK")
        for host in ["127.0.0.1", "localhost", "[::1]", "127.1", "10.1.2.3", "169.254.169.254", "[::ffff:127.0.0.1]"] {
            let error = await send(to: "http://\(host):\(server.port)/", allowsPrivate: false)
            #expect(error?.code == .refused && error?.message.contains("private: true") == true, "\(host)")
        }
        #expect(server.request == nil)
    }

    @Test("An address may stand in a variable of the environment")
    func variable() async throws {
        let server = try OneRequestServer(status: "200 OK")
        #expect(await send(to: "$ALERT_URL", environment: ["ALERT_URL": "http://127.0.0.1:\(server.port)/"]) == nil)
        #expect(server.request?.hasPrefix("POST / ") == true)
    }

    @Test("Any answer but success is an error", arguments: ["400 Bad Request", "500 Internal Server Error"])
    func failure(_ status: String) async throws {
        let server = try OneRequestServer(status: status)
        let error = await send(to: "http://127.0.0.1:\(server.port)/SECRET")
        #expect(error?.code == .unavailable)
        #expect(error?.message.contains(status.prefix(3)) == true)
    }

    @Test("A redirection, on which the body would be lost, is not success")
    func redirection() async throws {
        let target = try OneRequestServer(status: "200 OK")
        let server = try OneRequestServer(status: "302 Found", headers: ["Location: http://127.0.0.1:\(target.port)/"])
        #expect(await send(to: "http://127.0.0.1:\(server.port)/")?.code == .unavailable)
        #expect(target.request == nil)
    }

    @Test("No error shows the address, which may hold a secret")
    func secrets() async throws {
        let server = try OneRequestServer(status: "403 Forbidden")
        let addresses = [
            "http://127.0.0.1:\(server.port)/?token=SECRET", "http://127.0.0.1:\(try OneRequestServer.freePort())/?token=SECRET",
            "ftp://user:SECRET@example.org",
            "http://user:SECRET@[", "http:///SECRET", "SECRET",
        ]
        var texts: [String] = []
        for address in addresses {
            texts.append("\(await send(to: "$HOOK", environment: ["HOOK": address])?.description ?? "(no error)")\n")
        }
        texts.append("\(await send(to: "$HOOK")?.description ?? "(no error)")\n")
        texts.append("\(await send(to: "$HOOK", environment: ["HOOK": ""])?.description ?? "(no error)")\n")
        #expect(texts.filter { $0.contains("SECRET") || $0.contains("(no error)") } == [])
        let difference = try differenceFromGolden(texts.joined(), "webhook-errors.txt")
        #expect(difference == nil)
    }
}
