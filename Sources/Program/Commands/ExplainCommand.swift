import Access
import ArgumentParser
import Projects
import Serving
import Support

struct ExplainCommand: RemoteCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain", abstract: "Show what each column added to a prediction.",
        discussion: """
            Takes the row as it was logged and the version that answered it then. The contributions begin at what is answered on average and
            add up to the row's score. For trees that Martlet trained they are exact (TreeSHAP) and add up to the raw score, which for two
            classes is the log-odds of the positive one. For any other model the row is mixed with rows of the training data in sampled orders;
            what chance in the orders may have moved is told as the standard error. A contribution tells what the model did with a column,
            not what would happen in the world if it changed.

            Examples:
              martlet explain prediction:0193a7c2...      the ID that every answer carries
              martlet explain 0193a7c2... --json
            """)

    @Argument(help: "A prediction: prediction:ID, or the ID alone.")
    var reference: String

    @Option(help: "How many columns are shown, the greatest contributions first.")
    var top = 20
    @OptionGroup var remote: ServerOptions
    @OptionGroup var options: GlobalOptions

    var permission: Permission { .predictionRead }

    func validate() throws {
        guard top > 0 else { throw ValidationError("--top takes a number of columns from 1.") }
    }

    func run(on project: Project, console: Console) throws {
        let explained = try project.explain(reference)
        if options.json { return console.json(explained.json) }
        let record = explained.record
        let answer = record.label.map { "“\($0)”" } ?? ExplainCommand.figure(record.scores.first ?? .nan)
        console.line(
            console.paint("prediction:\(record.id)", .bold) + "  \(answer) by model:\(record.model.name)@v\(record.model.version)  \(record.time)")
        for output in explained.explanation.outputs
        where output.name == nil || explained.explanation.outputs.count == 1 || output.name == record.label {
            print(output, of: explained, console)
        }
        console.line(note(explained.explanation))
    }

    private func print(_ output: Explanation.Output, of explained: ExplainedPrediction, _ console: Console) {
        let what = explained.explanation.scale == .raw ? "raw score" : explained.explanation.scale.rawValue
        let of = output.name.map { " of “\($0)”" } ?? ""
        console.line("From the average \(what)\(of), \(ExplainCommand.figure(output.base)), to this row's, \(ExplainCommand.figure(output.score)):")
        var table = TextTable()
        table.rightAligned = [2]
        for contribution in output.ranked.prefix(top) {
            let value = explained.record.inputs.first { $0.key == contribution.column }?.value ?? .null
            let error = contribution.error.map { "± \(ExplainCommand.figure($0))" } ?? ""
            let sign = contribution.value > 0 ? "+" : ""
            table.add(contribution.column, String((value.text ?? value.compact).prefix(40)), sign + ExplainCommand.figure(contribution.value), error)
        }
        table.lines().forEach { console.line($0) }
        let rest = output.ranked.dropFirst(top)
        guard !rest.isEmpty else { return }
        let sum = rest.reduce(0) { $0 + $1.value }
        console.line("  and \(rest.count) more, together \(sum > 0 ? "+" : "")\(ExplainCommand.figure(sum))")
    }

    private func note(_ explanation: Explanation) -> String {
        switch explanation.method {
        case .treeSHAP: "Exact, from the trees (TreeSHAP)."
        case .sampling: "Sampled against \(explanation.backgroundRows ?? 0) rows of the training data; ± is the standard error."
        }
    }

    /// Four significant digits.
    private static func figure(_ value: Double) -> String {
        guard value.isFinite, value != 0 else { return value == 0 ? "0" : "–" }
        var (scale, size) = (1.0, value.magnitude)
        while size < 1000, scale < 1e12 { (size, scale) = (size * 10, scale * 10) }
        return JSONValue.text(of: (value * scale).rounded() / scale)
    }
}
