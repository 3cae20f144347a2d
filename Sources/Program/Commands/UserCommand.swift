import Access
import ArgumentParser
import Projects
import Support

struct UserCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "user", abstract: "Say who may use the project through its server.",
        subcommands: [
            Add.self, List.self, Remove.self, SetPassword.self, Link.self, Unlink.self, Links.self,
        ])

    struct Add: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "add",
            abstract: "Add a person or a service.",
            discussion: """
                From the first user on, the server answers nobody whom it does not know. The roles: owner, maintainer, contributor, validator,
                viewer, and those under “access:” in martlet.yaml (martlet role list).

                Examples:
                  martlet user add ann --name "Ann Lee" --role owner --password
                  martlet user add billing --service --role contributor        then: martlet token add billing-prod --for billing
                """)

        @Argument(help: "The name to sign in with: a login name or an e-mail address.")
        var id: String
        @Option(help: "The name as it is printed under an approval.")
        var name: String?
        @Option(help: "The role in this project.")
        var role: String = "viewer"
        @Flag(help: "A program that acts for itself.")
        var service = false
        @Flag(help: "Ask for a password, for the pages; read from standard input where that is no terminal.")
        var password = false
        @OptionGroup var options: GlobalOptions

        func validate() throws {
            if service, password { throw ValidationError("A service signs in with a token, not with a password: martlet token add.") }
        }

        func run() throws {
            let project = try options.open()
            let secret = password ? try Password(hashing: SecretPrompt.ask("Password", twice: true)) : nil
            try project.principals.add(PrincipalID(id), kind: service ? .service : .user, name: name, role: role, password: secret)
            let console = Console.standard
            guard !options.json else { return console.json(["user": .string(id), "role": .string(role)]) }
            console.line("\(id) is \(role) of \(project.file.project).\(password ? "" : " Next: martlet token add NAME --for \(id)")")
        }
    }

    struct List: RemoteCommand {
        static let configuration = CommandConfiguration(commandName: "list", abstract: "List the users and services with their roles.")

        @OptionGroup var time: AsOfOptions
        @OptionGroup var remote: ServerOptions
        @OptionGroup var options: GlobalOptions

        var past: AsOfOptions? { time }

        var permission: Permission { .accessManage }

        func run(on project: Project, console: Console) throws {
            let all = try project.principals.all()
            guard !options.json else { return console.json(.array(all.map(\.json))) }
            guard !all.isEmpty else {
                return console.line("No user yet: the server answers everybody on this machine. Add one with “martlet user add”.")
            }
            var table = TextTable()
            for principal in all {
                table.add(
                    principal.id.rawValue, principal.name, principal.kind.rawValue,
                    principal.isDisabled ? "shut out" : principal.roles.joined(separator: ", "),
                    "since \(principal.created.date)")
            }
            table.lines().forEach { console.line($0) }
        }
    }

    struct Remove: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "rm", abstract: "Shut somebody out: no password, token or session of theirs opens anything.",
            discussion: "The name stays in the record and is not used again.")

        @Argument(help: "The name.")
        var id: String
        @OptionGroup var change: ChangeOptions
        @OptionGroup var options: GlobalOptions

        func run() throws {
            let project = try options.open(rehearses: change.dryRun)
            try change.confirm("Shut \(id) out, with all their tokens?")
            try project.principals.disable(PrincipalID(id))
            options.json ? Console.standard.json(["user": .string(id), "disabled": true]) : Console.standard.line("\(id) is shut out.")
        }
    }

    struct SetPassword: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "password", abstract: "Set somebody's password for the pages, and end their sessions.")

        @Argument(help: "The name.")
        var id: String
        @OptionGroup var options: GlobalOptions

        func run() throws {
            let project = try options.open()
            try project.principals.setPassword(Password(hashing: SecretPrompt.ask("Password", twice: true)), of: PrincipalID(id))
            options.json
                ? Console.standard.json(["user": .string(id)]) : Console.standard.line("\(id) has a new password; earlier sessions are over.")
        }
    }
}

extension Principal {
    /// The principal for `--json`.
    var json: JSONValue {
        [
            "user": .string(id.rawValue), "name": .string(name), "kind": .string(kind.rawValue), "roles": JSONValue(roles),
            "disabled": .bool(isDisabled),
            "created": .string(created.description),
        ]
    }
}
