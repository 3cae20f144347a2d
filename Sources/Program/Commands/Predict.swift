import ArgumentParser
import Projects
import Support

struct Predict: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "predict", abstract: "Answer every row of a file.",
        discussion: """
            The file is read like the training data (same delimiter, missing markers and rules) and may lack the target. Answers go to
            standard output as CSV, or to the file given with -o (.csv or .parquet). The column named by serving.key comes first. A value that
            the model cannot read as it learnt it, such as “seventy” for an age, counts as missing and is told; more than max_rejected of
            data.source (1 in 1,000) are an error.

            Example:
              martlet predict model:churn@champion new.csv -o answers.csv
            """)

    @Argument(help: "The model: model:NAME@champion.")
    var model: String
    @Argument(help: "The rows: CSV, TSV, Parquet or JSON lines.", completion: .file())
    var data: String
    @Option(name: .shortAndLong, help: "Where the answers go: .csv or .parquet.", completion: .file())
    var output: String?
    @OptionGroup var options: GlobalOptions

    func run() throws {
        let batch = try options.open().predict(model, data: data, output: output)
        let console = Console.standard
        if !options.quiet { batch.notes.forEach { console.note($0) } }
        if options.json { return console.json(batch.json) }
        if let output {
            if !options.quiet { console.note("\(batch.rows) rows answered by \(batch.model) in \(output).") }
        } else {
            console.line(batch.csv)
        }
    }
}
