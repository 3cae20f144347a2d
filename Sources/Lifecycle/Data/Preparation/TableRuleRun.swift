import DuckDB
import Support
import Tables

/// Applies table rules to a table of the engine, in place.
struct TableRuleRun {
    let engine: DuckDB
    let plan: DataPlan
    /// The column that a model learns.
    let target: String
    /// The folder that paths are relative to.
    let directory: String
    /// Whether there is a test file; only joins touch it.
    let hasTest: Bool

    /// Where rows that are left out go.
    var leftOut: LeftOutRows { LeftOutRows(engine: engine) }

    /// Applies a rule to the training source.
    /// - Parameter number: the rule's place among the plan's, from 0.
    /// - Throws: `invalidInput` with the engine's words as cause.
    func apply(_ rule: TableRule, number: Int, to table: String) throws(MartletError) -> PreparedData.TableRuleOutcome {
        let place = plan.places["table_rules[\(number)]"]
        let (before, names) = (try count(table), try columns(table).map(\.name))
        var outcome = PreparedData.TableRuleOutcome(rule: rule, rowsBefore: before, rowsAfter: before)
        do {
            switch rule {
            case .deduplicate(let by): try deduplicate(by, table, rule, number)
            case .filter(let condition):
                let holds = "(\(condition)\n)"
                try leftOut.add(
                    "SELECT rowid + 1 AS martlet_place, 'the condition does not hold' AS martlet_reason, * FROM \(SQL.name(table)) "
                        + "WHERE \(holds) IS NOT TRUE", rule: rule.word, name: "t\(number)")
                try replace(table, by: "SELECT * FROM \(SQL.name(table)) WHERE \(holds)")
            case .sql(let text): try replace(table, by: sql(text, over: table))
            case .join(let join):
                let joined = try JoinRun(run: self, join: join, place: place).apply(to: table, number: number)
                (outcome.unmatched, outcome.files) = (joined.unmatched, joined.files)
            case .window(let window):
                let sql = WindowSQL(window: window, columns: try columns(table), target: target, place: place)
                try sql.check()
                try withOneThread { () throws(MartletError) in try replace(table, by: sql.select(from: table)) }
            }
        } catch {
            guard error.code == .invalidInput, error.place == nil else { throw error }
            throw MartletError(
                .invalidInput, "The table rule “\(rule.word)” cannot be run. Correct it.", place: place, cause: error.cause ?? error.message)
        }
        outcome.rowsAfter = try count(table)
        outcome.added = try columns(table).map(\.name).filter { !names.contains($0) }
        guard outcome.rowsAfter > 0 else {
            throw MartletError(.invalidInput, "The table rule “\(rule.word)” leaves no rows. Correct it.", place: place)
        }
        return outcome
    }

    /// Puts the answer of a SELECT in the place of a table.
    func replace(_ table: String, by select: String) throws(MartletError) {
        try engine.execute(
            "CREATE OR REPLACE TABLE martlet_table_rule AS \(select); DROP TABLE \(SQL.name(table)); "
                + "ALTER TABLE martlet_table_rule RENAME TO \(SQL.name(table))")
    }

    private func deduplicate(_ names: [String]?, _ table: String, _ rule: TableRule, _ number: Int) throws(MartletError) {
        let all = try columns(table).map(\.name)
        let key = (names ?? all).map(SQL.name).joined(separator: ", ")
        let reason = names.map { "agrees in \($0.joined(separator: ", ")) with row " } ?? "agrees in every column with row "
        let firsts = "SELECT *, rowid AS martlet_id, min(rowid) OVER (PARTITION BY \(key)) AS martlet_first FROM \(SQL.name(table))"
        let first =
            names == nil
            ? "SELECT min(r) FROM (SELECT *, rowid AS r FROM \(SQL.name(table))) GROUP BY \(key)"
            : "SELECT min(rowid) FROM \(SQL.name(table)) GROUP BY \(key)"
        let kept = "SELECT * FROM \(SQL.name(table)) WHERE rowid IN (\(first)) ORDER BY rowid"
        try engine.execute("CREATE OR REPLACE TABLE martlet_table_rule AS \(kept)")
        if try count("martlet_table_rule") < count(table) {
            try leftOut.add(
                "SELECT martlet_id + 1 AS martlet_place, \(SQL.text(reason)) || (martlet_first + 1) AS martlet_reason, "
                    + "* EXCLUDE (martlet_id, martlet_first) FROM (\(firsts)) WHERE martlet_id <> martlet_first",
                rule: rule.word, name: "t\(number)")
        }
        try engine.execute("DROP TABLE \(SQL.name(table)); ALTER TABLE martlet_table_rule RENAME TO \(SQL.name(table))")
    }

    private func sql(_ text: String, over table: String) -> String {
        var query = text[...]
        while let last = query.last, last.isWhitespace || last == ";" { query.removeLast() }
        return "WITH data AS (SELECT * FROM \(SQL.name(table))) SELECT * FROM (\(query)\n)"
    }

    /// Sums of rows of one moment would come in another order each time, and with it another last digit.
    private func withOneThread(_ body: () throws(MartletError) -> Void) throws(MartletError) {
        let threads = try Answer(engine, "SELECT current_setting('threads') AS n").count(0, 0)
        try engine.execute("SET threads = 1")
        defer { try? engine.execute("SET threads = \(max(1, threads))") }
        try body()
    }

    /// The columns of a table.
    func columns(_ table: String) throws(MartletError) -> [TypedColumn] {
        try SourceProbe.columns(of: table, engine: engine)
    }

    func count(_ table: String) throws(MartletError) -> Int { try TableRuleRun.count(table, engine) }

    static func count(_ table: String, _ engine: DuckDB) throws(MartletError) -> Int {
        try Answer(engine, "SELECT count(*) AS n FROM \(SQL.name(table))").count(0, 0)
    }
}
