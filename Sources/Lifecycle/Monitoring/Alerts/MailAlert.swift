internal import Outgoing
package import Support

/// Sends mails through one mail server.
package struct MailAlert: Sendable {
    private static let pool = WorkPool(width: 2, limit: 64)

    private let target: AlertTarget.Mail
    private let allowsPrivate: Bool

    package init(_ target: AlertTarget.Mail, allowsPrivate: Bool) {
        self.target = target
        self.allowsPrivate = allowsPrivate
    }

    /// Sends a mail.
    /// - Throws: `refused` for a private address that is not allowed; `unavailable` where the server cannot be reached or refuses.
    package func send(subject: String, text: String, at: Timestamp, id: String) async throws(MartletError) {
        let mail = MailMessage(from: target.from, to: target.to, subject: subject, text: text, date: at, id: id)
        let lines = try mail.lines()
        let addresses = try await Resolver.system.addresses(of: target.host, allowsPrivate: allowsPrivate)
        guard let address = addresses.first else { return }
        let target = target
        try await MailAlert.pool.run { () throws(MartletError) in
            try SMTPConversation.send(lines, from: target.from, to: target.to, at: address, port: target.port)
        }
    }
}
