import ArgumentParser
import Planning
import Stages
import Support
import Versions

extension DataCommand {
    struct Add: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "add", abstract: "Put files or folders under version beside Git, as DVC does.",
            discussion: """
                The contents go into .dvc/cache; a small pointer file beside each (data.csv.dvc) says which content it is, and Git keeps that one. “dvc”
                reads what this writes, and the other way round. Add again after a change.

                Examples:
                  martlet data add images labels.csv
                  git add images.dvc labels.csv.dvc .gitignore && git commit -m "First data"
                """)

        @Argument(help: "Files or folders.", completion: .file())
        var paths: [String]
        @OptionGroup var options: GlobalOptions

        func run() throws {
            let made = try makeRepository()
            let repository = try options.repository()
            var relative: [String] = []
            for path in paths { relative.append(try repository.relative(path, to: options.folder)) }
            let progress = options.progress("adding")
            defer { progress.end() }
            let added = try repository.add(relative, stages: repository.stageOutputs(), observer: progress.observer)
            progress.end()
            guard !options.json else { return Console.standard.json(.array(added.map(\.json))) }
            guard !options.quiet else { return }
            if !made.isEmpty { Console.standard.line("Data under version begins in \(repository.root): \(made.joined(separator: ", ")) made.") }
            var table = TextTable()
            for item in added {
                table.add(
                    Console.standard.mark(.green), item.output.path, OutputText.size(item.output), item.isChanged ? item.pointer : "as it was added")
            }
            table.lines(indent: "").forEach { Console.standard.line($0) }
            let pointers = added.filter(\.isChanged).map(\.pointer)
            guard !pointers.isEmpty, repository.usesGit else { return }
            Console.standard.line("Next: git add \(pointers.prefix(3).joined(separator: " "))\(pointers.count > 3 ? " …" : "") .gitignore")
        }

        /// Makes a repository where there is none yet.
        /// - Returns: the files that were made.
        private func makeRepository() throws -> [String] {
            guard Repository.root(above: options.folder) == nil else { return [] }
            return try Repository.make(at: Repository.place(for: options.folder))
        }
    }
}

/// What is said of tracked data in the terminal.
enum OutputText {
    /// Such as `2,000 files, 20 MB`.
    static func size(_ output: TrackedOutput) -> String {
        let bytes = output.size.map { ByteText.text($0) }
        guard let count = output.fileCount else { return bytes ?? "" }
        return ["\(count) file\(count == 1 ? "" : "s")", bytes].compactMap(\.self).joined(separator: ", ")
    }
}

extension TrackedOutput {
    /// The facts, for `--json`.
    var json: JSONValue {
        var facts: JSONValue = ["path": .string(path), "tracked_by": .string(source.title)]
        if let content { facts["md5"] = .string(content.description) }
        if let size { facts["size"] = JSONValue(size) }
        if let fileCount { facts["nfiles"] = JSONValue(fileCount) }
        return facts
    }
}

extension Added {
    /// The facts, for `--json`.
    var json: JSONValue {
        var facts = output.json
        facts["changed"] = .bool(isChanged)
        return facts
    }
}
