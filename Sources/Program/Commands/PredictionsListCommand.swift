import Access
import ArgumentParser
import Projects
import Serving
import Support

struct PredictionsListCommand: RemoteCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Look for predictions in the log, the newest first.",
        discussion: """
            Reads the log itself, what was answered a moment ago included. All that is given must hold. --where compares columns, the inputs by
            their names and what the log keeps of each prediction: time, version, model, alias, key, label, probability (value for
            numbers, probability_CLASS for several classes), latency_us and outlier_score; an input that is called like one of these is
            input_NAME. Comparisons are =, !=, <, <=, >, >=, IN, BETWEEN, LIKE and IS NULL, joined by AND, OR, NOT and brackets; texts stand
            in single quotes, odd names in backticks. It is no SQL, and reaches nothing else. Columns that log.columns leaves out cannot be
            looked for; of hashed ones only equal digests can be found. A caller's key is found by --key also where it is hashed.

            Who may read predictions may look for them, and it is recorded that they did.

            Examples:
              martlet predictions list
              martlet predictions list --since 24h --model-version 3 --label yes
              martlet predictions list --where "age > 30 AND city = 'Bern'" --json
              martlet predictions list --outlier 0.999 --slower 50ms
              martlet predictions list --before 0193a7c2...      older ones: the “next” of what was shown
              martlet why prediction:0193a7c2...                 what stands behind one
            """)

    @Option(help: "Whose log; the project's endpoint where it is left out.")
    var endpoint: String?
    @Option(help: "From when on: 24h, 7d, 2026-11-23, or a moment.")
    var since: String?
    @Option(help: "Up to when.")
    var until: String?
    @Option(help: "The version that answered, such as 3.")
    var modelVersion: String?
    @Option(help: "The key that the caller sent.")
    var key: String?
    @Option(help: "The class that was answered.")
    var label: String?
    @Option(help: "The least outlier score, from 0 to 1.")
    var outlier: String?
    @Option(help: "The least time that the answer took: 50ms, 1.5s.")
    var slower: String?
    @Option(name: .customLong("where"), help: "What the columns must be like: \"age > 30 AND city = 'Bern'\".")
    var filter: String?
    @Option(help: "Only older ones than this identifier: where the last list ended.")
    var before: String?
    @Option(help: "How many are shown, at most 1,000.")
    var limit = 20
    @OptionGroup var remote: ServerOptions
    @OptionGroup var options: GlobalOptions

    var permission: Permission { .predictionRead }

    func validate() throws {
        guard (1...1000).contains(limit) else { throw ValidationError("--limit takes a number from 1 to 1000.") }
    }

    private var query: PredictionQuery {
        var query = PredictionQuery()
        (query.since, query.until, query.version, query.key) = (since ?? "", until ?? "", modelVersion ?? "", key ?? "")
        (query.label, query.outlier, query.slower) = (label ?? "", outlier ?? "", slower ?? "")
        (query.filter, query.before) = (filter ?? "", before ?? "")
        return query
    }

    func run(on project: Project, console: Console) throws {
        let found = try project.predictions(of: endpoint, query, limit: limit)
        try project.recordListing(of: endpoint, found, query)
        guard !options.json else { return console.json(found.json) }
        table(found.records).lines(indent: "").forEach { console.line($0) }
        if found.records.isEmpty { console.line("Nothing in the log is like that.") }
        found.notes.forEach { console.line($0) }
        if let moment = found.stoppedAt { console.line("\(found.examined) predictions were looked at, back to \(moment).") }
        if let next = found.next { console.line("Older ones: --before \(next)") }
    }

    private func table(_ records: [PredictionRecord]) -> TextTable {
        var table = TextTable()
        let named = (filter.flatMap { try? PredictionFilter($0) })?.names ?? []
        for record in records {
            let inputs = named.compactMap { name in record.inputs.first { $0.key == name } }
            table.add(
                record.time.description, "prediction:\(record.id)", "v\(record.model.version)", PredictionsListCommand.answer(record),
                "\(JSONValue.text(of: Double(record.latency) / 1000)) ms", record.outlier.map { "outlier \(JSONValue.text(of: $0))" } ?? "",
                record.key.map { String($0.prefix(60)) } ?? "",
                inputs.map { "\($0.key)=\(String(($0.value.text ?? $0.value.compact).prefix(60)))" }.joined(separator: "  "))
        }
        return table
    }

    private static func answer(_ record: PredictionRecord) -> String {
        let score = record.scores.count == 1 ? record.scores[0] : record.scores.max() ?? .nan
        let rounded = JSONValue.text(of: (score * 10_000).rounded() / 10_000)
        return record.label.map { "\($0.prefix(60)) \(rounded)" } ?? rounded
    }
}
