package import Support

/// Brings messages to their targets.
package struct AlertSender: Sendable {
    private let message: AlertMessage
    private let environment: [String: String]
    private let resolve: @Sendable (String) async throws(MartletError) -> String
    /// How long an alert counts at an Alertmanager without being told again, in seconds.
    private let lasting: Double

    /// - Parameters:
    ///   - every: how often production is looked at, in seconds.
    ///   - resolve: gives what a reference to a secret stands for, and any other text as it is.
    package init(
        message: AlertMessage, every: Double, environment: [String: String],
        resolve: @escaping @Sendable (String) async throws(MartletError) -> String = { (text) throws(MartletError) in text }
    ) {
        self.resolve = resolve
        self.message = message
        self.environment = environment
        lasting = max(300, 3 * every)
    }

    /// Sends a message once.
    /// - Parameter incident: as it stands now; targets that hold state are told that, whatever the message was.
    package func send(_ delivery: AlertDelivery, about incident: Incident, to target: AlertTarget) async throws(MartletError) {
        switch target.means {
        case .log, .nagios: break
        case .webhook(let address, let secret):
            let webhook = try WebhookAlert(
                address: try await resolve(address), secret: secret, allowsPrivate: target.allowsPrivate, environment: environment)
            try await webhook.send(delivery.body, delivery: delivery.id, at: message.at)
        case .alertmanager: try await tell(target, [incident])
        case .email(let mail):
            let (subject, text) = AlertMessage.mail(delivery.body)
            let id = "martlet-\(message.project)-\(delivery.incident)-\(delivery.id)"
            try await MailAlert(mail, allowsPrivate: target.allowsPrivate).send(subject: subject, text: text, at: message.at, id: id)
        }
    }

    /// Tells a target that holds state how incidents stand.
    package func tell(_ target: AlertTarget, _ incidents: [Incident]) async throws(MartletError) {
        guard case .alertmanager(let address) = target.means else { return }
        let manager = try AlertmanagerAlert(address: try await resolve(address), allowsPrivate: target.allowsPrivate, environment: environment)
        try await manager.send(incidents.map { message.alert($0, lasting: lasting) })
    }

    /// Sends something that is recognisably a test, to see whether a target can be reached.
    package func test(_ target: AlertTarget, endpoint: String, by actor: String) async throws(MartletError) {
        let now = message.at
        let incident = Incident(
            id: 0, kind: .monitor, endpoint: endpoint, cause: "test", severity: .warning, summary: "A test by \(actor): nothing is wrong.",
            opened: now,
            firingSince: now, seen: now, count: 1)
        switch target.means {
        case .log: break
        case .alertmanager(let address):
            let manager = try AlertmanagerAlert(address: try await resolve(address), allowsPrivate: target.allowsPrivate, environment: environment)
            try await manager.send([message.alert(incident, lasting: 60)])
        case .nagios(let pipe, let host): try NagiosPipe(path: pipe, host: host).submit(service: "test", .ok, incident.summary, at: now)
        case .webhook, .email:
            var body = message.body(IncidentChange(turn: .opened, incident: incident))
            body["state"] = "test"
            let delivery = AlertDelivery(id: 0, target: target.name, incident: 0, turn: .opened, body: body, created: now, due: now, attempts: 1)
            try await send(delivery, about: incident, to: target)
        }
    }
}
