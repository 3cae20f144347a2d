import Access
import ArgumentParser
import Data
import Digests
import Projects
import Support

struct DataCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "data",
        abstract: "List dataset versions, look at their columns, check and propose expectations, erase a person, hold one, let old rows go.",
        subcommands: [
            List.self, Profile.self, Validate.self, Rejects.self, Propose.self, Erase.self, Hold.self, Holds.self, Release.self, Retain.self,
        ])

    struct List: RemoteCommand {
        static let configuration = CommandConfiguration(commandName: "list", abstract: "List the dataset versions, newest first.")

        @OptionGroup var remote: ServerOptions
        @OptionGroup var options: GlobalOptions

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
    }

    struct Profile: RemoteCommand {
        static let configuration = CommandConfiguration(
            commandName: "profile", abstract: "Show every column: type, missing values, range, frequent values.")

        @Argument(help: "The dataset: dataset:NAME@v3; the newest where it is left out.")
        var reference: String?
        @OptionGroup var remote: ServerOptions
        @OptionGroup var options: GlobalOptions

        var permission: Permission { .dataRead }

        func run(on project: Project, console: Console) throws {
            try project.file.requireLifecycle()
            let profile = try project.profile(reference)
            guard !options.json else { return console.json(profile) }
            var table = TextTable(
                rows: [["column", "kind", "missing", "distinct", "min", "mean", "max", "most frequent"]], rightAligned: [2, 3, 4, 5, 6])
            for column in profile["columns"].elements { table.rows.append(ProfileText.cells(column)) }
            table.lines(indent: "").forEach { console.line($0) }
        }
    }
}
