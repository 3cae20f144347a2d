import Access
import ArgumentParser
import Data
import Digests
import Foundation
import Projects
import Support

struct DataCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "data",
        abstract:
            "Put files under version; list dataset versions, look at, check and compare them, preview rules, erase a person, hold one, let old rows go.",
        subcommands: [
            Add.self, Status.self, Diff.self, Log.self, Checkout.self, Push.self, Pull.self, Fetch.self, Remote.self, Get.self, Import.self,
            Verify.self, Collect.self,
            Hooks.self, List.self, Profile.self, Explore.self,
            Compare.self, Validate.self, Preview.self, Rejects.self, Propose.self, Erase.self, Hold.self,
            Holds.self,
            Release.self, Retain.self,
        ])

    struct Profile: RemoteCommand {
        static let configuration = CommandConfiguration(
            commandName: "profile", abstract: "Show every column: type, missing values, range, frequent values.",
            discussion: """
                With --tfdv, the profile is written as TensorFlow Data Validation's statistics (a serialised DatasetFeatureStatisticsList), which
                TFDV and Facets Overview read.

                Examples:
                  martlet data profile loans@v2 --tfdv statistics.pb
                  martlet data profile new.csv
                """)

        @Argument(help: "The dataset: dataset:NAME@v3, the newest where it is left out; or a file.", completion: .file())
        var reference: String?
        @Option(help: "A file that the statistics are written to.", completion: .file())
        var tfdv: String?
        @OptionGroup var remote: ServerOptions
        @OptionGroup var options: GlobalOptions

        var permission: Permission { .dataRead }
        var namesLocalFiles: Bool { tfdv != nil || reference.map(Project.namesFile) == true }

        func run(on project: Project, console: Console) throws {
            if reference.map(Project.namesFile) != true { try project.file.requireLifecycle() }
            if let tfdv {
                let bytes = try project.statisticsMessage(reference)
                do { try Foundation.Data(bytes).write(to: URL(fileURLWithPath: tfdv), options: .atomic) } catch {
                    throw MartletError(.unavailable, "\(tfdv) could not be written. Choose a place that you may write to.", cause: "\(error)")
                }
                return console.line("\(bytes.count) bytes of statistics in \(tfdv).")
            }
            let profile = try project.profile(reference)
            guard !options.json else { return console.json(profile) }
            var table = TextTable(
                rows: [["column", "kind", "missing", "distinct", "min", "mean", "max", "most frequent"]], rightAligned: [2, 3, 4, 5, 6])
            for column in profile["columns"].elements { table.rows.append(ProfileText.cells(column)) }
            table.lines(indent: "").forEach { console.line($0) }
        }
    }
}
