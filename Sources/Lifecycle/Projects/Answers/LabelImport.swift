internal import Data
internal import DuckDB
internal import Foundation
internal import Monitoring
internal import Planning
internal import Registry
internal import Serving
package import Support
internal import Tables

/// What an import of late labels did.
package struct LabelImport: Sendable {
    package var added = 0
    package var changed = 0
    package var unchanged = 0
    /// Labels whose prediction is in the log.
    package var matched = 0
    package var rejected = 0
    /// Why rows were left out.
    package var reason: String?
    /// Rows left out because what they say is nothing that the model can answer.
    package var refused = 0
    /// Sentences about the first of these.
    package var refusals: [String] = []

    /// Leaves a row out, and keeps what is to be said about it while there is not much.
    mutating func refuse(_ sentence: String) {
        refused += 1
        if refusals.count < 10 { refusals.append(sentence) }
    }

    /// The facts for `--json`.
    package var json: JSONValue {
        [
            "added": JSONValue(added), "changed": JSONValue(changed), "unchanged": JSONValue(unchanged), "matched": JSONValue(matched),
            "rejected": JSONValue(rejected), "reason": JSONValue(reason), "refused": JSONValue(refused), "refusals": JSONValue(refusals),
        ]
    }
}

extension Project {
    /// Brings in late labels from files; from those of `monitoring.labels` where none are named.
    package func importLabels(_ paths: [String]) throws(MartletError) -> LabelImport {
        try file.requireServing()
        var patterns = paths.map { URL(fileURLWithPath: $0).standardizedFileURL.path }
        if patterns.isEmpty {
            guard let plan = file.monitoring.labels else {
                throw MartletError(.usage, "Which labels? Name a file, or write monitoring.labels in \(ProjectFile.name).")
            }
            patterns = [plan.path]
        }
        var result = LabelImport()
        var all: [Label] = []
        for source in try SourceFile.resolve(patterns, in: root) {
            let found = try labels(in: source, &result)
            let change = try self.labels.add(found, endpoint: file.serving.endpoint, source: source.name)
            result.added += change.added
            result.changed += change.changed
            result.unchanged += change.unchanged
            all += found
        }
        result.matched = try matched(all)
        return result
    }

    private func labels(in source: SourceFile, _ result: inout LabelImport) throws(MartletError) -> [Label] {
        let plan = DataPlan(source: SourcePlan(train: [source.path]), columns: [ColumnPlan("prediction_id", kind: .text)])
        let engine = try openDuckDB()
        let table = try LabelFile.read(plan, engine: engine, directory: root)
        let value = try LabelFile.column(["label", file.charter.target], in: table, file: source.name, what: "the truth")
        let key = file.monitoring.labels?.key ?? file.serving.key
        let subject = try LabelFile.column(
            ["prediction_id"] + (key.map { [$0] } ?? []), in: table, file: source.name, what: "which prediction it is about")
        let known = table["known_at"]
        let newest = try models.versions(of: file.model).last
        let version = try champion() ?? newest
        let answer = version?.details.request.answer
        let cleaned = try version.map { version throws(MartletError) in try self.cleaned(truths: value, for: version) }
        var labels: [Label] = []
        for row in 0..<table.rowCount {
            guard var truth = value.category(row), let name = subject.category(row),
                let who = LabelFile.subject(name, byID: subject.name == "prediction_id")
            else {
                result.rejected += 1
                result.reason = "a row needs the truth and a valid prediction ID or key"
                continue
            }
            if answer?.objection(to: truth) != nil { truth = cleaned?.category(row) ?? truth }
            if let objection = answer?.objection(to: truth) {
                result.refuse("\(source.name): “\(truth)” for \(who.name) \(objection).\(didYouMean(truth, among: answer?.classes ?? []))")
                continue
            }
            let moment = known?.numbers.flatMap { $0[row].isNaN ? nil : Timestamp(seconds: $0[row]) } ?? clock.now()
            labels.append(Label(subject: who, value: truth, known: moment))
        }
        return labels
    }

    /// Truths as the training data had them, after the row rules: a file of labels may be written as the source is.
    private func cleaned(truths: Column, for version: ModelVersion) throws(MartletError) -> Column {
        let target =
            switch truths.values {
            case .text(let text): Column(file.charter.target, text: text)
            case .numbers(let numbers): Column(file.charter.target, kind: truths.kind, numbers: numbers)
            }
        return try self.cleaned(Table([target]), for: version).columns.first ?? target
    }

    /// How many labels belong to predictions in the log.
    private func matched(_ labels: [Label]) throws(MartletError) -> Int {
        var subjects = Set(labels.map(\.subject))
        let keys = Set(labels.compactMap { if case .key(let key) = $0.subject { key } else { nil } })
        subjects.formUnion(try logged(keys: keys).map { .key($0) })
        var found: Set<Label.Subject> = []
        try predictionLog().scan(columns: []) { block throws(MartletError) in
            for row in 0..<block.rowCount {
                if subjects.contains(.prediction(block.ids[row])) { found.insert(.prediction(block.ids[row])) }
                if let key = block.keys?[row], subjects.contains(.key(key)) { found.insert(.key(key)) }
            }
        }
        return found.count
    }
}

/// A file of labels.
private enum LabelFile {
    static func read(_ plan: DataPlan, engine: DuckDB, directory: String) throws(MartletError) -> Table {
        var plan = plan
        do { return try table(plan, engine, directory) } catch  where error.message.contains("prediction_id") {
            plan.columns = []
            return try table(plan, engine, directory)
        }
    }

    private static func table(_ plan: DataPlan, _ engine: DuckDB, _ directory: String) throws(MartletError) -> Table {
        let source = try SourceReader(engine: engine, plan: plan, directory: directory).read()
        return try engine.query("SELECT * FROM \(DuckDB.quote(identifier: source.train.table)) ORDER BY rowid")
    }

    /// The first of the named columns that the file has.
    static func column(_ names: [String], in table: Table, file: String, what: String) throws(MartletError) -> Column {
        for name in names { if let column = table[name] { return column } }
        throw MartletError(
            .invalidInput,
            "\(file) does not say \(what): it needs a column called \(names.joined(separator: " or ")). It has: \(table.names.joined(separator: ", "))."
        )
    }

    static func subject(_ text: String, byID: Bool) -> Label.Subject? {
        byID ? TimeOrderedID(text).map(Label.Subject.prediction) : .key(text)
    }
}
