import Access
import ArgumentParser
import Exploration
import Planning
import Projects
import Support
import Tables

extension DataCommand {
    struct Compare: RemoteCommand {
        static let configuration = CommandConfiguration(
            commandName: "compare", abstract: "Compare two versions of a dataset, or files, column by column, the most shifted first.",
            discussion: """
                A shift is the greatest difference between two shares, from 0 to 1: of rows below a bound (numbers: Kolmogorov–Smirnov), with
                one of some values (texts: total variation), or without a value. It counts from 0.1 on, where chance does not explain it: the
                p-value, corrected for the number of columns (Benjamini–Hochberg), is at most 0.01. Of more than 100,000 rows a random part
                is compared.

                A text with a slash or a full stop is a file. Beside a version it is read as the project's source is, and passes its rules.

                Examples:
                  martlet data compare loans@v1 loans@v2
                  martlet data compare loans@v2 new.csv
                """)

        @Argument(help: "A dataset version, such as loans@v1, or a file.", completion: .file())
        var first: String
        @Argument(help: "The one that is compared with it.", completion: .file())
        var second: String
        @OptionGroup var remote: ServerOptions
        @OptionGroup var options: GlobalOptions

        var permission: Permission { .dataRead }
        var namesLocalFiles: Bool { Project.namesFile(first) || Project.namesFile(second) }

        func run(on project: Project, console: Console) throws {
            let comparison = try project.compare(first, second)
            guard !options.json else { return console.json(comparison.json) }
            console.line(
                "\(comparison.first.name) (\(comparison.first.rows) rows) and \(comparison.second.name) (\(comparison.second.rows) rows): "
                    + "\(comparison.shifted.count) of \(comparison.columns.count) columns shifted.")
            var table = TextTable(rightAligned: [3])
            for column in comparison.columns { table.add(Self.cells(column, console)) }
            table.lines().forEach { console.line($0) }
            for side in [comparison.first, comparison.second] where !side.own.isEmpty {
                console.line("Only in \(side.name): \(side.own.joined(separator: ", ")).")
            }
        }

        private static func cells(_ column: ColumnShift, _ console: Console) -> [String] {
            let figures = column.figures.map { "\($0.name) \(Objective.text($0.value))" }
            let missing = column.missing.count == 2 && column.missing[0] != column.missing[1] ? column.missing.map { percent($0) } : []
            return [
                console.mark(column.isShifted ? .red : .green), column.name, column.kind.rawValue, column.shift.map { Objective.text($0) } ?? "–",
                figures.joined(separator: ", "), column.pValue.map { "p \(Objective.text($0))" } ?? "",
                missing.isEmpty ? "" : "missing \(missing.joined(separator: " → "))", column.note ?? "",
            ]
        }

        private static func percent(_ share: Double) -> String { "\(Objective.text((share * 1000).rounded() / 10)) %" }
    }
}
