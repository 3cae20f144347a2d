import DuckDB
import Support
import Tables

/// Runs a join rule: reads the other table, requires that its keys are unique, and adds its columns.
struct JoinRun {
    let run: TableRuleRun
    let join: JoinRule
    let place: SourcePlace?

    static let table = "martlet_joined"

    private var engine: DuckDB { run.engine }

    /// - Parameters:
    ///   - table: the training source.
    ///   - number: the rule's place among the plan's.
    /// - Returns: the rows of the training source without a partner, and the files that were read.
    func apply(to table: String, number: Int) throws(MartletError) -> (unmatched: Int, files: [SourceFile]) {
        let columns = try run.columns(table)
        for key in join.on where !columns.contains(where: { $0.name == key.here }) {
            throw failure("There is no column “\(key.here)” in the rows.\(didYouMean(key.here, among: columns.map(\.name)))")
        }
        let files = try read(columns)
        try check(columns)
        let added = try added(beside: columns)
        let unmatched = try Answer(engine, "SELECT count(*) FROM \(SQL.name(table)) t ANTI JOIN \(SQL.name(JoinRun.table)) j ON \(condition)").count(
            0, 0)
        if join.kind == .inner, unmatched > 0 {
            let reason = "no row of \(join.path) has this \(join.on.map(\.there).joined(separator: ", "))"
            try run.leftOut.add(
                "SELECT martlet_id + 1 AS martlet_place, \(SQL.text(reason)) AS martlet_reason, * EXCLUDE (martlet_id) "
                    + "FROM (SELECT *, rowid AS martlet_id FROM \(SQL.name(table))) t ANTI JOIN \(SQL.name(JoinRun.table)) j ON \(condition)",
                rule: "join", name: "t\(number)")
        }
        for name in [table] + (run.hasTest ? [Preparation.testTable] : []) {
            try run.replace(
                name,
                by: "SELECT t.* EXCLUDE (martlet_id)\(added) FROM (SELECT *, rowid AS martlet_id FROM \(SQL.name(name))) t "
                    + "\(join.kind == .left ? "LEFT" : "INNER") JOIN \(SQL.name(JoinRun.table)) j ON \(condition) ORDER BY t.martlet_id")
        }
        try engine.execute("DROP TABLE IF EXISTS \(SQL.name(JoinRun.table))")
        return (unmatched, files)
    }

    /// Reads the other table; its keys are read as what the rows' keys hold.
    private func read(_ columns: [TypedColumn]) throws(MartletError) -> [SourceFile] {
        var plan = DataPlan(source: SourcePlan(train: [join.path], missing: run.plan.source.missing))
        plan.sources = run.plan.sources
        plan.fetched = run.plan.fetched
        plan.columns = join.on.compactMap { key in
            columns.first { $0.name == key.here }.map { ColumnPlan(key.there, kind: $0.kind) }
        }
        plan.places["source"] = place
        return try SourceReader(engine: engine, plan: plan, directory: run.directory).read(train: JoinRun.table, test: "martlet_joined_test").train
            .files
    }

    private func check(_ columns: [TypedColumn]) throws(MartletError) {
        let there = try run.columns(JoinRun.table)
        for key in join.on {
            guard let other = there.first(where: { $0.name == key.there }) else {
                throw failure("\(join.path) has no column “\(key.there)”.\(didYouMean(key.there, among: there.map(\.name)))")
            }
            guard let own = columns.first(where: { $0.name == key.here }), (own.kind == .text) != (other.kind == .text) else { continue }
            throw failure(
                "“\(key.here)” holds \(own.kind.rawValue) values, “\(key.there)” of \(join.path) \(other.kind.rawValue) values. Give the column a “kind” in “data.columns”."
            )
        }
        let keys = join.on.map { SQL.name($0.there) }
        let known = keys.map { "\($0) IS NOT NULL" }.joined(separator: " AND ")
        let twice = try Answer(
            engine,
            "SELECT count(*), min(v) FROM (SELECT concat_ws(', ', \(keys.joined(separator: ", "))) AS v FROM \(SQL.name(JoinRun.table)) WHERE \(known) "
                + "GROUP BY \(keys.joined(separator: ", ")) HAVING count(*) > 1)")
        guard twice.count(0, 0) == 0 else {
            throw failure(
                "\(twice.count(0, 0)) keys stand in more than one row of \(join.path), such as “\(twice.text(0, 1).prefix(100))”, so that rows would be doubled. Keep one row a key, or join by more columns."
            )
        }
    }

    /// The columns that are added, as the rest of a select list.
    private func added(beside columns: [TypedColumn]) throws(MartletError) -> String {
        let there = try run.columns(JoinRun.table).map(\.name)
        for name in join.columns where !there.contains(name) {
            throw failure("\(join.path) has no column “\(name)”.\(didYouMean(name, among: there))")
        }
        let keys = join.on.map(\.there)
        let names = join.columns.isEmpty ? there.filter { !keys.contains($0) } : join.columns
        for name in names where columns.contains(where: { $0.name.lowercased() == (join.prefix + name).lowercased() }) {
            throw failure("There is a column “\(join.prefix + name)” already. Set “prefix”, or name other “columns”.")
        }
        return names.map { ", j.\(SQL.name($0)) AS \(SQL.name(join.prefix + $0))" }.joined()
    }

    private var condition: String { join.on.map { "t.\(SQL.name($0.here)) = j.\(SQL.name($0.there))" }.joined(separator: " AND ") }

    private func failure(_ sentence: String) -> MartletError { MartletError(.invalidInput, "The table rule “join”: \(sentence)", place: place) }
}
