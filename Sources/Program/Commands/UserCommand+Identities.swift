import Access
import ArgumentParser
import OpenIDConnect
import Projects
import Support

extension UserCommand {
    struct Link: RemoteCommand {
        static let configuration = CommandConfiguration(
            commandName: "link",
            abstract: "Tie an identity at a provider to a user, who then signs in by it.",
            discussion: """
                An identity is issuer and subject together; an e-mail address is none. Who signs in without being tied to a user is told this
                very command with both in it. Providers stand in martlet.yaml under “access: {providers: ...}”.

                Example:
                  martlet user add ann --name "Ann Lee" --role validator
                  martlet user link ann --issuer https://id.example.org --subject 248289761001
                """)

        @Argument(help: "The user.")
        var id: String
        @OptionGroup var identity: IdentityOptions
        @OptionGroup var change: ChangeOptions
        @OptionGroup var remote: ServerOptions
        @OptionGroup var options: GlobalOptions

        var permission: Permission { .accessManage }
        var rehearses: Bool { change.dryRun }

        func confirm() throws { try change.confirm("Let \(identity.subject) at \(identity.issuer) sign in as \(id)?") }

        func run(on project: Project, console: Console) throws {
            try project.identities.link(issuer: identity.issuer, subject: identity.subject, to: PrincipalID(id))
            let isKnown = project.file.access.providers.contains { $0.issuer == identity.issuer }
            guard !options.json else { return console.json(identity.json(of: id)) }
            console.line("\(identity.subject) at \(identity.issuer) signs in as \(id).")
            if !isKnown { console.note("martlet.yaml names no provider of this issuer yet: access: {providers: ...}.") }
        }
    }

    struct Unlink: RemoteCommand {
        static let configuration = CommandConfiguration(
            commandName: "unlink",
            abstract: "Untie an identity from its user, and end their sessions.",
            discussion: """
                Example:
                  martlet user unlink --issuer https://id.example.org --subject 248289761001
                """)

        @OptionGroup var identity: IdentityOptions
        @OptionGroup var change: ChangeOptions
        @OptionGroup var remote: ServerOptions
        @OptionGroup var options: GlobalOptions

        var permission: Permission { .accessManage }
        var rehearses: Bool { change.dryRun }

        func confirm() throws { try change.confirm("Let \(identity.subject) at \(identity.issuer) sign in no longer?") }

        func run(on project: Project, console: Console) throws {
            let id = try project.identities.unlink(issuer: identity.issuer, subject: identity.subject)
            guard !options.json else { return console.json(identity.json(of: id.rawValue)) }
            console.line("\(identity.subject) at \(identity.issuer) is no longer \(id); their sessions are over.")
        }
    }

    struct Links: RemoteCommand {
        static let configuration = CommandConfiguration(commandName: "links", abstract: "List the identities at providers that are tied to users.")

        @OptionGroup var time: AsOfOptions
        @OptionGroup var remote: ServerOptions
        @OptionGroup var options: GlobalOptions

        var past: AsOfOptions? { time }

        var permission: Permission { .accessManage }

        func run(on project: Project, console: Console) throws {
            let all = try project.identities.all()
            guard !options.json else { return console.json(.array(all.map(\.json))) }
            guard !all.isEmpty else { return console.line("No identity is tied to a user. Tie one with “martlet user link”.") }
            var table = TextTable()
            for link in all { table.add(link.principal.rawValue, link.issuer, link.subject, "since \(link.linked.date)") }
            table.lines().forEach { console.line($0) }
        }
    }
}

/// Which identity at a provider is meant.
struct IdentityOptions: ParsableArguments {
    @Option(help: "The provider's issuer, exactly as it writes it itself.")
    var issuer: String

    @Option(help: "Its name for the person: the claim “sub”.")
    var subject: String

    func json(of user: String) -> JSONValue { ["user": .string(user), "issuer": .string(issuer), "subject": .string(subject)] }
}

extension LinkedIdentity {
    /// The tie for `--json`.
    fileprivate var json: JSONValue {
        [
            "user": .string(principal.rawValue), "issuer": .string(issuer), "subject": .string(subject), "since": .string(linked.description),
        ]
    }
}
