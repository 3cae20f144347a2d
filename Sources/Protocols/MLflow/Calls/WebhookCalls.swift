internal import Access
internal import Database
internal import HTTPTypes
internal import Outgoing
internal import Registry
internal import Support

/// Webhooks: made, found, changed, deleted and tried out. They tell others what happens here, so that whoever may move an alias may have others told.
enum WebhookCalls {
    static let all: [Call] = [
        .own(.post, "webhooks", permission: .modelPromote, create), list, get,
        .own(.patch, "webhooks/{webhook_id}", permission: .modelPromote, update),
        .own(.delete, "webhooks/{webhook_id}", permission: .modelPromote, delete),
        .own(.post, "webhooks/{webhook_id}/test", permission: .modelPromote, test),
    ]

    private static let longestText = 1000

    // MARK: - Finding

    private static let list = Call(
        methods: [.get], path: "webhooks", permission: .modelPromote,
        kind: .read { arguments, _, session in
            let limit = Int(exactly: try arguments.optionalWhole("max_results") ?? 100) ?? 0
            guard (1...1000).contains(limit) else { throw MLflowError.invalid("max_results must be between 1 and 1000.") }
            let offset = try PageToken.offset(arguments.optionalText("page_token"))
            let found = try WebhookStore.list(offset: offset, limit: limit + 1, in: session)
            var answer = Message()
            answer.set("webhooks", list: found.prefix(limit).map(\.message))
            if found.count > limit { answer.set("next_page_token", text: PageToken.text(offset: offset + limit)) }
            return answer.json
        })

    private static let get = Call(
        methods: [.get], path: "webhooks/{webhook_id}", permission: .modelPromote,
        kind: .read { arguments, _, session in ["webhook": try named(arguments, in: session).message] })

    private static func named(_ arguments: Arguments, in session: SQLSession) throws -> Webhook {
        let id = try arguments.text("webhook_id")
        guard let webhook = try WebhookStore.webhook(id, in: session) else {
            throw MLflowError.missing("Webhook with ID \(id.prefix(100)) not found.")
        }
        return webhook
    }

    // MARK: - Changing

    private static func create(_ arguments: Arguments, _ context: CallContext, _ pool: WorkPool) async throws -> JSONValue {
        var webhook = Webhook(
            id: context.server.identifiers.next().description, name: try arguments.text("name"), description: "", url: try arguments.text("url"),
            events: [], isSigned: false, isActive: true, created: context.now, updated: context.now)
        guard arguments.has("events") else { throw arguments.missing("events") }
        try change(&webhook, arguments, context)
        return try await store(webhook, arguments, isNew: true, context, pool)
    }

    private static func update(_ arguments: Arguments, _ context: CallContext, _ pool: WorkPool) async throws -> JSONValue {
        var webhook = try await context.server.writes.write { try named(arguments, in: $0) }
        try change(&webhook, arguments, context)
        // Two changes within a millisecond are two all the same.
        webhook.updated = max(context.now, webhook.updated.advanced(bySeconds: 0.001))
        return try await store(webhook, arguments, isNew: false, context, pool)
    }

    /// Takes over what a request says.
    private static func change(_ webhook: inout Webhook, _ arguments: Arguments, _ context: CallContext) throws(MLflowError) {
        if let name = try arguments.optionalText("name"), !name.isEmpty { webhook.name = name }
        if let url = try arguments.optionalText("url"), !url.isEmpty { webhook.url = url }
        if let description = try arguments.optionalText("description") { webhook.description = String(description.prefix(longestText)) }
        if let status = try arguments.optionalText("status"), !status.isEmpty {
            guard ["ACTIVE", "DISABLED"].contains(status.uppercased()) else { throw .invalid("Invalid webhook status '\(status.prefix(40))'.") }
            webhook.isActive = status.uppercased() == "ACTIVE"
        }
        var events: [WebhookEvent] = []
        for part in try arguments.list("events") {
            let event = try WebhookEvent.named(part)
            if !events.contains(event) { events.append(event) }
        }
        if !events.isEmpty { webhook.events = events }
        guard !webhook.events.isEmpty else { throw .invalid("Webhook events must be a non-empty list of WebhookEvent objects: [].") }
        try check(webhook, context)
    }

