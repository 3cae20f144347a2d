import ArgumentParser
import Foundation
import Planning
import Stages
import Support
import Versions

extension DataCommand {
    struct Verify: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "verify", abstract: "Read every stored content and hold it against its name.",
            discussion: """
                A disk that decays or a copy that was cut off shows here. With --remove, damaged contents are removed, so that the next
                “martlet data fetch” brings them anew. Exit code 1 where something is damaged.
                """)

        @Flag(help: "Remove what is damaged.")
        var remove = false
        @OptionGroup var options: GlobalOptions

        func run() throws {
            let repository = try options.repository()
            let progress = options.progress("reading")
            defer { progress.end() }
            let result = try repository.cache.verify(removing: remove, observer: progress.observer)
            progress.end()
            let console = Console.standard
            guard !options.json else {
                console.json([
                    "contents": JSONValue(result.contents), "bytes": JSONValue(result.size), "damaged": .array(result.damaged.map { .string($0) }),
                    "incomplete": .array(result.incomplete.map { ["listing": .string($0.listing), "missing": JSONValue($0.missing)] }),
                ])
                if !result.damaged.isEmpty { throw ExitCode(1) }
                return
            }
            for name in result.damaged { console.line("\(console.mark(.red)) \(name) is damaged\(remove ? ", removed" : "")") }
            for (listing, missing) in result.incomplete {
                console.line("\(console.mark(.yellow)) \(listing) lacks \(missing) of its files: martlet data fetch")
            }
            if result.damaged.isEmpty {
                console.line("\(console.mark(.green)) \(result.contents) contents, \(ByteText.text(result.size)), all whole.")
            }
            guard result.damaged.isEmpty else {
                if !remove { console.line("“martlet data verify --remove” removes them; “martlet data fetch” brings them anew.") }
                throw ExitCode(1)
            }
        }
    }

    struct Collect: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "gc", abstract: "Remove contents from the cache that no version in use names.",
            discussion: """
                What the pointer files in the folder name is always kept. Say which other versions stay; what is on a remote can be fetched again.

                Examples:
                  martlet data gc --all-branches --all-tags --dry-run    what would go, and what stays for whom
                  martlet data gc --all-commits
                  martlet data gc --workspace                            only what the folder needs now
                """)

        @Flag(name: .shortAndLong, help: "Keep what the folder needs now, and nothing else unless said.")
        var workspace = false
        @Flag(name: [.customShort("a"), .long], help: "Keep what the ends of all branches name.")
        var allBranches = false
        @Flag(name: [.customShort("T"), .long], help: "Keep what tags name.")
        var allTags = false
        @Flag(name: [.customShort("A"), .long], help: "Keep what any commit names.")
        var allCommits = false
        @Flag(help: "Keep what experiments of DVC name.")
        var allExperiments = false
        @Flag(help: "Only tell what would be removed.")
        var dryRun = false
        @OptionGroup var options: GlobalOptions

        func validate() throws {
            guard workspace || allBranches || allTags || allCommits || allExperiments else {
                throw ValidationError("Say what stays: --workspace, --all-branches, --all-tags, --all-commits, --all-experiments.")
            }
        }

        func run() throws {
            let repository = try options.repository()
            var kept: KeptVersions = []
            if allBranches { kept.insert(.branches) }
            if allTags { kept.insert(.tags) }
            if allCommits { kept.insert(.commits) }
            if allExperiments || allCommits { kept.insert(.experiments) }
            let collected = try repository.collect(keeping: kept, dryRun: dryRun) { commit throws(MartletError) in
                try repository.stageOutputs(in: commit)
            }
            guard !options.json else { return Console.standard.json(json(collected)) }
            var table = TextTable()
            for keeper in collected.keepers { table.add("kept for", keeper.title, "\(keeper.contents) contents") }
            table.lines(indent: "").forEach { Console.standard.line($0) }
            let verb = dryRun ? "would be removed" : "removed"
            Console.standard.line(
                "\(collected.removed.count) of \(collected.removed.count + collected.kept) contents \(verb), \(ByteText.text(collected.removedSize))."
            )
            if dryRun { for name in collected.removed.prefix(20) { Console.standard.line("  \(name)") } }
            if dryRun, collected.removed.count > 20 { Console.standard.line("  … and \(collected.removed.count - 20) more; --json has all") }
        }

        private func json(_ collected: Collected) -> JSONValue {
            [
                "dry_run": .bool(dryRun), "kept": JSONValue(collected.kept), "removed": .array(collected.removed.map { .string($0) }),
                "removed_bytes": JSONValue(collected.removedSize),
                "keepers": .array(collected.keepers.map { ["title": .string($0.title), "contents": JSONValue($0.contents)] }),
            ]
        }
    }

    struct Log: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "log", abstract: "Show the versions of a tracked file or folder, as Git recorded them.")

        @Argument(help: "A tracked file or folder.", completion: .file())
        var path: String
        @OptionGroup var options: GlobalOptions

        func run() throws {
            let repository = try options.repository()
            let outputs = try TrackedTargets(repository: repository, folder: options.folder).outputs([path])
            let versions = try outputs.flatMap { try repository.history(of: $0) }
            guard !options.json else {
                return Console.standard.json(
                    .array(
                        versions.map { version in
                            var facts = version.output.json
                            facts["commit"] = .string(version.commit)
                            facts["date"] = .string(version.date)
                            facts["author"] = .string(version.author)
                            facts["subject"] = .string(version.subject)
                            return facts
                        }))
            }
            guard !versions.isEmpty else {
                return Console.standard.line("No commit holds a version of \(path) yet: git add its pointer file and commit.")
            }
            var table = TextTable()
            for version in versions {
                let here = version.output.content.map { repository.cache.contains($0, version.output.layout) } == true
                table.add(
                    String(version.commit.prefix(7)), String(version.date.prefix(16)),
                    version.output.content.map { String($0.description.prefix(12)) } ?? "",
                    OutputText.size(version.output), here ? "" : "not in cache", version.author, version.subject)
            }
            table.lines(indent: "").forEach { Console.standard.line($0) }
        }
    }
}
