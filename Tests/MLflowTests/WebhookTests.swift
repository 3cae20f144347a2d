import Crypto
import Database
import Events
import Foundation
import HTTPTestSupport
import MLflow
import Registry
import Support
import Synchronization
import TestSupport
import Testing

@Suite("The registry's webhooks") struct WebhookTests {
    private static let start = Timestamp("2026-11-01T12:00:00Z") ?? Timestamp(microseconds: 0)

    private static func hook(_ url: String, _ events: [(String, String)], secret: String? = nil) -> JSONValue {
        var body: JSONValue = ["name": "hook", "url": .string(url)]
        body["events"] = .array(events.map { ["entity": .string($0.0), "action": .string($0.1)] })
        if let secret { body["secret"] = .string(secret) }
        return body
    }

    @Test("they are made, listed, changed and deleted, and no answer and no record holds their secret") func life() async throws {
        let tracking = try TrackingHouse(allowsPrivate: false)
        try await tracking.serve { asker in
            let made = try await asker.post("webhooks", Self.hook("https://example.com/h", [("MODEL_VERSION", "CREATED")], secret: "hush"))
            let webhook = made.json["webhook"]
            let id = webhook["webhook_id"].text ?? ""
            #expect(webhook["status"] == "ACTIVE" && webhook["events"] == [["entity": "MODEL_VERSION", "action": "CREATED"]])
            let changed = try await asker.change("PATCH", "webhooks/\(id)", ["status": "DISABLED", "description": "d"]).json["webhook"]
            #expect(changed["status"] == "DISABLED" && changed["url"] == "https://example.com/h" && changed["description"] == "d")
            let list = try await asker.get("webhooks")
            #expect(list.json["webhooks"].elements.count == 1)
            for answer in [made, list] { #expect(!answer.text.contains("hush")) }
            #expect(tracking.secrets.kept.withLock { $0[id] } == "hush")
            for (url, message) in [
                ("   ", "Webhook URL cannot be empty or just whitespace"), ("ftp://example.com", "Invalid webhook URL scheme: 'ftp'."),
                ("https://[invalid", "Invalid webhook URL"), ("http://example.com", "Invalid webhook URL scheme: 'http'."),
                ("https://127.0.0.1/", "Webhook URL leads to this machine"), ("https://localhost/", "Webhook URL leads to this machine"),
            ] {
                let refused = try await asker.change("PATCH", "webhooks/\(id)", ["url": .string(url)])
                #expect(refused.status == 400 && refused.json["message"].text?.hasPrefix(message) == true, "\(refused.text)")
            }
            let wrong = try await asker.post("webhooks", Self.hook("https://example.com/", [("MODEL_VERSION", "EXCEEDED")]))
            #expect(wrong.json["message"].text?.hasPrefix("Invalid action 'exceeded' for entity 'model_version'.") == true)
            #expect(try await asker.change("DELETE", "webhooks/\(id)", [:]).status == 200)
            #expect(try await asker.get("webhooks/\(id)").json["message"].text == "Webhook with ID \(id) not found.")
            #expect(tracking.secrets.kept.withLock { $0[id] } == nil)
        }
        let record = try tracking.house.events.latest(20)
        #expect(record.contains { $0.kind == "webhook.created" })
        #expect(!record.contains { $0.body.compact.contains("hush") || $0.body.compact.contains("example.com") })
    }

    @Test("what happened is told once, signed as MLflow's receivers check it") func signed() async throws {
        let tracking = try TrackingHouse(clock: ManualClock(Self.start))
        let receiver = try OneRequestServer(status: "200 OK")
        try await tracking.serve { asker in
            let url = "http://127.0.0.1:\(receiver.port)/h"
            _ = try await asker.post("webhooks", Self.hook(url, [("MODEL_VERSION_ALIAS", "CREATED")], secret: "hush"))
            _ = try await asker.post("registered-models/create", ["name": "m"])
            _ = try await asker.post("model-versions/create", ["name": "m", "source": "s3://b/m"])
            _ = try await asker.post("registered-models/alias", ["name": "m", "alias": "live", "version": "1"])
        }
        let courier = WebhookCourier(tracking.server)
        #expect(try await courier.deliver() == [])
        #expect(try await courier.deliver() == [])
        let request = try #require(receiver.request)
        let parts = request.split(separator: "\r\n\r\n", maxSplits: 1)
        let body = try #require(parts.last)
        let told = try JSONValue(parsing: String(body))
        #expect(told["entity"] == "model_version_alias" && told["action"] == "created")
        #expect(told["data"] == ["name": "m", "alias": "live", "version": "1"])
        func header(_ name: String) -> String {
            let line = parts[0].split(separator: "\r\n").first { $0.lowercased().hasPrefix("\(name): ") }
            return line.map { String($0.dropFirst(name.count + 2)) } ?? ""
        }
        let (id, time) = (header("x-mlflow-delivery-id"), header("x-mlflow-timestamp"))
        #expect(time == "\(Int(Self.start.seconds))" && !id.isEmpty)
        let code = HMAC<SHA256>.authenticationCode(for: Data("\(id).\(time).\(body)".utf8), using: SymmetricKey(data: Data("hush".utf8)))
        #expect(header("x-mlflow-signature") == "v1,\(Data(code).base64EncodedString())")
    }

    @Test("what is not taken is tried again later, and each attempt stands in the log") func retries() async throws {
        let clock = ManualClock(Self.start)
        let tracking = try TrackingHouse(clock: clock)
        let outbox = WebhookOutbox(database: tracking.house.database, clock: clock)
        let failing = try OneRequestServer(status: "503 Busy")
        let ids = KeptSecrets()
        try await tracking.serve { asker in
            let made = try await asker.post("webhooks", Self.hook("http://127.0.0.1:\(failing.port)/", [("PROMPT", "CREATED")]))
            ids.kept.withLock { $0["id"] = made.json["webhook"]["webhook_id"].text }
            _ = try await asker.post(
                "registered-models/create",
                ["name": "p", "tags": [["key": "mlflow.prompt.is_prompt", "value": "true"], ["key": "tone", "value": "warm"]]])
        }
        let id = ids.kept.withLock { $0["id"] } ?? ""
        let courier = WebhookCourier(tracking.server)
        #expect(try await courier.deliver() == ["A webhook was not told of prompt.created, attempt 1: status 503"])
        #expect(try await courier.deliver() == [])
        clock.advance(bySeconds: 1)
        // Nobody listens there any more.
        #expect(try await courier.deliver().first?.hasPrefix("A webhook was not told of prompt.created, attempt 2: Nobody answered.") == true)
        clock.advance(bySeconds: 1)
        #expect(try await courier.deliver() == [])
        let entry = try #require(outbox.log(of: id).first)
        #expect(entry.attempts == 2 && entry.data == ["name": "p", "tags": ["tone": "warm"], "description": ""])
        clock.advance(bySeconds: 86_400)
        #expect(try await courier.deliver().count == 1)
        clock.advance(bySeconds: 86_400)
        #expect(try await courier.deliver() == [])
    }

    @Test("where private networks are closed, nothing is sent to them, and no more is tried") func privateNetworks() async throws {
        let clock = ManualClock(Self.start)
        let tracking = try TrackingHouse(clock: clock, allowsPrivate: false)
        let receiver = try OneRequestServer(status: "200 OK")
        let store = WebhookStore(events: tracking.house.events, clock: clock)
        let webhook = Webhook(
            id: "w", name: "w", description: "", url: "http://127.0.0.1:\(receiver.port)/", events: [.modelCreated], isSigned: false, isActive: true,
            created: clock.now(), updated: clock.now())
        try tracking.house.database.write { try store.put(webhook, isNew: true, in: $0) }
        try tracking.house.database.write { try WebhookOutbox.add(.modelCreated, ["name": "m"], at: clock.now(), in: $0) }
        let courier = WebhookCourier(tracking.server)
        #expect(try await courier.deliver().first?.contains("private network") == true)
        clock.advance(bySeconds: 100)
        #expect(try await courier.deliver() == [])
        #expect(receiver.request == nil)
    }

    @Test("a webhook is tried out with an example, and the answer is told") func test() async throws {
        let tracking = try TrackingHouse()
        let receiver = try OneRequestServer(status: "202 Accepted")
        try await tracking.serve { asker in
            let made = try await asker.post("webhooks", Self.hook("http://127.0.0.1:\(receiver.port)/", [("PROMPT_VERSION_TAG", "SET")]))
            let id = made.json["webhook"]["webhook_id"].text ?? ""
            let result = try await asker.post("webhooks/\(id)/test", [:]).json["result"]
            #expect(result["success"] == true && result["response_status"] == 202)
            let failed = try await asker.post("webhooks/\(id)/test", [:]).json["result"]
            #expect(failed["success"] == false && failed["error_message"].text?.hasPrefix("Failed to test webhook: Nobody answered.") == true)
        }
        #expect(receiver.request?.contains(#""key":"example_key","value":"example_value""#) == true)
    }
}
