internal import Data
internal import DuckDB
internal import Foundation
internal import Objects
internal import Registry
internal import Serving
package import Support
internal import Tables

/// Rows of a file, answered.
package struct BatchPrediction: Sendable {
    package var model: String
    package var rows: Int
    /// The answers as comma-separated text with a header.
    package var csv: String
    /// What a reader should know about the rows: values and rows that could not be read.
    package var notes: [String]
    /// The answers by column, one object a row.
    package var answers: JSONValue

    /// The facts for `--json`.
    package var json: JSONValue { ["model": .string(model), "rows": JSONValue(rows), "notes": JSONValue(notes), "answers": answers] }
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
        if let output { try requireFolder(of: output) }
        let version = try models.version(reference.name, reference.selector)
        let predictor = try predictor(version)
        let engine = try openDuckDB()
        let (rows, key, notes) = try read(data, for: version, engine: engine)
        let table = try AnswerTable.of(predictor, rows, key: key)
        let result = BatchPrediction(
            model: version.reference.description, rows: rows.rowCount, csv: AnswerTable.csv(table), notes: notes, answers: AnswerTable.json(table))
        if let output { try write(table, result.csv, to: output, engine: engine) }
        return result
    }

    private func requireFolder(of output: String) throws(MartletError) {
        let folder = URL(fileURLWithPath: output).deletingLastPathComponent().path
        guard FileManager.default.fileExists(atPath: folder) else {
            throw MartletError(.notFound, "The folder \(folder) does not exist. Make it, or write the answers elsewhere.")
        }
    }

    /// The columns that a version asks for, from a file; the column of the caller's key, where the file has it; and what was not read.
    private func read(
        _ path: String, for version: ModelVersion, engine: DuckDB
    ) throws(MartletError) -> (rows: Table, key: Column?, notes: [String]) {
        var plan = file.data
        // What is wrong with this file is no mistake in the settings, and it need not hold more than the model asks for.
        plan.places = PlanPlaces()
        let asked = Set(version.details.request.inputs.map(\.name))
        plan.columns.removeAll { !asked.contains($0.name) }
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
            throw MartletError(
                .invalidInput,
                "\(path) lacks columns that \(version.reference) asks for: \(missing.joined(separator: ", ")).\(madeByTableRules(missing, version))")
        }
        try refuseUnreadable(source.train, path, limit: plan.source.maximumRejected)
        func columns(_ names: [String]) throws(MartletError) -> Table {
            let list = names.map { DuckDB.quote(identifier: $0) }.joined(separator: ", ")
            return try engine.query("SELECT \(list) FROM \(DuckDB.quote(identifier: source.train.table)) ORDER BY rowid")
        }
        let rows = try columns(version.details.request.inputs.map(\.name))
        guard let key = file.serving.key, there.contains(key) else { return (rows, nil, BatchPrediction.notes(source.train)) }
        return (rows, try columns([key]).columns.first, BatchPrediction.notes(source.train))
    }

    /// A sentence on columns that no file has by itself, because table rules made them of the training source.
    private func madeByTableRules(_ missing: [String], _ version: ModelVersion) -> String {
        guard let dataset = Reference(version.dataset).flatMap({ try? datasets.version($0.name, $0.version) }) else { return "" }
        let made = (dataset.details.tableRules ?? []).flatMap { rule in
            rule.added.filter(missing.contains).map { "“\($0)” (\(rule.rule))" }
        }
        return made.isEmpty ? "" : " Table rules added \(made.joined(separator: ", ")) to the training rows; add the same to the file."
    }

    /// - Parameter limit: the share of a column's values that may be of another kind than the model learnt from.
    private func refuseUnreadable(_ read: SourceRead, _ path: String, limit: Double) throws(MartletError) {
        guard let worst = read.unreadable.max(by: { $0.count < $1.count }), Double(worst.count) > limit * Double(read.rows) else { return }
        let example = worst.examples.first.map { ", for example “\($0)”" } ?? ""
        throw MartletError(
            .invalidInput,
            "\(worst.count) of \(read.rows) values of “\(worst.column)” are no \(worst.kind)\(example). Correct them, or set “max_rejected” in “source” to have so many count as missing.",
            place: SourcePlace(file: path))
    }

    private func write(_ table: Table, _ csv: String, to path: String, engine: DuckDB) throws(MartletError) {
        if path.hasSuffix(".csv") { return try replaceFile(path, with: Array((csv + "\n").utf8)) }
        try engine.append(table, as: "answers")
        try engine.execute("COPY answers TO \(DuckDB.quote(literal: path)) (FORMAT parquet)")
    }
}

extension BatchPrediction {
    /// What was not read of a file.
    static func notes(_ read: SourceRead) -> [String] {
        let rejected = read.rejectedCount == 0 ? [] : ["\(read.rejectedCount) rows could not be read and have no answer."]
        return rejected
            + read.unreadable.map {
                "\($0.count) of \(read.rows) values of “\($0.column)” are no \($0.kind) and count as missing, for example “\($0.examples.first ?? "")”."
            }
    }
}

/// Answers as columns of a table.
enum AnswerTable {
    /// - Parameter key: the column that tells the rows apart, which comes first; left out where an answer's column is called so.
    static func make(_ answers: Answers, _ answer: Signature.Answer, key: Column?) throws(MartletError) -> Table {
        let table = try Table(columns(answers, answer))
        guard let key, table[key.name] == nil else { return table }
        return try Table([key] + table.columns)
    }

    private static func columns(_ answers: Answers, _ answer: Signature.Answer) -> [Column] {
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
        return columns
    }

    /// One object a row; a missing value is null.
    static func json(_ table: Table) -> JSONValue {
        .array(
            (0..<table.rowCount).map { row in
                .object(table.columns.map { JSONValue.Member($0.name, value($0, row)) })
            })
    }

    private static func value(_ column: Column, _ row: Int) -> JSONValue {
        guard let text = column.category(row) else { return .null }
        switch column.kind {
        case .integer: return Int64(text).map(JSONValue.integer) ?? .string(text)
        case .number: return JSONValue(column.numbers?[row])
        default: return .string(text)
        }
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
