import ArgumentParser
import Planning
import Support
import Versions

extension DataCommand {
    struct Checkout: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "checkout", abstract: "Bring data in the folder to the versions that the pointer files name.",
            discussion: """
                After “git checkout” of another commit, this brings the data of that commit. What is not on this machine is fetched by “martlet data pull”.

                Examples:
                  git checkout v1 && martlet data checkout
                  martlet data checkout images --force    also where changes are lost that no version holds
                """)

        @Argument(help: "Tracked files or folders; all of them where they are left out.", completion: .file())
        var paths: [String] = []
        @Flag(help: "Go on where changes are lost that no version holds.")
        var force = false
        @OptionGroup var options: GlobalOptions

        func run() throws {
            let repository = try options.repository()
            let outputs = try TrackedTargets(repository: repository, folder: options.folder).outputs(paths)
            let progress = options.progress("writing")
            defer { progress.end() }
            let done = try repository.checkOut(outputs, force: force, observer: progress.observer)
            progress.end()
            guard !options.json else { return Console.standard.json(.array(done.map(\.json))) }
            guard !options.quiet else { return }
            let changed = done.filter(\.isChanged)
            guard !changed.isEmpty else {
                return Console.standard.line("\(Console.standard.mark(.green)) Nothing to do: the data is as its pointer files say.")
            }
            var table = TextTable()
            for item in changed { table.add(Console.standard.mark(.green), item.output.path, OutputText.size(item.output), item.remark) }
            table.lines(indent: "").forEach { Console.standard.line($0) }
        }
    }
}

extension CheckedOut {
    fileprivate var remark: String {
        guard output.content?.isFolder == true else { return "" }
        return [(changes.added.count, "added"), (changes.modified.count, "modified"), (changes.deleted.count, "deleted")]
            .filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }.joined(separator: ", ")
    }

    /// The facts, for `--json`.
    var json: JSONValue {
        var facts = output.json
        facts["changed"] = .bool(isChanged)
        if output.content?.isFolder == true { facts["changes"] = changes.json }
        return facts
    }
}