    private static func store(
        _ webhook: Webhook, _ arguments: Arguments, isNew: Bool, _ context: CallContext, _ pool: WorkPool
    ) async throws -> JSONValue {
        var webhook = webhook
        if let secret = try arguments.optionalText("secret") {
            let (rules, id) = (context.server.rules, webhook.id)
            try await pool.run { () throws(MartletError) in try rules.keepSecret(id, secret.isEmpty ? nil : secret) }
            webhook.isSigned = !secret.isEmpty
        }
        let store = WebhookStore(events: context.events, clock: context.server.clock)
        try await context.server.writes.write { [webhook] in try store.put(webhook, isNew: isNew, in: $0) }
        return ["webhook": webhook.message]
    }

    private static func delete(_ arguments: Arguments, _ context: CallContext, _ pool: WorkPool) async throws -> JSONValue {
        let store = WebhookStore(events: context.events, clock: context.server.clock)
        let webhook = try await context.server.writes.write { session in
            let webhook = try named(arguments, in: session)
            try store.delete(webhook.id, in: session)
            return webhook
        }
        if webhook.isSigned {
            let rules = context.server.rules
            try await pool.run { () throws(MartletError) in try rules.keepSecret(webhook.id, nil) }
        }
        return .object([])
    }

    // MARK: - Trying out

    private static func test(_ arguments: Arguments, _ context: CallContext, _ pool: WorkPool) async throws -> JSONValue {
        let webhook = try await context.server.writes.write { try named(arguments, in: $0) }
        let event = arguments.has("event") ? try WebhookEvent.named(arguments.part("event")) : webhook.events.first ?? .modelCreated
        var result = Message()
        do throws(MartletError) {
            let id = "\(webhook.id)-test-\(context.server.identifiers.next())"
            let answer = try await WebhookCourier(context.server).send(event, event.example, at: context.now, to: webhook, id: id)
            result.set("success", .bool(answer.status < 400))
            result.set("response_status", .integer(Int64(answer.status)))
            result.set("response_body", text: answer.body)
        } catch {
            result.set("success", false)
            result.set("error_message", text: "Failed to test webhook: \(error.message)")
        }
        return ["result": result.json]
    }

    // MARK: - Checks

    private static func check(_ webhook: Webhook, _ context: CallContext) throws(MLflowError) {
        let isWord = { (byte: UInt8) in (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte | 0x20) && byte >= 0x41 }
        let name = Array(webhook.name.utf8)
        let isFine = name.allSatisfy { isWord($0) || [0x2D, 0x2E, 0x5F].contains($0) }
        guard isFine, let first = name.first, let last = name.last, isWord(first), isWord(last), name.count <= 63 else {
            throw .invalid(
                "Webhook name '\(webhook.name.prefix(100))' is invalid. It must start and end with a letter or digit, be less than 63 characters long, and contain only letters, digits, dots (.), underscores (_), and hyphens (-)."
            )
        }
        try checkAddress(webhook.url, allowsPrivate: context.server.rules.allowsPrivateWebhooks())
    }

    /// What is wrong with an address at first sight; what its name leads to is looked at each time that something is sent.
    private static func checkAddress(_ url: String, allowsPrivate: Bool) throws(MLflowError) {
        guard url.contains(where: { !$0.isWhitespace }) else {
            throw .invalid("Webhook URL cannot be empty or just whitespace: '\(url.prefix(100))'")
        }
        let schemes = allowsPrivate ? ["https", "http"] : ["https"]
        let scheme = url.prefix { $0 != ":" }.lowercased()
        guard schemes.contains(scheme) else {
            throw .invalid("Invalid webhook URL scheme: '\(scheme.prefix(40))'. Allowed schemes are: \(schemes.joined(separator: ", ")).")
        }
        let address: OutgoingAddress
        do throws(MartletError) { address = try OutgoingAddress(url) } catch { throw .invalid("Invalid webhook URL: \(error.message)") }
        guard allowsPrivate || IPAddress(address.host)?.isPublic ?? (address.host != "localhost") else {
            throw .invalid(
                "Webhook URL leads to this machine or to a private network. If that is meant, write “allow_private: true” into monitoring in martlet.yaml."
            )
        }
    }
}
