import Access
import ArgumentParser
import Projects
import Support

struct TokenCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "token", abstract: "Make, list and revoke API tokens.", subcommands: [Add.self, List.self, Remove.self])

    struct Add: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "add",
            abstract: "Make a token and show it once.",
            discussion: """
                Send it as “Authorization: Bearer TOKEN”, or as the password of basic authentication: MLFLOW_TRACKING_TOKEN, or
                MLFLOW_TRACKING_USERNAME with MLFLOW_TRACKING_PASSWORD; MARTLET_TOKEN for martlet --url.

                Examples:
                  martlet token add ci --for ann --expires 90d
                  martlet token add till-7 --for billing --scope prediction.create
                """)

        @Argument(help: "The token's name, to know it by.")
        var name: String
        @Option(name: .customLong("for"), help: "Whose it is: a user or service.")
        var principal: String
        @Option(help: "A permission that it is limited to (martlet role list); may be given several times. All of its user's where it is left out.")
        var scope: [String] = []
        @Option(help: "How long it is valid: 90d, 12h; or never.")
        var expires: String = "365d"
        @OptionGroup var options: GlobalOptions

        func run() throws {
            let project = try options.open()
            let scopes = try scope.isEmpty ? nil : Set(scope.map(TokenCommand.permission))
            let lifetime = expires == "never" ? nil : try LookBack.seconds(expires)
            let secret = try project.tokens.issue(name, for: PrincipalID(principal), scopes: scopes, lifetime: lifetime)
            let console = Console.standard
            guard !options.json else { return console.json(["name": .string(name), "token": .string(secret)]) }
            console.line(secret)
            if !options.quiet { console.note("Keep it now: only its hash is stored, and it is not shown again.") }
        }
    }

    struct List: RemoteCommand {
        static let configuration = CommandConfiguration(commandName: "list", abstract: "List the tokens: whose, for what, until when.")

        @OptionGroup var remote: ServerOptions
        @OptionGroup var options: GlobalOptions

        var permission: Permission { .accessManage }

        func run(on project: Project, console: Console) throws {
            let tokens = try project.tokens.all()
            guard !options.json else { return console.json(.array(tokens.map(\.json))) }
            guard !tokens.isEmpty else { return console.line("No token yet: martlet token add NAME --for USER") }
            var table = TextTable()
            for token in tokens {
                let state = token.revoked.map { "revoked \($0.date)" } ?? token.expires.map { "until \($0.date)" } ?? "for ever"
                table.add(
                    token.name, "\(token.hint)…", token.principal.rawValue,
                    token.scopes.map { $0.sorted().map(\.rawValue).joined(separator: ", ") } ?? "all",
                    state)
            }
            table.lines().forEach { console.line($0) }
        }
    }

    struct Remove: ParsableCommand {
        static let configuration = CommandConfiguration(commandName: "rm", abstract: "Revoke a token: within a second it opens nothing any more.")

        @Argument(help: "The token's name.")
        var name: String
        @OptionGroup var change: ChangeOptions
        @OptionGroup var options: GlobalOptions

        func run() throws {
            let project = try options.open(rehearses: change.dryRun)
            try change.confirm("Revoke the token \(name) for good?")
            try project.tokens.revoke(name)
            options.json ? Console.standard.json(["name": .string(name), "revoked": true]) : Console.standard.line("The token \(name) is revoked.")
        }
    }

    static func permission(_ text: String) throws(MartletError) -> Permission {
        guard let permission = Permission(rawValue: text) else {
            let known = Permission.allCases.map(\.rawValue)
            throw MartletError(
                .usage, "There is no permission “\(text)”.\(didYouMean(text, among: known)) There are: \(known.joined(separator: ", ")).")
        }
        return permission
    }
}

extension APIToken {
    /// The token for `--json`, without its secret.
    var json: JSONValue {
        [
            "name": .string(name), "for": .string(principal.rawValue), "hint": .string(hint),
            "scopes": scopes.map { JSONValue($0.sorted().map(\.rawValue)) } ?? .null, "created": .string(created.description),
            "expires": JSONValue(expires?.description), "revoked": JSONValue(revoked?.description),
        ]
    }
}
