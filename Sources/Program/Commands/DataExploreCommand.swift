import Access
import ArgumentParser
import Exploration
import Foundation
import Planning
import Projects
import Support

extension DataCommand {
    struct Explore: RemoteCommand {
        static let configuration = CommandConfiguration(
            commandName: "explore", abstract: "Show what is worth a look: what stands out, columns that go together, values missing together.",
            discussion: """
                The page of the dataset at “martlet serve” shows the same with pictures.

                With --projector, rows are written as files that TensorBoard's projector opens: vectors of the numeric columns in units of their
                standard deviation, and the values of all columns as labels.

                Examples:
                  martlet data explore
                  martlet data explore loans@v2 --projector out && tensorboard --logdir out
                """)

        @Argument(help: "The dataset: dataset:NAME@v3, the newest where it is left out; or a file.", completion: .file())
        var reference: String?
        @Option(help: "A folder that files for TensorBoard's projector are written to.", completion: .directory)
        var projector: String?
        @Option(help: "With --projector: how many rows at most.")
        var rows = 5000
        @OptionGroup var remote: ServerOptions
        @OptionGroup var options: GlobalOptions

        var permission: Permission { .dataRead }
        var namesLocalFiles: Bool { projector != nil || reference.map(Project.namesFile) == true }

        func validate() throws {
            guard projector == nil || reference.map(Project.namesFile) != true else {
                throw ValidationError("--projector takes a dataset, such as loans@v2, not a file.")
            }
            guard (2...100_000).contains(rows) else { throw ValidationError("--rows is a number from 2 to 100000.") }
        }

        func run(on project: Project, console: Console) throws {
            if reference.map(Project.namesFile) != true { try project.file.requireLifecycle() }
            if let projector {
                let folder = URL(fileURLWithPath: projector).standardizedFileURL.path
                let written = try project.writeProjector(reference, to: folder, rows: rows)
                guard !options.json else {
                    return console.json(["folder": .string(folder), "rows": JSONValue(written.rows), "columns": JSONValue(written.columns)])
                }
                return console.line(
                    "\(written.rows) rows of \(written.columns) numeric columns in \(projector). Open them with: tensorboard --logdir \(projector)")
            }
            let profile = try project.profile(reference)
            guard !options.json else { return console.json(ExploreText.json(profile)) }
            ExploreText.lines(profile).forEach { console.line($0) }
        }
    }
}
