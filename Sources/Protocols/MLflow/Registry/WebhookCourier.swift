internal import Crypto
internal import Database
internal import Foundation
internal import Outgoing
internal import Registry
package import Support

/// Brings to webhooks what they are to be told, in MLflow's form: with the signature that its receivers check.
package struct WebhookCourier: Sendable {
    /// How many are told at the same time.
    private static let width = 8
    /// Reads secrets, which stand in files.
    private static let pool = WorkPool(width: 1, limit: 256)

    private let server: TrackingServer

    package init(_ server: TrackingServer) { self.server = server }

    /// Delivers what is due. What fails for a while is tried again by a later call.
    /// - Returns: a sentence for each that was not told.
    package func deliver() async throws(MartletError) -> [String] {
        let outbox = WebhookOutbox(database: server.database, clock: server.clock)
        var notes: [String] = []
        while true {
            let due = try outbox.take(WebhookCourier.width)
            guard !due.isEmpty else { return notes }
            let outcomes = await withTaskGroup(of: (WebhookDelivery, Outcome).self) { group in
                for delivery in due { group.addTask { (delivery, await attempt(delivery)) } }
                return await group.reduce(into: []) { $0.append($1) }
            }
            for (delivery, outcome) in outcomes {
                try outbox.ended(delivery, outcome.text, again: outcome.mayPass)
                if !outcome.isDelivered {
                    notes.append("A webhook was not told of \(delivery.event.rawValue), attempt \(delivery.attempts): \(outcome.text)")
                }
            }
        }
    }

    /// How an attempt ended.
    private struct Outcome: Sendable {
        var text: String
        var isDelivered = false
        /// Whether it may go well later.
        var mayPass = false
    }

    private func attempt(_ delivery: WebhookDelivery) async -> Outcome {
        do throws(MartletError) {
            guard let webhook = try server.database.read({ try WebhookStore.webhook(delivery.webhook, in: $0) }), webhook.isActive else {
                return Outcome(text: "dropped: the webhook is not active", isDelivered: true)
            }
            let id = "\(webhook.id)-\(delivery.id)"
            let status = try await send(delivery.event, delivery.data, at: delivery.at, to: webhook, id: id).status
            let mayPass = status == 429 || status >= 500
            return Outcome(text: "status \(status)", isDelivered: (200..<400).contains(status), mayPass: mayPass)
        } catch { return Outcome(text: error.message, mayPass: error.code == .unavailable) }
    }

    /// Sends one message.
    /// - Parameters:
    ///   - moment: when it happened.
    ///   - id: the same where it is sent twice.
    func send(_ event: WebhookEvent, _ data: JSONValue, at moment: Timestamp, to webhook: Webhook, id: String) async throws(MartletError)
        -> OutgoingAnswer
    {
        let body: JSONValue = [
            "entity": .string(event.entity), "action": .string(event.action), "timestamp": .string(moment.description), "data": data,
        ]
        let text = body.compact
        let seconds = String(Int(server.clock.now().seconds))
        var headers: [OutgoingClient.Header] = [
            ("content-type", "application/json"), ("x-mlflow-delivery-id", id), ("x-mlflow-timestamp", seconds),
        ]
        if webhook.isSigned {
            let (rules, name) = (server.rules, webhook.id)
            let secret = try await WebhookCourier.pool.run { () throws(MartletError) in try rules.secret(name) }
            headers.append(("x-mlflow-signature", "v1,\(WebhookCourier.signature(of: "\(id).\(seconds).\(text)", secret))"))
        }
        let client = OutgoingClient(allowsPrivate: server.rules.allowsPrivateWebhooks())
        return try await client.send(OutgoingRequest(headers: headers, body: Array(text.utf8)), to: webhook.url)
    }

    private static func signature(of text: String, _ secret: String) -> String {
        let code = HMAC<SHA256>.authenticationCode(for: Data(text.utf8), using: SymmetricKey(data: Data(secret.utf8)))
        return Data(code).base64EncodedString()
    }
}
