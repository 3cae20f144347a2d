import ArgumentParser
import Support
import Versions

extension DataCommand {
    struct Diff: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "diff", abstract: "Show which data differs between two commits, or between one and the folder.",
            discussion: """
                What the pointer files name is compared, file by file. Data that was changed and not added again is shown by “martlet data status”.

                Examples:
                  martlet data diff                  HEAD against the folder
                  martlet data diff v1               v1 against the folder
                  martlet data diff v1 v2 --json
                """)

        @Argument(help: "A commit, branch or tag; HEAD where it is left out.")
        var old: String = "HEAD"
        @Argument(help: "Another; the pointer files in the folder where it is left out.")
        var new: String?
        @OptionGroup var options: GlobalOptions

        func run() throws {
            let repository = try options.repository()
            guard repository.usesGit else { throw MartletError(.invalidInput, "There are no commits to compare: this repository is not in Git.") }
            let before = try outputs(old, repository)
            let after = try new.map { try outputs($0, repository) } ?? TrackedTargets(repository: repository, folder: options.folder).outputs([])
            let difference = try repository.difference(from: before, to: after)
            guard !options.json else { return Console.standard.json(difference.json) }
            guard !difference.isEmpty else { return Console.standard.line("No data differs.") }
            let groups = [
                ("added", difference.added), ("modified", difference.modified), ("deleted", difference.deleted), ("renamed", difference.renamed),
            ]
            for (word, files) in groups where !files.isEmpty {
                Console.standard.line("\(word) (\(files.count)):")
                for file in files { Console.standard.line("  \(file.oldPath.map { "\($0) → " } ?? "")\(file.path)") }
            }
        }

        private func outputs(_ revision: String, _ repository: Repository) throws -> [TrackedOutput] {
            try TrackedTargets(repository: repository, folder: options.folder).outputs(of: repository.git.commit(revision))
        }
    }
}

extension DataDifference {
    /// The lists under DVC's names.
    var json: JSONValue {
        func list(_ files: [File]) -> JSONValue {
            .array(
                files.map { file in
                    var facts: JSONValue = ["path": .string(file.path)]
                    if let old = file.oldPath { facts["path"] = ["old": .string(old), "new": .string(file.path)] }
                    switch (file.old, file.new) {
                    case (let old?, let new?) where old != new: facts["hash"] = ["old": .string(old.description), "new": .string(new.description)]
                    case (let old, let new): if let name = new ?? old { facts["hash"] = .string(name.description) }
                    }
                    return facts
                })
        }
        return ["added": list(added), "deleted": list(deleted), "modified": list(modified), "renamed": list(renamed)]
    }
}
