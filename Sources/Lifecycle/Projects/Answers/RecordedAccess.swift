internal import Access
internal import Events
internal import Support

/// Users, roles, passwords, tokens and sessions as the tables hold them against what the events tell.
struct RecordedAccess {
    private let project: Project
    /// What the record tells, oldest first.
    private let events: [Event]

    init(_ project: Project, _ events: [Event]) {
        self.project = project
        self.events = events
    }

    func sentences() throws(MartletError) -> [String] {
        try principals() + passwords().sentences + tokens().sentences + leases() + sessions()
    }

    // MARK: - Users

    /// A principal as events tell of one.
    private struct Told {
        var kind: String
        var roles: Set<String>
        var isDisabled = false
        /// The mark of the password; nil where events tell of it in a form that named none.
        var password: JSONValue?

        var words: String {
            (kind == "service" ? "a service, " : "") + (isDisabled ? "shut out, " : "")
                + (roles.isEmpty ? "no role" : roles.sorted().joined(separator: ", "))
        }
    }

    private func told() -> [String: Told] {
        var told: [String: Told] = [:]
        for event in events where event.subject.hasPrefix("user:") {
            let id = String(event.subject.dropFirst(5))
            let role = event.body["role"].text ?? ""
            switch event.kind {
            case "user.added", "service.added":
                let hasMark = event.body.members.contains { $0.key == "password" }
                told[id] = Told(kind: String(event.kind.prefix { $0 != "." }), roles: [role], password: hasMark ? event.body["password"] : nil)
            case "role.granted": told[id]?.roles.insert(role)
            case "role.revoked": told[id]?.roles.remove(role)
            case "user.password": told[id]?.password = event.body.members.contains { $0.key == "password" } ? event.body["password"] : nil
            case "user.disabled":
                told[id]?.isDisabled = true
                told[id]?.password = .null
            default: break
            }
        }
        return told
    }

    private func principals() throws(MartletError) -> [String] {
        let told = told()
        var held: [String: String] = [:]
        for principal in try project.principals.all() {
            let words = Told(kind: principal.kind.rawValue, roles: Set(principal.roles), isDisabled: principal.isDisabled).words
            held[principal.id.rawValue] = words
        }
        return Set(held.keys).union(told.keys).sorted().compactMap { id in
            guard held[id] != told[id]?.words else { return nil }
            return "“\(id)” \(held[id].map { "has \($0)" } ?? "is unknown") in the database, and \(told[id]?.words ?? "is unknown") by the record."
        }
    }

    private func passwords() throws(MartletError) -> RecordComparison {
        var comparison = RecordComparison("passwords")
        let marks = try project.principals.passwordMarks()
        for (id, told) in told() {
            guard let password = told.password else { continue }
            comparison.told[id] = password.text
            comparison.held[id] = marks[PrincipalID(id)]
        }
        return comparison
    }

    // MARK: - Tokens and sessions

    private func tokens() throws(MartletError) -> RecordComparison {
        var comparison = RecordComparison("tokens")
        var (revoked, disabled): (Set<String>, Set<String>) = ([], [])
        var marked: Set<String> = []
        for event in events {
            let name = String(event.subject.drop { $0 != ":" }.dropFirst())
            if event.kind == "token.revoked" { revoked.insert(name) }
            if event.kind == "user.disabled" { disabled.insert(name) }
        }
        for event in events where event.kind == "token.issued" {
            let name = String(event.subject.dropFirst("token:".count))
            let owner = event.body["for"].text ?? ""
            if event.body["token"].text != nil { marked.insert(name) }
            comparison.told[name] = words(
                owner, event.body["scopes"].text, event.body["expires"].text, isRevoked: revoked.contains(name) || disabled.contains(owner),
                mark: event.body["token"].text)
        }
        for (token, mark) in try project.tokens.marked() where token.parent == nil {
            let scopes = token.scopes.map { $0.sorted().map(\.rawValue).joined(separator: " ") }
            comparison.held[token.name] = words(
                token.principal.rawValue, scopes, token.expires?.description, isRevoked: token.revoked != nil,
                mark: marked.contains(token.name) ? mark : nil)
        }
        return comparison
    }

    /// Leases that nobody began, or that can do other things than the token that they were made from. A lease is forgotten when it is long over.
    private func leases() throws(MartletError) -> [String] {
        let all = try project.tokens.marked()
        var told: [String: JSONValue] = [:]
        for event in events where event.kind == "lease.begun" { told[event.subject] = event.body }
        return all.compactMap { token, mark in
            guard let parent = token.parent else { return nil }
            let body = told["token:\(token.name)"]
            let origin = all.first { $0.token.name == parent }?.token
            let isSame =
                body?["parent"].text == parent && body?["token"].text == mark && origin?.scopes == token.scopes
                && origin?.principal == token.principal
            return isSame ? nil : "The lease “\(token.name)” in the database is not one that the record tells of."
        }
    }

    private func words(_ owner: String, _ scopes: String?, _ expires: String?, isRevoked: Bool, mark: String?) -> String {
        "\(owner) \(scopes ?? "all") \(expires ?? "for ever") \(isRevoked) \(mark ?? "")"
    }

    /// Sessions that nobody began. A session may end without an event, as when its user is shut out.
    private func sessions() throws(MartletError) -> [String] {
        let since = project.clock.now().advanced(bySeconds: -SessionStore.lifetime)
        var told: Set<String> = []
        for event in events where event.kind == "session.begun" && event.at >= since {
            guard let mark = event.body["session"].text else { return [] }
            told.insert(mark)
        }
        let sessions = SessionStore(database: project.database, events: project.events, clock: project.clock)
        return try sessions.marks().filter { !told.contains($0.mark) }.map { "“\($0.principal)” has a session that nobody began by the record." }
    }
}
