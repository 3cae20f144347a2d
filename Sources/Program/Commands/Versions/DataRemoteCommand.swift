import ArgumentParser
import Foundation
import Planning
import Support
import Versions

extension DataCommand {
    struct Remote: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "remote", abstract: "Say where data is pushed to and fetched from; kept in .dvc/config, as DVC does.",
            discussion: """
                An address is a folder, s3://BUCKET/PATH, ssh://HOST/PATH, or https://HOST/PATH, such as https://HOST/dvc of “martlet serve”.

                Examples:
                  martlet data remote add --default team https://ml.example.org/dvc
                  martlet data remote modify team auth custom
                  martlet data remote modify team custom_auth_header Authorization
                  martlet data remote modify --local team password "Bearer TOKEN"
                """,
            subcommands: [Add.self, List.self, Modify.self, Remove.self, Default.self])

        /// Which of the files of settings is changed.
        struct LevelOptions: ParsableArguments {
            @Flag(help: "Keep it for this clone alone (.dvc/config.local), which Git does not keep: for passwords and tokens.")
            var local = false
            @Flag(help: "Keep it for all repositories of this user.")
            var global = false

            var level: RepositoryConfig.Level { local ? .local : global ? .user : .repository }

            func validate() throws {
                if local && global { throw ValidationError("Choose one of --local and --global.") }
            }
        }

        struct Add: ParsableCommand {
            static let configuration = CommandConfiguration(commandName: "add", abstract: "Add a remote.")

            @Argument(help: "A name of your choice.")
            var name: String
            @Argument(help: "A folder, s3://, ssh:// or https://.")
            var address: String
            @Flag(name: .shortAndLong, help: "It is meant where none is named.")
            var `default` = false
            @Flag(name: .shortAndLong, help: "Replace a remote of this name.")
            var force = false
            @OptionGroup var place: LevelOptions
            @OptionGroup var options: GlobalOptions

            func run() throws {
                let repository = try options.repository()
                guard !name.isEmpty, name.allSatisfy({ $0.isLetter || $0.isNumber || "-_.".contains($0) }) else {
                    throw MartletError(.usage, "“\(name)” is no name of a remote. Take letters, digits, “-”, “_” and “.”.")
                }
                guard force || repository.config.remote(name) == nil else {
                    throw MartletError(
                        .alreadyExists, "There is a remote “\(name)” already. Change it with “remote modify”, or replace it with --force.")
                }
                try place.edit(repository) { file in
                    file.remove("remote \"\(name)\"")
                    file.set("remote \"\(name)\"", "url", to: Remote.written(address, options.folder, in: place.level, repository))
                    if `default` { file.set("core", "remote", to: name) }
                }
                if !options.quiet, !options.json { Console.standard.line("\(Console.standard.mark(.green)) \(name)  \(address)") }
            }
        }

        struct List: ParsableCommand {
            static let configuration = CommandConfiguration(commandName: "list", abstract: "List the remotes.")

            @OptionGroup var options: GlobalOptions

            func run() throws {
                let config = try options.repository().config
                let remotes = config.remoteNames.map { name in
                    (name: name, url: config.remote(name)?["url"]?.text ?? "", isDefault: name == config.defaultRemote)
                }
                guard !options.json else {
                    return Console.standard.json(
                        .array(remotes.map { ["name": .string($0.name), "url": .string($0.url), "default": .bool($0.isDefault)] }))
                }
                guard !remotes.isEmpty else { return Console.standard.line("No remote is set yet: martlet data remote add NAME ADDRESS.") }
                var table = TextTable()
                for remote in remotes { table.add(remote.name, remote.url, remote.isDefault ? "default" : "") }
                table.lines(indent: "").forEach { Console.standard.line($0) }
            }
        }

        struct Modify: ParsableCommand {
            static let configuration = CommandConfiguration(
                commandName: "modify", abstract: "Change a setting of a remote, under DVC's name for it.")

            @Argument(help: "The remote.")
            var name: String
            @Argument(help: "The setting: url, auth, user, password, custom_auth_header, endpointurl, profile, region, …")
            var setting: String
            @Argument(help: "Its value; left out with --unset.")
            var value: String?
            @Flag(name: .shortAndLong, help: "Remove the setting.")
            var unset = false
            @OptionGroup var place: LevelOptions
            @OptionGroup var options: GlobalOptions

            func validate() throws {
                if (value == nil) != unset { throw ValidationError("Write a value, or --unset without one.") }
            }

            func run() throws {
                let repository = try options.repository()
                try Remote.check(name, repository)
                let secret = ["password", "secret_access_key", "session_token"].contains(setting)
                try place.edit(repository) { file in
                    let text = setting == "url" ? value.map { Remote.written($0, options.folder, in: place.level, repository) } : value
                    file.set("remote \"\(name)\"", setting, to: text)
                }
                if secret, !unset, place.level == .repository {
                    Console.standard.note("The value stands in .dvc/config, which Git keeps. Take it out there, and set it with --local instead.")
                }
            }
        }

        struct Remove: ParsableCommand {
            static let configuration = CommandConfiguration(commandName: "remove", abstract: "Forget a remote; what lies there stays.")

            @Argument(help: "The remote.")
            var name: String
            @OptionGroup var place: LevelOptions
            @OptionGroup var options: GlobalOptions

            func run() throws {
                let repository = try options.repository()
                try Remote.check(name, repository)
                try place.edit(repository) { file in
                    file.remove("remote \"\(name)\"")
                    if repository.config.defaultRemote == name { file.set("core", "remote", to: nil) }
                }
            }
        }

        struct Default: ParsableCommand {
            static let configuration = CommandConfiguration(
                commandName: "default", abstract: "Say which remote is meant where none is named, or show it.")

            @Argument(help: "The remote; shown where it is left out.")
            var name: String?
            @OptionGroup var place: LevelOptions
            @OptionGroup var options: GlobalOptions

            func run() throws {
                let repository = try options.repository()
                guard let name else {
                    guard !options.json else { return Console.standard.json(["default": JSONValue(repository.config.defaultRemote)]) }
                    return Console.standard.line(repository.config.defaultRemote ?? "No remote is meant where none is named.")
                }
                try Remote.check(name, repository)
                try place.edit(repository) { $0.set("core", "remote", to: name) }
            }
        }

        fileprivate static func check(_ name: String, _ repository: Repository) throws(MartletError) {
            guard repository.config.remote(name) == nil else { return }
            throw MartletError(
                .notFound,
                "There is no remote “\(name)”.\(didYouMean(name, among: repository.config.remoteNames)) “martlet data remote list” shows them.")
        }

        /// An address as it stands in the settings: a folder that the user named from where they are is written from where the settings lie.
        fileprivate static func written(
            _ address: String, _ folder: String, in level: RepositoryConfig.Level, _ repository: Repository
        ) -> String {
            guard !address.contains("://"), !address.hasPrefix("/") else { return address }
            let target = URL(fileURLWithPath: address, relativeTo: URL(fileURLWithPath: folder, isDirectory: true)).standardizedFileURL.path
            guard level == .repository || level == .local else { return target }
            return RelativePaths.way(from: "\(repository.root)/.dvc", to: target)
        }
    }
}

extension DataCommand.Remote.LevelOptions {
    fileprivate func edit(_ repository: Repository, _ change: (inout ConfigFile) throws(MartletError) -> Void) throws(MartletError) {
        try RepositoryConfig.edit(level, root: repository.root, environment: ProcessInfo.processInfo.environment, change)
    }
}
