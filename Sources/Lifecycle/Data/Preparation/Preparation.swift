package import DuckDB
package import Statistics
package import Support
import Tables

/// Takes files to cleaned, typed and split Parquet files.
///
/// In order: read, table rules (training source only), row rules, rows without a target left out and counted, split, what row rules learn fitted on
/// the training part, one file a part. The engine holds the rows meanwhile, in memory or, where they are many beside the memory that may be
/// used, in a file; only the target and the column of the split come to Swift.
package struct Preparation {
    let plan: DataPlan
    let target: String
    let problem: ProblemType
    let engine: DuckDB
    let directory: String
    private let memory: Int?
    let staging: StagingFile

    static let trainTable = "martlet_source_train"
    static let testTable = "martlet_source_test"
    static let view = "martlet_cleaned"
    static let numbers = "martlet_cleaned_numbers"

    /// - Parameters:
    ///   - directory: the folder that the plan's paths are relative to.
    ///   - memory: how many bytes of memory may be used; nil for as many as there are.
    package init(plan: DataPlan, target: String, problem: ProblemType, engine: DuckDB, directory: String, memory: Int? = nil) {
        self.plan = plan
        self.target = target
        self.problem = problem
        self.engine = engine
        self.directory = directory
        self.memory = memory
        staging = StagingFile(engine: engine)
    }

    /// Lets go of what is kept for the view. The folder of `prepare` may be removed then.
    package func close() { staging.close() }

    private func stage(in folder: String) throws(MartletError) {
        guard let memory else { return }
        let files = try SourceFile.resolve(plan.source.train + plan.source.test, in: directory, fetched: plan.fetched, place: plan.places["source"])
        if files.reduce(0, { $0 + $1.size }) > memory / 8 { try staging.open(in: folder) }
    }

    /// Reads, cleans, splits and writes.
    /// - Parameter folder: where `train.parquet`, `validation.parquet` and `test.parquet` go; it exists.
    /// - Throws: `invalidInput` with file, line and what to do; `storageFull`; `notFound`.
    package func prepare(into folder: String) throws(MartletError) -> PreparedData {
        try engine.execute("SET preserve_insertion_order = true")
        try stage(in: folder)
        let reader = SourceReader(engine: engine, plan: plan, directory: directory)
        let (format, train, test) = try reader.read(train: Preparation.trainTable, test: Preparation.testTable)
        try LeftOutRows(engine: engine).begin()
        let outcomes = try applyTableRules(hasTest: test != nil)
        let raw = try columns(of: Preparation.trainTable, format)
        if test != nil { try requireTestColumns(raw, format) }
        let rules = RowRules([.missing(.all, markers: [""] + plan.source.missing)] + plan.rules)
        try check(rules, over: raw)
        var dropped = try leaveMisfitsOut(rules, raw, hasTestFile: test != nil)
        var assignment = try assign(rules, raw, misfits: dropped.rows, hasTestFile: test != nil)
        try store(assignment)
        let fitted = try rules.fitted(on: rows(of: SplitAssignment.train), columns: raw, engine: engine)
        try leaveOutliersOut(fitted, raw, &assignment, &dropped)
        var (parts, missingTargets) = try write(fitted, raw, assignment, folder)
        let cleaned = try cleanedRelation(fitted, raw, parts, dropped: missingTargets)
        if test != nil {
            let (part, missing) = try writeTestFile(fitted, raw, folder)
            parts.append(part)
            missingTargets += missing
        }
        let (columns, notes) = try roles(of: fitted.columns(after: raw), parts)
        let reads = [train] + [test].compactMap(\.self)
        return PreparedData(
            parts: parts, columns: columns, raw: raw, rules: fitted, format: format, files: reads.flatMap(\.files) + outcomes.flatMap(\.files),
            rowsRead: reads.map(\.rows).reduce(0, +),
            rejected: reads.flatMap(\.rejected), rejectedCount: reads.map(\.rejectedCount).reduce(0, +), tableRules: outcomes,
            cleaning: try fitted.account(
                from: SQL.name(Preparation.trainTable), columns: raw, droppingFirst: 1, dropped: dropped.counts, engine: engine),
            leftOut: try LeftOutRows(engine: engine).write(to: "\(folder)/left-out.parquet"),
            rowsWithoutTarget: missingTargets, classes: try classes(parts), view: cleaned, numbers: Preparation.numbers,
            notes: reads.flatMap(Preparation.notes) + outcomes.map(\.sentence) + targetNote(missingTargets) + notes)
    }

    private static func notes(_ read: SourceRead) -> [String] {
        let file = read.files.map(\.name).joined(separator: ", ")
        let rejected = read.rejectedCount == 0 ? [] : ["\(read.rejectedCount) rows of \(file) could not be read and are kept beside the data."]
        return read.uneven.map { "\($0) mixes line ends; it was read as if all its lines ended alike." } + rejected
            + read.unreadable.map {
                "\($0.count) values of “\($0.column)” are no \($0.kind) and count as missing, for example “\($0.examples.first ?? "")”."
            }
    }

    private func targetNote(_ count: Int) -> [String] { count == 0 ? [] : ["\(count) rows have no value of “\(target)” and were left out."] }

    private func applyTableRules(hasTest: Bool) throws(MartletError) -> [PreparedData.TableRuleOutcome] {
        let run = TableRuleRun(engine: engine, plan: plan, target: target, directory: directory, hasTest: hasTest)
        var outcomes: [PreparedData.TableRuleOutcome] = []
        for (i, rule) in plan.tableRules.enumerated() { outcomes.append(try run.apply(rule, number: i, to: Preparation.trainTable)) }
        return outcomes
    }

    /// The rules as SQL. Reading has made the markers of text missing already, so that the first rule is needed for markers that are numbers only.
    func select(_ rules: RowRules, from source: String, _ raw: [TypedColumn]) -> String {
        (rereads ? rules : rules.dropping(first: 1)).select(from: source, columns: raw)
    }

    /// Whether the first rule is needed.
    var rereads: Bool { plan.source.missing.contains { Double($0) != nil } }
}

extension PreparedData.TableRuleOutcome {
    /// What the rule did, for a person.
    var sentence: String {
        let partners = unmatched.map { $0 == 0 ? "" : " \($0) had no partner." } ?? ""
        let columns =
            added.isEmpty
            ? "" : " It added \(added.map { "“\($0)”" }.joined(separator: ", ")): a request must carry what of this a model uses."
        return "The table rule “\(rule.word)” left \(rowsAfter) of \(rowsBefore) rows.\(partners)\(columns)"
    }
}
