import ArgumentParser
import Foundation
import Projects
import Secrets
import Support

struct SecretCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "secret", abstract: "Keep what must not stand in martlet.yaml.",
        discussion: """
            Where martlet.yaml takes an address of a webhook it also takes a reference, resolved when it is used and shown nowhere:
              secret://NAME or secret://NAME#KEY            stored here, sealed; the key is in ~/.config/martlet/keys or MARTLET_KEY_FILE.
                                                            NAME may have parts (team/alerts); without KEY it is NAME#value
              secret://env/NAME                             an environment variable
              secret://file/PATH                            a file
              secret://vault/MOUNT/PATH#KEY@VERSION         Vault, KV version 2: VAULT_ADDR, VAULT_TOKEN or VAULT_ROLE_ID and VAULT_SECRET_ID

            A server gives what is stored here to Vault's clients too: hvac.Client(url="http://HOST:8080", token=TOKEN) with a token that has
            secret.read or secret.manage, the mount “secret”, and AppRole for services (role_id: its name, secret_id: a token of it).
            """,
        subcommands: [Set.self, List.self, Remove.self])

    struct Set: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "set",
            abstract: "Store a secret: asked for, or one line of standard input.",
            discussion: """
                Example:
                  martlet secret set alerts#url < url.txt     then in martlet.yaml: alert: [webhook: "secret://alerts#url"]
                """)

        @Argument(help: "NAME or NAME#KEY.")
        var name: String
        @OptionGroup var options: GlobalOptions

        func run() throws {
            let project = try options.open()
            let name = try SecretCommand.name(name)
            try project.setSecret(name, to: SecretPrompt.ask("Secret", twice: true))
            guard !options.json else { return Console.standard.json(["secret": .string(name.description), "stored": true]) }
            Console.standard.line("Stored. In martlet.yaml it is secret://\(name).")
        }
    }

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list", abstract: "List the secrets' names and when they were set; never their values.")

        @OptionGroup var options: GlobalOptions

        func run() throws {
            let all = try options.open().secrets.list()
            guard !options.json else {
                return Console.standard.json(
                    .array(all.map { ["secret": .string($0.name.description), "changed": .string($0.changed.description)] }))
            }
            guard !all.isEmpty else { return Console.standard.line("No secret yet: martlet secret set NAME") }
            var table = TextTable()
            for secret in all { table.add(secret.name.description, "set \(secret.changed.date)") }
            table.lines().forEach { Console.standard.line($0) }
        }
    }

    struct Remove: ParsableCommand {
        static let configuration = CommandConfiguration(commandName: "rm", abstract: "Remove a secret.")

        @Argument(help: "NAME or NAME#KEY.")
        var name: String
        @OptionGroup var options: GlobalOptions

        func run() throws {
            let name = try SecretCommand.name(name)
            try options.open().removeSecret(name)
            guard !options.json else { return Console.standard.json(["secret": .string(name.description), "removed": true]) }
            Console.standard.line("The secret \(name) is removed.")
        }
    }

    static func name(_ text: String) throws(MartletError) -> SecretName {
        guard let name = SecretName(text) else {
            throw MartletError(
                .usage,
                "“\(text)” is no name of a secret: letters, digits, “.”, “-” and “_”, parts with “/” between, and #KEY where several belong together."
            )
        }
        return name
    }
}
