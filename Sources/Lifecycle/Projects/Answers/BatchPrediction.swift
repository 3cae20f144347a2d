internal import Data
internal import DuckDB
internal import Foundation
internal import Objects
internal import Registry
package import Support
internal import Tables

/// Rows of a file, answered.
package struct BatchPrediction: Sendable {
    package var model: String
    package var rows: Int
    /// The answers as comma-separated text with a header.
    package var csv: String

    /// The facts for `--json`.
    package var json: JSONValue { ["model": .string(model), "rows": JSONValue(rows), "csv": .string(csv)] }
}

extension Project {
    /// Answers every row of a file, read like the training data.
    /// - Parameter output: a `.csv` or `.parquet` file for the answers; nil keeps them as text.
    package func predict(_ text: String, data: String, output: String?) throws(MartletError) -> BatchPrediction {
        let reference = try resolve(text)
        guard reference.kind == .model else { throw MartletError(.usage, "“\(text)” is no model. Name one: model:\(file.model)@champion.") }
        if let output, !output.hasSuffix(".csv"), !output.hasSuffix(".parquet") {
            throw MartletError(.usage, "The answers go to a .csv or a .parquet file, not to \(output).")
        }
        let version = try models.version(reference.name, reference.selector)
        let predictor = try predictor(version)
        let engine = try openDuckDB()
        let rows = try read(data, for: version, engine: engine)
        let answers = try predictor.answer(rows)
        let table = try AnswerTable.make(answers, version.details.request.answer)
        let result = BatchPrediction(model: version.reference.description, rows: rows.rowCount, csv: AnswerTable.csv(table))
        if let output { try write(table, result.csv, to: output, engine: engine) }
        return result
    }

    /// The columns that a version asks for, from a file.
    private func read(_ path: String, for version: ModelVersion, engine: DuckDB) throws(MartletError) -> Table {
        var plan = file.data
        let absolute = URL(fileURLWithPath: path).standardizedFileURL.path
        plan.source.train = [absolute]
        plan.source.test = []
        for field in version.details.request.inputs {
            if let known = plan.columns.firstIndex(where: { $0.name == field.name }) {
                plan.columns[known].kind = field.kind
            } else {
                plan.columns.append(ColumnPlan(field.name, kind: field.kind))
            }
        }
        let source = try SourceReader(engine: engine, plan: plan, directory: root).read()
        let there = Set(source.format.names)
        let missing = version.details.request.inputs.filter { !there.contains($0.name) }.map(\.name)
        guard missing.isEmpty else {
            throw MartletError(.invalidInput, "\(path) lacks columns that \(version.reference) asks for: \(missing.joined(separator: ", ")).")
        }
        let columns = version.details.request.inputs.map { DuckDB.quote(identifier: $0.name) }.joined(separator: ", ")
        return try engine.query("SELECT \(columns) FROM \(DuckDB.quote(identifier: source.train.table)) ORDER BY rowid")
    }

    private func write(_ table: Table, _ csv: String, to path: String, engine: DuckDB) throws(MartletError) {
        if path.hasSuffix(".csv") { return try replaceFile(path, with: Array((csv + "\n").utf8)) }
        try engine.append(table, as: "answers")
        try engine.execute("COPY answers TO \(DuckDB.quote(literal: path)) (FORMAT parquet)")
    }
}

/// Answers as columns of a table.
enum AnswerTable {
    static func make(_ answers: Answers, _ answer: Signature.Answer) throws(MartletError) -> Table {
        var columns: [Column] = []
        if let labels = answers.labels { columns.append(Column("label", text: labels)) }
        switch answer {
        case .binary: columns.append(Column("probability", numbers: answers.scores))
        case .regression: columns.append(Column("value", numbers: answers.scores))
        case .multiclass(let classes):
            for (i, name) in classes.enumerated() {
                columns.append(Column("probability_\(name)", numbers: (0..<answers.rowCount).map { answers.scores[$0 * answers.width + i] }))
            }
        }
        return try Table(columns)
    }

    /// Comma-separated text, quoted where it must be, without a line end after the last row.
    static func csv(_ table: Table) -> String {
        var lines = [table.names.map(quoted).joined(separator: ",")]
        for row in 0..<table.rowCount {
            lines.append(table.columns.map { quoted($0.category(row) ?? "") }.joined(separator: ","))
        }
        return lines.joined(separator: "\n")
    }

    private static func quoted(_ text: String) -> String {
        guard text.utf8.contains(where: { $0 == 0x22 || $0 == 0x2C || $0 == 0x0A || $0 == 0x0D }) else { return text }
        return "\"" + text.replacing("\"", with: "\"\"") + "\""
    }
}
