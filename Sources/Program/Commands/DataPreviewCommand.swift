import ArgumentParser
import Data
import Projects
import Support

extension DataCommand {
    struct Preview: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "preview", abstract: "Show what the rules of data.table_rules and data.clean do to the first rows of the source.",
            discussion: """
                Every rule with the rows that it changes or leaves out, and examples
                of values before and after. Nothing is stored. What rules learn
                (medians, limits of outliers) they learn from these rows here, and
                from the training part in a run.

                Examples:
                  martlet data preview
                  martlet data preview cast outliers --rows 100000
                  martlet data preview 3 --json
                """)

        @Argument(help: "The rules that are shown, by word or number; all where none is named. All run in any case.")
        var steps: [String] = []
        @Option(help: "How many rows are read, the first of the source.")
        var rows = 10_000
        @Option(help: "How many examples are shown of a rule.")
        var examples = 5
        @OptionGroup var options: GlobalOptions

        func validate() throws {
            guard rows > 0, rows <= 1_000_000_000 else { throw ValidationError("--rows is a number from 1 to 1000000000.") }
            guard (0...1000).contains(examples) else { throw ValidationError("--examples is a number from 0 to 1000.") }
        }

        func run() throws {
            let preview = try options.open().previewCleaning(rows: rows, examples: examples)
            let chosen = try PreviewText.chosen(steps, of: preview.steps)
            let console = Console.standard
            guard !options.json else { return console.json(PreviewText.json(preview, chosen)) }
            PreviewText.lines(preview, chosen).forEach { console.line($0) }
        }
    }
}

/// A preview of cleaning as JSON and as text.
enum PreviewText {
    /// The steps that somebody names by word or number.
    static func chosen(_ names: [String], of steps: [CleaningPreview.Step]) throws(MartletError) -> [CleaningPreview.Step] {
        guard !names.isEmpty else { return steps }
        for name in names where !steps.contains(where: { fits($0, name) }) {
            let known = steps.map { "\($0.number) \($0.rule)" }.joined(separator: ", ")
            throw MartletError(.usage, "There is no rule “\(name)” in martlet.yaml. \(known.isEmpty ? "It has none." : "There are: \(known).")")
        }
        return steps.filter { step in names.contains { fits(step, $0) } }
    }

    private static func fits(_ step: CleaningPreview.Step, _ name: String) -> Bool { step.rule == name || String(step.number) == name }

    static func json(_ preview: CleaningPreview, _ steps: [CleaningPreview.Step]) -> JSONValue {
        [
            "files": JSONValue(preview.files), "rows": JSONValue(preview.rows), "unreadable": JSONValue(preview.rejected),
            "steps": .array(steps.map(json)),
        ]
    }

    private static func json(_ step: CleaningPreview.Step) -> JSONValue {
        [
            "number": JSONValue(step.number), "list": .string(step.list), "rule": .string(step.rule), "columns": JSONValue(step.columns),
            "rows_before": JSONValue(step.rowsBefore), "rows_after": JSONValue(step.rowsAfter), "rows_changed": JSONValue(step.changed),
            "rows_emptied": JSONValue(step.emptied), "rows_filled": JSONValue(step.filled),
            "unmatched": JSONValue(step.unmatched), "added": JSONValue(step.added),
            "examples": .array(
                step.examples.map {
                    [
                        "column": .string($0.column), "before": JSONValue($0.before),
                        "after": JSONValue($0.after),
                        "rows": JSONValue($0.rows),
                    ]
                }),
            "left_out": .array(step.leftOut.map { ["row": JSONValue($0.place), "reason": .string($0.reason)] }),
        ]
    }

    static func lines(_ preview: CleaningPreview, _ steps: [CleaningPreview.Step]) -> [String] {
        let unreadable = preview.rejected == 0 ? "" : ", beside \(preview.rejected) that could not be read"
        var lines = ["The first \(preview.rows) rows of \(preview.files.joined(separator: ", "))\(unreadable). Nothing is stored."]
        guard !preview.steps.isEmpty else { return lines + ["martlet.yaml declares no rules: neither data.clean nor data.table_rules."] }
        for step in steps { lines += self.lines(step) }
        return lines
    }

    private static func lines(_ step: CleaningPreview.Step) -> [String] {
        var facts: [String] = []
        if step.rowsAfter != step.rowsBefore || step.list == "table_rules" { facts.append("\(step.rowsBefore) rows before, \(step.rowsAfter) after") }
        if step.list == "clean", step.changed > 0 || step.rowsAfter == step.rowsBefore { facts.append(rows(step.changed, "changed")) }
        if step.emptied > 0 { facts.append("\(step.emptied) with a value made missing") }
        if step.filled > 0 { facts.append("\(step.filled) filled") }
        if let unmatched = step.unmatched { facts.append("\(unmatched) without a partner") }
        if !step.added.isEmpty { facts.append("adds \(step.added.joined(separator: ", "))") }
        let columns = step.columns.isEmpty ? "" : " \(step.columns.joined(separator: ", "))"
        var table = TextTable(rightAligned: [3])
        for example in step.examples { table.add(example.column, shown(example.before), "→ \(shown(example.after))", rows(example.rows, "")) }
        return ["", "\(step.number) \(step.rule)\(columns): \(facts.joined(separator: "; "))"] + table.lines(indent: "    ")
            + step.leftOut.map { "    row \($0.place): \($0.reason)" }
    }

    private static func rows(_ count: Int, _ what: String) -> String { "\(count) \(count == 1 ? "row" : "rows")\(what.isEmpty ? "" : " \(what)")" }

    private static func shown(_ value: String?) -> String { value.map { "“\($0.prefix(60))”" } ?? "missing" }
}
