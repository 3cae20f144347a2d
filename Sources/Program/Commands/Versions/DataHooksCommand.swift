import ArgumentParser
import Planning
import Support
import Versions

extension DataCommand {
    struct Hooks: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "hooks", abstract: "Have Git look after data: check it out, tell what changed, push it along.",
            discussion: """
                Writes three hooks of this clone's Git: after a checkout the data follows, before a commit changed data is named, before a push the data
                goes to the remote. A hook that somebody else wrote is left as it is.

                Examples:
                  martlet data hooks
                  martlet data hooks --remove
                """)

        @Flag(help: "Take the hooks away again.")
        var remove = false
        @OptionGroup var options: GlobalOptions

        func run() throws {
            let repository = try options.repository()
            let names = try remove ? repository.removeHooks() : repository.installHooks()
            guard !options.json else { return Console.standard.json(["hooks": .array(names.map { .string($0) })]) }
            guard !names.isEmpty else { return Console.standard.line("No hook of ours is there.") }
            Console.standard.line("\(Console.standard.mark(.green)) \(remove ? "Removed" : "Written"): \(names.joined(separator: ", "))")
        }
    }
}
