import DuckDB
import Statistics
import Support
import Tables

extension Preparation {
    private static let assignmentTable = "martlet_parts"

    // MARK: Split

    /// Deals the rows of the training source out, by the values that they have after the rules; nothing is fitted yet.
    /// - Parameter misfits: the numbers of rows that are left out.
    func assign(_ rules: RowRules, _ raw: [TypedColumn], misfits: [Int], hasTestFile: Bool) throws(MartletError) -> SplitAssignment {
        let answer = try splitColumns(rules, raw)
        let (targets, by) = (try answer.column(target), try answer.column(plan.split.by ?? target))
        let tests =
            hasTestFile
            ? try engine.query("SELECT \(SQL.name(target)) FROM (\(select(rules, from: SQL.name(Preparation.testTable), raw)))").columns.first : nil
        try TargetCheck(target: target, problem: problem, place: plan.places["target"]).check(train: targets, test: tests)
        var split = plan.split
        if hasTestFile { split.test = 0 }
        var assignment = SplitAssignment(plan: split, usable: (0..<targets.count).map { !targets.isMissing($0) }, leftOut: misfits)
        switch split.method {
        case .random: assignment.deal()
        case .stratified: assignment.deal(strata: Preparation.strata(targets, problem))
        case .grouped: assignment.deal(groups: Preparation.codes(by))
        case .time: assignment.deal(times: try times(by))
        }
        let left = assignment.count(SplitAssignment.train)
        guard left > 1 else {
            throw MartletError(
                .invalidInput, "Only \(left) rows are left for training. Give more rows, or smaller shares in “split”.", place: plan.places["split"])
        }
        return assignment
    }

    /// The target and the column of the split, read in runs of rows: the engine holds no more of an answer at once.
    private func splitColumns(_ rules: RowRules, _ raw: [TypedColumn]) throws(MartletError) -> Table {
        let by = plan.split.by ?? target
        let table = SQL.name(Preparation.trainTable)
        let rows = try TableRuleRun.count(Preparation.trainTable, engine)
        // A column of that name would hide the rows' own numbers.
        let step = raw.contains { $0.name.lowercased() == "rowid" } ? rows : Preparation.runOfRows
        var columns = (by == target ? [target] : [target, by]).map { name in
            let isCounted = name == target && problem == .regression || name == by && plan.split.method == .time
            return GatheredColumn(name, rows: rows, asClasses: !isCounted)
        }
        let names = (by == target ? [target] : [target, by]).map(SQL.name).joined(separator: ", ")
        for first in stride(from: 0, to: max(1, rows), by: max(1, step)) {
            let source = rows <= step ? table : "(SELECT * FROM \(table) WHERE rowid >= \(first) AND rowid < \(first + step))"
            let answer = try engine.query("SELECT \(names) FROM (\(select(rules, from: source, raw)))")
            for i in columns.indices { columns[i].append(answer.columns[i]) }
        }
        return try Table(columns.map { $0.finish() })
    }

    private static let runOfRows = 2_000_000

    private func times(_ column: Column) throws(MartletError) -> [Double] {
        guard let times = column.numbers else {
            throw MartletError(
                .invalidInput, "“\(column.name)” holds text; a split by time needs times or numbers. Cast it to timestamp.",
                place: plan.places["split.by"])
        }
        return times
    }

    /// Classes as codes; for regression the tenth of the ranks that a value lies in.
    private static func strata(_ column: Column, _ problem: ProblemType) -> [Int32] {
        guard problem == .regression, let numbers = column.numbers else { return codes(column) }
        var order = numbers.indices.lazy.filter { !numbers[$0].isNaN }.map { UInt32(truncatingIfNeeded: $0) } as [UInt32]
        order.sort { (numbers[Int($0)], $0) < (numbers[Int($1)], $1) }
        var strata = [Int32](repeating: -1, count: numbers.count)
        for (rank, row) in order.enumerated() { strata[Int(row)] = Int32(rank * 10 / max(1, order.count)) }
        return strata
    }

    private static func codes(_ column: Column) -> [Int32] {
        guard let text = column.text else {
            var classes = GatheredColumn(column.name, rows: column.count, asClasses: true)
            classes.append(column)
            return classes.finish().text?.codes ?? []
        }
        return text.codes
    }

    // MARK: Files

    /// Gives the engine the part of every row.
    func store(_ assignment: SplitAssignment) throws(MartletError) {
        try engine.execute("DROP TABLE IF EXISTS \(Preparation.assignmentTable)")
        try engine.execute("CREATE TABLE \(Preparation.assignmentTable) (martlet_part BIGINT)")
        for parts in assignment.parts.runs(of: 1_000_000) {
            let column = Column("martlet_part", kind: .integer, numbers: parts.map(Double.init))
            try engine.append(Table([column]), to: Preparation.assignmentTable)
        }
    }

