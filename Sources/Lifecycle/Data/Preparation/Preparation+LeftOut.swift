import DuckDB
import Support
import Tables

extension Preparation {
    /// What row rules leave out.
    struct Dropped {
        /// Rows of the training source that a strict cast leaves out of every part.
        var rows: [Int] = []
        /// By the rule's place; rows of a test file included.
        var counts: [Int: Int] = [:]
    }

    /// Takes the rows away whose values do not fit a strict cast: those of the training source are told, those of the test file go at once.
    /// - Throws: `invalidInput` where such a value is to end the run.
    func leaveMisfitsOut(_ rules: RowRules, _ raw: [TypedColumn], hasTestFile: Bool) throws(MartletError) -> Dropped {
        var dropped = Dropped()
        for (i, rule) in rules.rules.enumerated() {
            guard case .castStrictly(let name, let kind, let otherwise) = rule else { continue }
            for table in [Preparation.trainTable] + (hasTestFile ? [Preparation.testTable] : []) {
                let seen = table == Preparation.trainTable ? Set(dropped.rows) : []
                let rows = try misfits(rules, i, table, raw).filter { !seen.contains($0) }
                guard let first = rows.first else { continue }
                guard otherwise == .drop else {
                    let value = try Answer(engine, "SELECT CAST(\(SQL.name(name)) AS VARCHAR) FROM \(SQL.name(table)) WHERE rowid = \(first)").text(
                        0, 0)
                    throw MartletError(
                        .invalidInput,
                        "\(rows.count == 1 ? "1 value" : "\(rows.count) values") of “\(name)” cannot be cast to \(kind.rawValue), such as “\(value.prefix(100))” in row \(first + 1). Correct them, or write “otherwise: drop” or “otherwise: missing”.",
                        place: plan.places["clean[\(i - 1)]"])
                }
                try keep(
                    rows, of: table, rule: "cast", reason: "“\(name)” is no \(kind.rawValue)",
                    name: "\(table == Preparation.trainTable ? "r" : "s")\(i)")
                dropped.counts[i, default: 0] += rows.count
                if table == Preparation.trainTable { dropped.rows += rows } else { try remove(rows, from: table) }
            }
        }
        return dropped
    }

    /// The numbers of the rows of a table with a value that the i-th rule cannot cast.
    private func misfits(_ rules: RowRules, _ i: Int, _ table: String, _ raw: [TypedColumn]) throws(MartletError) -> [Int] {
        let before = rules.rules.prefix(i).reduce(raw) { $1.columns(after: $0) }
        guard let condition = rules.rules[i].misfits(before) else { return [] }
        let source = "(SELECT *, rowid AS \(PreparedData.rowColumn) FROM \(SQL.name(table)))"
        let sql =
            "SELECT \(PreparedData.rowColumn) FROM (\(rules.select(from: source, columns: raw, count: i))) WHERE \(condition) ORDER BY 1"
        return (try engine.query(sql).columns.first?.numbers ?? []).compactMap { Int(exactly: $0) }
    }

    /// Takes the rows of the training part away that hold outliers of rules which say so. Other parts keep theirs.
    func leaveOutliersOut(
        _ rules: RowRules, _ raw: [TypedColumn], _ assignment: inout SplitAssignment, _ dropped: inout Dropped
    ) throws(MartletError) {
        var gone: Set<Int> = []
        for (i, rule) in rules.rules.enumerated() {
            let before = rules.rules.prefix(i).reduce(raw) { $1.columns(after: $0) }
            guard let condition = rule.drops(before, rules.fitted[i]), let name = rule.namedColumns.first else { continue }
            let source = rules.select(from: rows(of: SplitAssignment.train), columns: raw, count: i)
            let answer = try engine.query("SELECT \(PreparedData.rowColumn) FROM (\(source)) WHERE \(condition) ORDER BY 1")
            let rows = (answer.columns.first?.numbers ?? []).compactMap { Int(exactly: $0) }.filter { !gone.contains($0) }
            guard !rows.isEmpty else { continue }
            gone.formUnion(rows)
            var reason = "“\(name)” is an outlier"
            if case .range(let low, let high) = rules.fitted[i] { reason += ", not from \(JSONValue.text(of: low)) to \(JSONValue.text(of: high))" }
            try keep(rows, of: Preparation.trainTable, rule: rule.word, reason: reason, name: "r\(i)")
            dropped.counts[i, default: 0] += rows.count
        }
        guard !gone.isEmpty else { return }
        assignment.leaveOut(gone.sorted())
        guard assignment.count(SplitAssignment.train) > 1 else {
            throw MartletError(
                .invalidInput, "The rules “outliers” leave no rows for training. Give a larger “factor”, or clip.", place: plan.places[""])
        }
        try store(assignment)
    }

    /// Keeps rows as they were before the row rules.
    private func keep(_ rows: [Int], of table: String, rule: String, reason: String, name: String) throws(MartletError) {
        let kept = rows.prefix(LeftOutRows.most)
        let numbers = Column("martlet_id", kind: .integer, numbers: kept.map(Double.init))
        try engine.execute("DROP TABLE IF EXISTS martlet_left_out")
        try engine.append(Table([numbers]), as: "martlet_left_out")
        try LeftOutRows(engine: engine).add(
            "SELECT t.martlet_id + 1 AS martlet_place, \(SQL.text(reason)) AS martlet_reason, t.* EXCLUDE (martlet_id) "
                + "FROM (SELECT *, rowid AS martlet_id FROM \(SQL.name(table))) t SEMI JOIN martlet_left_out USING (martlet_id)",
            rule: rule, name: name)
        try engine.execute("DROP TABLE IF EXISTS martlet_left_out")
    }

    private func remove(_ rows: [Int], from table: String) throws(MartletError) {
        try engine.append(Table([Column("martlet_id", kind: .integer, numbers: rows.map(Double.init))]), as: "martlet_removed")
        try engine.execute(
            "CREATE OR REPLACE TABLE martlet_table_rule AS SELECT * FROM \(SQL.name(table)) WHERE rowid NOT IN (SELECT martlet_id FROM martlet_removed) ORDER BY rowid; "
                + "DROP TABLE martlet_removed; DROP TABLE \(SQL.name(table)); ALTER TABLE martlet_table_rule RENAME TO \(SQL.name(table))")
    }
}
