import ArgumentParser
import Planning
import Support
import Versions

extension DataCommand {
    struct Status: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "status", abstract: "Show which data under version has changed since it was added.",
            discussion: """
                Examples:
                  martlet data status
                  martlet data status images --files     each file that differs
                """)

        @Argument(help: "Tracked files or folders; all of them where they are left out.", completion: .file())
        var paths: [String] = []
        @Flag(help: "Show each file of a folder that differs.")
        var files = false
        @OptionGroup var options: GlobalOptions

        func run() throws {
            let repository = try options.repository()
            let outputs = try TrackedTargets(repository: repository, folder: options.folder).outputs(paths)
            let progress = options.progress("looking at")
            defer { progress.end() }
            let statuses = try repository.status(of: outputs, observer: progress.observer)
            progress.end()
            guard !options.json else { return Console.standard.json(.array(statuses.map(\.json))) }
            guard !statuses.isEmpty else { return Console.standard.line("No data is under version yet: martlet data add FILE.") }
            show(statuses.filter { $0.state != .unchanged || $0.isNotInCache }, of: statuses.count)
        }

        private func show(_ odd: [OutputStatus], of count: Int) {
            let console = Console.standard
            guard !odd.isEmpty else { return console.line("\(console.mark(.green)) \(count == 1 ? "The data is" : "All \(count) are") as added.") }
            var table = TextTable()
            for status in odd { table.add(console.paint(status.word, .yellow), status.output.path, status.remark, "(\(status.output.source.title))") }
            table.lines(indent: "").forEach { console.line($0) }
            if files { odd.forEach(showFiles) }
            if odd.contains(where: { $0.state == .missing }) { console.line("“martlet data checkout” brings back what is missing.") }
            if odd.contains(where: { $0.state == .modified }) { console.line("“martlet data add” keeps what was modified as a new version.") }
            if odd.contains(where: \.isNotInCache) { console.line("“martlet data fetch” gets what is not in the cache.") }
        }

        private func showFiles(_ status: OutputStatus) {
            guard let changes = status.changes else { return }
            Console.standard.line("\(status.output.path):")
            for (word, paths) in [("added", changes.added), ("modified", changes.modified), ("deleted", changes.deleted)] {
                for path in paths { Console.standard.line("  \(word)  \(path)") }
            }
        }
    }
}

extension OutputStatus {
    /// One word for the terminal.
    fileprivate var word: String { state == .unchanged && isNotInCache ? "not in cache" : state.rawValue }

    /// How many files differ.
    fileprivate var remark: String {
        guard let changes else { return state != .unchanged && isNotInCache ? "not in cache" : "" }
        return [(changes.added.count, "added"), (changes.modified.count, "modified"), (changes.deleted.count, "deleted")]
            .filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }.joined(separator: ", ")
    }

    /// The facts, for `--json`.
    var json: JSONValue {
        var facts = output.json
        facts["state"] = .string(state.rawValue)
        facts["not_in_cache"] = .bool(isNotInCache)
        if let changes { facts["changes"] = changes.json }
        return facts
    }
}

extension ListingChanges {
    /// The paths, for `--json`.
    var json: JSONValue {
        func texts(_ paths: [TreePath]) -> JSONValue { .array(paths.map { .string($0.description) }) }
        return ["added": texts(added), "modified": texts(modified), "deleted": texts(deleted)]
    }
}
