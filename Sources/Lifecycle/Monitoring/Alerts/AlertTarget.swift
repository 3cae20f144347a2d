internal import Outgoing
internal import Settings
internal import Support

/// One place that alerts go to: an entry of `monitoring.alert`.
package struct AlertTarget: Sendable, Equatable {
    /// Mail about alerts.
    package struct Mail: Sendable, Equatable {
        package var to: [String]
        package var from: String
        package var host: String
        package var port: Int

        package init(to: [String], from: String, host: String, port: Int) {
            self.to = to
            self.from = from
            self.host = host
            self.port = port
        }
    }

    package enum Means: Sendable, Equatable {
        case log
        /// An address, or `$NAME` of an environment variable that holds one; and the name of the variable with the secret that signs.
        case webhook(String, secret: String?)
        /// The address of an Alertmanager, or `$NAME`.
        case alertmanager(String)
        /// The command pipe of a Nagios, and what it calls this host.
        case nagios(pipe: String, host: String)
        case email(Mail)
    }

    package var means: Means
    /// Whether it may be on this machine or in a private network.
    package var allowsPrivate: Bool
    /// What it is called in lists and in the table of what is still to be delivered; holds no secret.
    package var name: String

    package init(_ means: Means, allowsPrivate: Bool = false) {
        self.means = means
        self.allowsPrivate = allowsPrivate
        name =
            switch means {
            case .log: "log"
            case .webhook(let address, _): "webhook \(AlertTarget.shown(address))"
            case .alertmanager(let address): "alertmanager \(AlertTarget.shown(address))"
            case .nagios(let pipe, _): "nagios \(pipe)"
            case .email(let mail): "email \(mail.to.joined(separator: ", "))"
            }
    }

    /// Whether messages wait for it until they are delivered. The others are told how things stand at every check.
    package var isMailed: Bool {
        switch means {
        case .log, .nagios: false
        case .webhook, .alertmanager, .email: true
        }
    }

    /// Whether it holds how things stand, and has silences of its own.
    package var holdsState: Bool { if case .alertmanager = means { true } else { false } }

    /// Whether an address stands elsewhere: in a variable of the environment, or as a secret.
    private static func isReference(_ address: String) -> Bool { address.hasPrefix("$") || address.hasPrefix("secret://") }

    /// The variable or secret, or the machine alone: paths and queries hold secrets.
    private static func shown(_ address: String) -> String {
        isReference(address) ? address : (try? OutgoingAddress(address).machine) ?? "(unreadable)"
    }

    /// The address itself.
    /// - Throws: `invalidInput` where the variable is not set.
    static func resolved(_ address: String, _ environment: [String: String]) throws(MartletError) -> String {
        guard address.hasPrefix("$") else { return address }
        guard let value = environment[String(address.dropFirst())], !value.isEmpty else {
            throw MartletError(
                .invalidInput, "The address stands in \(address), which is not set. Export it, or take the entry out of monitoring.alert.")
        }
        return value
    }
}

// MARK: - Reading

extension AlertTarget {
    private static let kinds = ["webhook", "alertmanager", "nagios", "email"]

    /// Reads an entry of the list.
    /// - Parameter allowsPrivate: what `monitoring.allow_private` says.
    init(_ node: SettingsNode, allowsPrivate: Bool) throws(MartletError) {
        guard case .mapping(let entries) = node.content else {
            guard try node.string() == "log" else { throw AlertTarget.unknown(node) }
            self.init(.log)
            return
        }
        guard let kind = AlertTarget.kinds.first(where: { kind in entries.contains { $0.key == kind } }) else { throw AlertTarget.unknown(node) }
        let own = ["webhook": ["secret_env"], "nagios": ["host"]][kind] ?? []
        _ = try node.mapping(keys: [kind, "private"] + own)
        let means = try AlertTarget.means(kind, node, try node.required(kind))
        self.init(means, allowsPrivate: try node["private"]?.bool() ?? allowsPrivate)
    }

    private static func unknown(_ node: SettingsNode) -> MartletError {
        node.failure("An alert is “log”, “webhook: ADDRESS”, “alertmanager: ADDRESS”, “nagios: PIPE” or “email: {to, from, smtp}”.")
    }

    private static func means(_ kind: String, _ node: SettingsNode, _ value: SettingsNode) throws(MartletError) -> Means {
        switch kind {
        case "webhook": return .webhook(try address(value), secret: try node["secret_env"]?.string())
        case "alertmanager": return .alertmanager(try address(value))
        case "email": return .email(try mail(value))
        default:
            let pipe = try value.string()
            guard pipe.hasPrefix("/") else {
                throw value.failure("Write the whole path of the command pipe, such as /var/lib/nagios4/rw/nagios.cmd.")
            }
            return .nagios(pipe: pipe, host: NagiosText.name(try node["host"]?.string() ?? "martlet"))
        }
    }

    private static func address(_ node: SettingsNode) throws(MartletError) -> String {
        let text = try node.string()
        guard !isReference(text) else { return text }
        do { _ = try OutgoingAddress(text) } catch { throw node.failure(error.message) }
        return text
    }

    private static func mail(_ node: SettingsNode) throws(MartletError) -> Mail {
        _ = try node.mapping(keys: ["to", "from", "smtp"])
        let to = try node.required("to")
        for text in try to.strings() where !MailAddress.isValid(text) { throw to.failure("“\(text.prefix(60))” is no mail address.") }
        let from = try node.required("from")
        guard MailAddress.isValid(try from.string()) else { throw from.failure("“from” is a mail address such as martlet@example.org.") }
        let server = try node.required("smtp")
        let address: OutgoingAddress
        do { address = try OutgoingAddress("http://\(server.string())") } catch {
            throw server.failure("“smtp” is host:port, such as mail.example.org:25.")
        }
        guard address.path == "/", !to.isNull, try !to.strings().isEmpty else {
            throw server.failure("“smtp” is host:port, such as mail.example.org:25.")
        }
        return Mail(to: try to.strings(), from: try from.string(), host: address.host, port: address.port ?? 25)
    }
}