    /// The raw rows of a part, with their numbers, as a query in brackets. The positional join is what keeps the engine to one thread and so the rows
    /// of a file, and with them its digest, in one order.
    func rows(of part: UInt8) -> String {
        let table = SQL.name(Preparation.trainTable)
        return
            "(SELECT \(table).*, \(table).rowid AS \(PreparedData.rowColumn) FROM \(table) POSITIONAL JOIN \(Preparation.assignmentTable) WHERE martlet_part = \(part))"
    }

    /// Writes the parts of the training source.
    /// - Returns: the parts, and how many rows have no target.
    func write(
        _ rules: RowRules, _ raw: [TypedColumn], _ assignment: SplitAssignment, _ folder: String
    ) throws(MartletError) -> (parts: [PreparedData.Part], missingTargets: Int) {
        var parts: [PreparedData.Part] = []
        var statements: [String] = []
        let columns = rules.columns(after: raw)
        for (split, code) in [("train", SplitAssignment.train), ("validation", SplitAssignment.validation), ("test", SplitAssignment.test)] {
            let count = assignment.count(code)
            guard count > 0 else { continue }
            let path = "\(folder)/\(split).parquet"
            statements.append(PreparedFile.writing(select(rules, from: rows(of: code), raw), columns: columns, to: path))
            parts.append(PreparedData.Part(split: split, path: path, rows: count))
        }
        try engine.executeTogether(statements, settings: SourceReader.settings + (staging.isOpen ? "; \(StagingFile.use)" : ""))
        return (parts, assignment.count(SplitAssignment.dropped))
    }

    /// Writes the rows of the test file that have a target.
    func writeTestFile(_ rules: RowRules, _ raw: [TypedColumn], _ folder: String) throws(MartletError) -> (
        part: PreparedData.Part, missingTargets: Int
    ) {
        let all = select(rules, from: "(SELECT *, rowid AS \(PreparedData.rowColumn) FROM \(SQL.name(Preparation.testTable)))", raw)
        let answer = try engine.query("SELECT count(*) AS n, count(\(SQL.name(target))) AS k FROM (\(all))")
        let (count, known) = (Int(answer.columns[0].numbers?.first ?? 0), Int(answer.columns[1].numbers?.first ?? 0))
        let path = "\(folder)/test.parquet"
        let usable = "SELECT * FROM (\(all)) WHERE \(SQL.name(target)) IS NOT NULL"
        try engine.execute(PreparedFile.writing(usable, columns: rules.columns(after: raw), to: path))
        return (PreparedData.Part(split: "test", path: path, rows: known), count - known)
    }

    /// What holds the cleaned rows of the training source, those without a target included: the table that was read where rules change nothing, else
    /// a view over the files, or a copy of them where opening files of so many columns takes longer.
    /// - Returns: the name.
    func cleanedRelation(
        _ rules: RowRules, _ raw: [TypedColumn], _ parts: [PreparedData.Part], dropped: Int
    ) throws(MartletError) -> String {
        if !rereads, rules.rules.count == 1, !staging.isOpen {
            try numberRows(SQL.name(Preparation.trainTable), by: "rowid")
            return Preparation.trainTable
        }
        try makeView(rules, raw, parts, dropped: dropped)
        let rows = parts.reduce(dropped) { $0 + $1.rows }
        guard raw.count > SourceProbe.wide, rows * raw.count <= Preparation.fewValues else { return Preparation.view }
        try engine.execute("CREATE OR REPLACE TABLE \(Preparation.copy) AS SELECT * FROM \(Preparation.view)")
        return Preparation.copy
    }

    private static let copy = "martlet_cleaned_copy"
    private static let fewValues = 20_000_000

    private func makeView(_ rules: RowRules, _ raw: [TypedColumn], _ parts: [PreparedData.Part], dropped: Int) throws(MartletError) {
        let paths = parts.map { SQL.text($0.path) }.joined(separator: ", ")
        let left = dropped > 0 ? " UNION ALL BY NAME \(select(rules, from: rows(of: SplitAssignment.dropped), raw))" : ""
        let rows = "(SELECT * FROM read_parquet([\(paths)])\(left))"
        try engine.execute("CREATE OR REPLACE VIEW \(Preparation.view) AS SELECT * EXCLUDE (\(PreparedData.rowColumn)) FROM \(rows)")
        try numberRows(rows, by: PreparedData.rowColumn)
    }

    /// Tells for each place among the cleaned rows, from 0, which row of the source stands there.
    private func numberRows(_ rows: String, by number: String) throws(MartletError) {
        try engine.execute(
            "CREATE OR REPLACE VIEW \(Preparation.numbers) AS SELECT \(number) AS number, row_number() OVER () - 1 AS place FROM \(rows)")
    }
}
