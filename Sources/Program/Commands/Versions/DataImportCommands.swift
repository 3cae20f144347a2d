import ArgumentParser
import Foundation
import Planning
import Stages
import Support
import Versions

/// Which file or folder of which other repository is meant.
struct SourceOptions: ParsableArguments {
    @Argument(help: "The other repository: a folder, or an address that “git clone” takes.", completion: .directory)
    var source: String
    @Argument(help: "The file or folder in it.")
    var path: String
    @Option(help: "A branch, tag or commit of it; what it has checked out where it is left out.")
    var rev: String?
    @Option(name: .shortAndLong, help: "Where it is put; under its own name here where it is left out.")
    var out: String?
    @Flag(help: "Replace what stands there.")
    var force = false

    /// The path as the other repository has it.
    func name() throws(MartletError) -> String {
        guard let name = RelativePaths.join("", path), !name.isEmpty || out != nil else {
            throw MartletError(.usage, "“\(path)” is no path within \(source). Name a file or folder of it; for all of it say “.” and --out.")
        }
        return name
    }

    /// Where it is put, absolute.
    func target(_ folder: String) throws(MartletError) -> String {
        let own = try name()
        let name = out ?? RelativePaths.name(of: own)
        return URL(filePath: name, relativeTo: URL(filePath: folder, directoryHint: .isDirectory)).standardizedFileURL.path(percentEncoded: false)
    }
}

extension SourceRepository {
    /// All that it has under version.
    func outputs() throws(MartletError) -> [TrackedOutput] {
        guard let checkout else { return [] }
        return try checkout.pointers().flatMap(\.outputs) + checkout.stageOutputs().filter(\.isCached)
    }
}

extension DataCommand {
    struct Get: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "get", abstract: "Copy a file or folder of another repository here, without putting it under version.",
            discussion: """
                What that repository has under version comes from its cache, where it lies on this machine, or from its default remote; what Git keeps
                comes from Git.

                Examples:
                  martlet data get https://git.example.org/team/prices data/prices.csv
                  martlet data get ../prices data --rev v2 --out prices-v2
                """)

        @OptionGroup var chosen: SourceOptions
        @OptionGroup var options: GlobalOptions

        func run() throws {
            let (name, target) = (try chosen.name(), try chosen.target(options.folder))
            let source = try SourceRepository(chosen.source, revision: chosen.rev, from: options.folder)
            let outputs = try source.outputs()
            let progress = options.progress("fetching")
            defer { progress.end() }
            let output = try Repository.copy(
                source,
                { (store) throws(MartletError) in
                    try SourceTree(source, at: name, outputs: outputs, store: store, observer: progress.observer)
                }, to: target, force: chosen.force, observer: progress.observer)
            progress.end()
            var facts = output.json
            (facts["path"], facts["tracked_by"], facts["rev"]) = (.string(target), nil, .string(source.commit))
            guard !options.json else { return Console.standard.json(facts) }
            guard !options.quiet else { return }
            Console.standard.line(
                "\(Console.standard.mark(.green)) \(target)  \(OutputText.size(output))  from \(chosen.source) at \(source.commit.prefix(12))")
        }
    }

    struct Import: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "import", abstract: "Put a file or folder of another repository under version here, and keep where it came from.",
            discussion: """
                As “data get”, and then as “data add”: the pointer file names the other repository and its commit, so that “dvc update” can bring a newer
                one.

                Examples:
                  martlet data import https://git.example.org/team/prices data/prices.csv
                  martlet data import ../prices data --rev v2 --out prices
                """)

        @OptionGroup var chosen: SourceOptions
        @OptionGroup var options: GlobalOptions

        func run() throws {
            let repository = try options.repository()
            let (name, path) = (try chosen.name(), try repository.relative(chosen.target(options.folder), to: options.folder))
            let source = try SourceRepository(chosen.source, revision: chosen.rev, from: options.folder)
            let progress = options.progress("fetching")
            defer { progress.end() }
            let tree = try SourceTree(
                source, at: name, outputs: source.outputs(), store: repository.cache, observer: progress.observer)
            let added = try repository.bring(
                tree, named: name, of: source, to: path, stages: repository.stageOutputs(), force: chosen.force, observer: progress.observer)
            progress.end()
            guard !options.json else { return Console.standard.json(added.json) }
            guard !options.quiet else { return }
            let (console, output) = (Console.standard, added.output)
            console.line("\(console.mark(.green)) \(path)  \(OutputText.size(output))  from \(chosen.source) at \(source.commit.prefix(12))")
            if repository.usesGit { console.line("Next: git add \(added.pointer) .gitignore") }
        }
    }
}
