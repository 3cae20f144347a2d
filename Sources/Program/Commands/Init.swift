import ArgumentParser
import Foundation
import Objects
import Projects
import Support

struct Init: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init", abstract: "Look at a table and write a martlet.yaml that runs as it is; without one, a project for tracking only.",
        discussion: """
            Says what it assumed and what needs a person: the kind of problem, ID-like columns, a column that alone predicts the target,
            dates, survey weights, rows that occur in training and test, columns that look sensitive.

            Without a table it makes a server for tracking and a registry: what MLflow's clients log and register. A table may be added later,
            by the same command in the same folder.

            Examples:
              martlet init customers.csv --target churned
              martlet init adult-train.csv --target income --test adult-test.csv --columns @columns.txt
              martlet init -C /srv/tracking
            """)

    @Argument(help: "The data: CSV, TSV, Parquet, JSON lines, gzip; a path or a quoted glob. None for tracking only.", completion: .file())
    var data: [String] = []
    @Option(help: "The column to predict.")
    var target: String?
    @Option(help: "The names of the columns, where the file has no header: a,b,c or @FILE with one a line.")
    var columns: String?
    @Option(help: "A test set that was set aside already.", completion: .file())
    var test: String?
    @Option(help: "The character between fields; found out where it is left out.")
    var delimiter: String?
    @Option(help: "A text that means a missing value. May be given several times.")
    var na: [String] = []
    @Option(help: "How the text is encoded: utf-8, latin-1 or utf-16.")
    var encoding: String = "utf-8"
    @Flag(help: "Print the martlet.yaml instead of writing it.")
    var dryRun = false
    @OptionGroup var options: GlobalOptions

    func validate() throws {
        let known = ["utf-8", "latin-1", "utf-16"]
        guard known.contains(encoding) else {
            throw ValidationError("--encoding is one of \(known.joined(separator: ", ")).\(didYouMean(encoding, among: known))")
        }
        guard data.isEmpty == (target == nil) else {
            throw ValidationError(
                data.isEmpty ? "Which table? martlet init DATA --target COLUMN" : "Which column is predicted? Name it: --target COLUMN")
        }
        let isOfTable = test != nil || columns != nil || delimiter != nil || !na.isEmpty
        guard !data.isEmpty || !isOfTable else { throw ValidationError("Which table? martlet init DATA --target COLUMN") }
    }

    func run() throws {
        guard let target else { return try makeForTracking() }
        let request = ProjectTemplate.Request(
            folder: options.folder, data: data, target: target, test: test.map { [$0] } ?? [], columns: try columnNames(), delimiter: delimiter,
            missing: na, encoding: encoding)
        let made = try ProjectTemplate.make(request, engines: options.engines, rehearses: dryRun)
        let console = Console.standard
        guard !options.json else { return console.json(made.json) }
        guard !dryRun else {
            made.sentences.forEach { console.note("  \($0)") }
            return console.raw(made.text)
        }
        made.sentences.forEach { console.line("  \($0)") }
        console.line("Wrote \(made.path). Next: martlet run")
    }

    private func makeForTracking() throws {
        let made = try TrackingTemplate.make(folder: options.folder, rehearses: dryRun)
        let console = Console.standard
        guard !options.json else { return console.json(made.json) }
        guard !dryRun else { return console.raw(made.text) }
        console.line("Wrote \(made.path): for tracking only, what MLflow's clients log and register. Next: martlet serve")
    }

    private func columnNames() throws -> [String] {
        guard let columns else { return [] }
        let text = columns.hasPrefix("@") ? String(decoding: try readWhole(String(columns.dropFirst())), as: UTF8.self) : columns
        return text.split(whereSeparator: { $0 == "," || $0.isNewline }).map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
    }
}
