import ArgumentParser
import Data
import Digests
import Foundation
import Planning
import Projects
import Stages
import Support
import Versions

extension DataCommand {
    struct List: RemoteCommand {
        static let configuration = CommandConfiguration(
            commandName: "list", abstract: "List the dataset versions, newest first; or what another repository has.",
            discussion: """
                In a folder without martlet.yaml, what is under version there is listed.

                Examples:
                  martlet data list
                  martlet data list ../prices
                  martlet data list https://git.example.org/team/prices data --rev v2 --recursive
                """)

        @Argument(help: "Another repository: a folder, or an address that “git clone” takes.", completion: .directory)
        var source: String?
        @Argument(help: "A folder in it.")
        var path: String?
        @Option(help: "A branch, tag or commit of it.")
        var rev: String?
        @Flag(name: [.customShort("R"), .long], help: "Also what lies in its folders.")
        var recursive = false
        @OptionGroup var remote: ServerOptions
        @OptionGroup var options: GlobalOptions

        var namesLocalFiles: Bool { source != nil }

        func run() async throws {
            if let source {
                if try remote.server() != nil { try requireNoLocalFiles() }
                return try await offPool { try list(source) }
            }
            let isProject = ["martlet.yaml", "dvc.yaml"].contains { FileManager.default.fileExists(atPath: "\(options.folder)/\($0)") }
            guard try remote.server() == nil, !isProject, let repository = try? options.repository() else { return try await runHereOrThere() }
            try listTracked(repository)
        }

        func run(on project: Project, console: Console) throws {
            let versions = try project.datasets.names().flatMap { try project.datasets.versions(of: $0) }.reversed()
            let shown = try versions.map { try project.show($0.reference.description) }
            guard !options.json else { return console.json(.array(shown)) }
            if versions.isEmpty { try project.file.requireLifecycle() }
            guard !versions.isEmpty else { return console.line("No dataset version yet: run “martlet run”.") }
            var table = TextTable()
            for version in versions {
                let checks =
                    "\(version.details.expectationsPassed) of \(version.details.expectationsPassed + version.details.expectationsFailed) expectations hold"
                let erased = try project.erasedRows(of: version.reference.description).reduce(0) { $0 + $1.rows }
                table.add(
                    version.reference.description, "\(version.rows) rows", checks, version.created.description, version.digest.short,
                    erased > 0 ? "\(erased == 1 ? "1 row" : "\(erased) rows") erased since" : "")
            }
            table.lines().forEach { console.line($0) }
        }

        private func listTracked(_ repository: Repository) throws {
            let outputs = try TrackedTargets(repository: repository, folder: options.folder).outputs([])
            guard !options.json else { return Console.standard.json(.array(outputs.map(\.json))) }
            var table = TextTable()
            for output in outputs { table.add(output.path, OutputText.size(output), output.source.title) }
            table.lines(indent: "").forEach { Console.standard.line($0) }
        }

        private func list(_ address: String) throws {
            guard let path = RelativePaths.join("", path ?? "") else { throw MartletError(.usage, "“\(path ?? "")” is no path within \(address).") }
            let source = try SourceRepository(address, revision: rev, from: options.folder)
            let scratch = FileManager.default.temporaryDirectory.appending(path: "martlet-\(UUID().uuidString)").path(percentEncoded: false)
            defer { try? FileManager.default.removeItem(atPath: scratch) }
            let tree = try SourceTree(source, at: path, outputs: source.outputs(), store: ContentStore(root: scratch))
            let items = ListedItem.items(tree.entries, below: TreePath(path), recursive: recursive)
            guard !options.json else { return Console.standard.json(.array(items.map(\.json))) }
            for item in items { Console.standard.line("\(item.path)\(item.isFolder ? "/" : "")") }
        }
    }
}

/// A file or folder of another repository, as it is listed.
struct ListedItem {
    /// Relative to the folder that is listed.
    let path: TreePath
    let isFolder: Bool
    /// Whether it, or something in it, is under version beside Git.
    var isOutput: Bool

    /// - Parameter recursive: whether all files are listed; else the folder's own files and folders.
    static func items(_ entries: [SourceTree.Entry], below folder: TreePath, recursive: Bool) -> [ListedItem] {
        var items: [ListedItem] = []
        for entry in entries {
            let path = folder.bytes.isEmpty ? entry.path : entry.path.below(folder) ?? TreePath(RelativePaths.name(of: entry.path.description))
            let first = path.bytes.prefix { $0 != TreePath.slash }
            let isFolder = !recursive && first.count < path.bytes.count
            let shown = isFolder ? TreePath(Array(first)) : path
            // What lies in one folder stands together.
            if items.last?.path == shown {
                items[items.count - 1].isOutput = items[items.count - 1].isOutput || entry.stored != nil
            } else {
                items.append(ListedItem(path: shown, isFolder: isFolder, isOutput: entry.stored != nil))
            }
        }
        return items
    }

    /// Under DVC's names (`dvc list --json`).
    var json: JSONValue { ["path": .string(path.description), "isdir": .bool(isFolder), "isout": .bool(isOutput)] }
}
