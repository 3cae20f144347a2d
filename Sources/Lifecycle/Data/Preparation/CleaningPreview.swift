import DuckDB
package import Support
import Tables

/// What the declared rules do to the first rows of the source, rule by rule. Nothing is kept.
package struct CleaningPreview: Sendable {
    /// A value, what became of it, and in how many rows.
    package struct Example: Sendable, Equatable {
        package var column: String
        /// Nil for a missing value.
        package var before: String?
        package var after: String?
        package var rows: Int
    }

    /// A row that a rule leaves out.
    package struct LeftOut: Sendable, Equatable {
        /// Its place among the rows that the rule saw, from 1.
        package var place: Int
        package var reason: String
    }

    /// One rule.
    package struct Step: Sendable, Equatable {
        /// From 1, table rules first: the order in which they run.
        package var number: Int
        /// `table_rules` or `clean`.
        package var list: String
        package var rule: String
        /// Empty for all.
        package var columns: [String]
        package var rowsBefore: Int
        package var rowsAfter: Int
        package var changed = 0
        package var emptied = 0
        package var filled = 0
        /// Rows that a join found no partner for; nil for other rules.
        package var unmatched: Int?
        /// Columns that the rule added.
        package var added: [String] = []
        /// The most frequent changes.
        package var examples: [Example] = []
        /// The first rows that it leaves out.
        package var leftOut: [LeftOut] = []
    }

    package var files: [String]
    /// The rows that were read.
    package var rows: Int
    /// Rows among them that could not be read.
    package var rejected: Int
    package var steps: [Step]
}

extension Preparation {
    /// Reads the first rows of the training source and applies the rules to them, one after the other. What rules learn, they learn from these rows.
    /// - Parameters:
    ///   - rows: how many are read.
    ///   - examples: how many changes and left out rows are told of a rule, at most.
    /// - Throws: `invalidInput` with place and what to do, as `prepare` does.
    package func preview(rows: Int, examples: Int = 5) throws(MartletError) -> CleaningPreview {
        try engine.execute("SET preserve_insertion_order = true")
        var plan = plan
        plan.source.test = []
        // How many rows may be unreadable is said of the whole.
        plan.source.maximumRejected = 1
        var reader = SourceReader(engine: engine, plan: plan, directory: directory)
        reader.limit = rows
        let (format, read, _) = try reader.read(train: Preparation.trainTable, test: Preparation.testTable)
        try LeftOutRows(engine: engine).begin()
        var steps = try previewTableRules(examples)
        let raw = try columns(of: Preparation.trainTable, format)
        steps += try previewRowRules(raw, after: steps.count, examples)
        return CleaningPreview(files: read.files.map(\.name), rows: read.rows, rejected: read.rejectedCount, steps: steps)
    }

    private func previewTableRules(_ examples: Int) throws(MartletError) -> [CleaningPreview.Step] {
        let run = TableRuleRun(engine: engine, plan: plan, target: target, directory: directory, hasTest: false)
        var steps: [CleaningPreview.Step] = []
        for (i, rule) in plan.tableRules.enumerated() {
            let outcome = try run.apply(rule, number: i, to: Preparation.trainTable)
            var step = CleaningPreview.Step(
                number: i + 1, list: "table_rules", rule: rule.word, columns: rule.columns, rowsBefore: outcome.rowsBefore,
                rowsAfter: outcome.rowsAfter,
                unmatched: outcome.unmatched, added: outcome.added)
            step.leftOut = try run.leftOut.examples("t\(i)", limit: examples).map { CleaningPreview.LeftOut(place: $0.place, reason: $0.reason) }
            for column in outcome.added.prefix(examples) {
                step.examples += try frequent("NULL", SQL.name(column), in: SQL.name(Preparation.trainTable), column, limit: 1)
            }
            steps.append(step)
        }
        return steps
    }

    private func previewRowRules(_ raw: [TypedColumn], after count: Int, _ examples: Int) throws(MartletError) -> [CleaningPreview.Step] {
        let rules = RowRules([.missing(.all, markers: [""] + plan.source.missing)] + plan.rules)
        try rules.check(over: raw, place: { plan.places["clean[\($0 - 1)]"] })
        let source = "(SELECT *, rowid AS \(PreparedData.rowColumn) FROM \(SQL.name(Preparation.trainTable)))"
        let fitted = try rules.fitted(on: source, columns: raw, engine: engine)
        let accounts = try fitted.accounts(from: source, columns: raw, droppingFirst: 1, engine)
        var (steps, left, gone) = ([CleaningPreview.Step](), try TableRuleRun.count(Preparation.trainTable, engine), Set<Int>())
        for (i, rule) in rules.rules.enumerated().dropFirst() {
            let columns = rules.rules.prefix(i).reduce(raw) { $1.columns(after: $0) }
            let rows = "(\(fitted.select(from: source, columns: raw, count: i)))"
            var step = CleaningPreview.Step(
                number: count + i, list: "clean", rule: rule.word, columns: rule.namedColumns, rowsBefore: left, rowsAfter: left)
            if let account = accounts[i] { (step.changed, step.emptied, step.filled) = (account.changed, account.emptied, account.filled) }
            step.added = rule.columns(after: columns).map(\.name).filter { name in !columns.contains { $0.name == name } }
            step.examples = try changes(by: rule, fitted.fitted[i], of: columns, in: rows, examples)
            if let condition = rule.misfits(columns) ?? rule.drops(columns, fitted.fitted[i]) {
                let places =
                    try engine.query("SELECT \(PreparedData.rowColumn) FROM \(rows) WHERE \(condition) ORDER BY 1").columns.first?.numbers ?? []
                let new = places.compactMap { Int(exactly: $0) }.filter { !gone.contains($0) }
                gone.formUnion(new)
                left -= new.count
                step.rowsAfter = left
                let reason = "the value of “\(rule.namedColumns.joined())” \(rule.word == "cast" ? "does not fit" : "is an outlier")"
                step.leftOut = new.prefix(examples).map { CleaningPreview.LeftOut(place: $0 + 1, reason: reason) }
            }
            steps.append(step)
        }
        return steps
    }

    /// The most frequent changes that a rule makes to values of its columns.
    private func changes(
        by rule: RowRule, _ fitted: FittedValue?, of columns: [TypedColumn], in rows: String, _ limit: Int
    ) throws(MartletError) -> [CleaningPreview.Example] {
        var found: [CleaningPreview.Example] = []
        for change in rule.changes(of: columns, fitted) {
            found += try frequent(change.before, change.after, in: rows, change.column, limit: limit)
        }
        return Array(found.sorted { $0.rows > $1.rows }.prefix(limit))
    }

    private func frequent(
        _ before: String, _ after: String, in rows: String, _ column: String, limit: Int
    ) throws(MartletError) -> [CleaningPreview.Example] {
        let answer = try Answer(
            engine,
            "SELECT before, after, count(*) AS n, before IS NULL, after IS NULL FROM (SELECT CAST(\(before) AS VARCHAR) AS before, CAST(\(after) AS VARCHAR) AS after FROM \(rows)) "
                + "WHERE before IS DISTINCT FROM after GROUP BY ALL ORDER BY n DESC, before, after LIMIT \(limit)")
        return (0..<answer.rowCount).map { row in
            CleaningPreview.Example(
                column: column, before: answer.number(row, 3) == 1 ? nil : answer.text(row, 0),
                after: answer.number(row, 4) == 1 ? nil : answer.text(row, 1), rows: answer.count(row, 2))
        }
    }
}
