package import DuckDB
package import Statistics
package import Support
package import Tables

/// What preparing a source left: one Parquet file a split, and what was learnt on the way.
package struct PreparedData: Sendable {
    /// A split's file, its rows cleaned and typed.
    package struct Part: Sendable {
        package var split: String
        package var path: String
        package var rows: Int
    }

    package var parts: [Part]
    /// The columns of the parts with what they are for.
    package var columns: [DatasetVersion.ColumnInfo]
    /// The columns of the source, before the row rules: what a request is made of.
    package var raw: [TypedColumn]
    /// The row rules with what they learnt from the training part.
    package var rules: RowRules
    package var format: SourceFormat
    package var files: [SourceFile]
    package var rejected: [RejectedRow]
    package var rejectedCount: Int
    package var rowsWithoutTarget: Int
    /// The name of the engine's view over all training rows, cleaned: for expectations and the profile.
    package var view: String
    package var notes: [String]
}

/// Turns a source into splits that models learn from.
package struct Preparation {
    private let plan: DataPlan
    private let target: String
    private let problem: ProblemType
    private let engine: DuckDB
    private let directory: String

    /// - Parameter directory: the folder that the plan's paths are relative to.
    package init(plan: DataPlan, target: String, problem: ProblemType, engine: DuckDB, directory: String) {
        self.plan = plan
        self.target = target
        self.problem = problem
        self.engine = engine
        self.directory = directory
    }

    /// Reads, cleans, splits and writes.
    /// - Parameter folder: where the Parquet files go.
    /// - Throws: `invalidInput` with file, line and what to do.
    package func prepare(into folder: String) throws(MartletError) -> PreparedData {
        let source = try SourceReader(engine: engine, plan: plan, directory: directory).read()
        let raw = source.format.fields.map { TypedColumn($0.name, $0.kind) }
        try checkColumns(raw)
        try applyTableRules(to: source.train.table)
        var rules = RowRules(plan.rules)
        try rules.check(over: raw, place: { plan.places["clean[\($0)]"] })
        let cleaned = rules.columns(after: raw)
        let splits = Splits(plan: plan.split, target: target, engine: engine, hasTest: source.test != nil)
        // Splits are dealt on rows as they will be learnt from, so that a class is the same text in every split; nothing is fitted before.
        rules = try rules.fitted(on: SQL.name(source.train.table), columns: raw, engine: engine)
        let withoutTarget = try splits.deal(rules.select(from: SQL.name(source.train.table), columns: raw), into: "prepared_train")
        if let test = source.test {
            try engine.execute("CREATE OR REPLACE TABLE prepared_test AS SELECT * FROM (\(rules.select(from: SQL.name(test.table), columns: raw))) WHERE \(SQL.name(target)) IS NOT NULL")
        }
        var notes = source.train.unreadable.map { "\($0.count) values of \($0.column) are no \($0.kind) and count as missing, for example \($0.examples.first ?? "")." }
        if withoutTarget > 0 { notes.append("\(withoutTarget) rows have no \(target) and were left out.") }
        let parts = try write(folder, hasTest: source.test != nil)
        return PreparedData(
            parts: parts, columns: try columns(cleaned), raw: raw, rules: rules, format: source.format, files: source.train.files + (source.test?.files ?? []),
            rejected: source.train.rejected + (source.test?.rejected ?? []), rejectedCount: source.train.rejectedCount + (source.test?.rejectedCount ?? 0),
            rowsWithoutTarget: withoutTarget, view: "prepared_train", notes: notes)
    }

    // MARK: - Columns

    private func checkColumns(_ raw: [TypedColumn]) throws(MartletError) {
        let names = RowRules(plan.rules).columns(after: raw).map(\.name)
        guard names.contains(target) else {
            throw MartletError(.invalidInput, "The data has no column “\(target)” to predict.\(didYouMean(target, among: names)) It has: \(names.prefix(30).joined(separator: ", ")).")
        }
        for column in plan.columns where !names.contains(column.name) {
            throw MartletError(
                .invalidInput, "The data has no column “\(column.name)”.\(didYouMean(column.name, among: names)) It has: \(names.prefix(30).joined(separator: ", ")).",
                place: plan.places["columns.\(column.name)"])
        }
    }

    /// What every column is for. Columns that hold one value or none are of no use and are left out.
    private func columns(_ cleaned: [TypedColumn]) throws(MartletError) -> [DatasetVersion.ColumnInfo] {
        let counts = try engine.query(
            "SELECT \(cleaned.map { "approx_count_distinct(\(SQL.name($0.name)))" }.joined(separator: ", ")) FROM prepared_train")
        var columns: [DatasetVersion.ColumnInfo] = []
        for (column, count) in zip(cleaned, counts.columns) {
            let varies = (count.numbers?.first ?? 0) > 1
            columns.append(DatasetVersion.ColumnInfo(name: column.name, kind: column.kind, role: role(of: column.name, varies: varies)))
        }
        guard columns.contains(where: { $0.role == .feature }) else {
            throw MartletError(.invalidInput, "No column is left to learn from. Look at data.columns: every column but the target is unused, constant or empty.")
        }
        return columns
    }

    private func role(of name: String, varies: Bool) -> DatasetVersion.Role {
        if name == target { return .target }
        guard let plan = plan.column(name) else { return varies ? .feature : .ignored }
        if plan.weight { return .weight }
        if plan.key { return .key }
        if plan.use { return varies ? .feature : .ignored }
        return plan.sensitive ? .sensitive : .ignored
    }

    private func applyTableRules(to table: String) throws(MartletError) {
        for rule in plan.tableRules {
            let name = SQL.name(table)
            switch rule {
            case .deduplicate(let by):
                let keys = by.map { "DISTINCT ON (\($0.map(SQL.name).joined(separator: ", "))) " } ?? "DISTINCT "
                try engine.execute("CREATE OR REPLACE TABLE \(name) AS SELECT \(keys)* FROM \(name)")
            case .filter(let condition): try engine.execute("CREATE OR REPLACE TABLE \(name) AS SELECT * FROM \(name) WHERE \(condition)")
            case .sql(let select):
                try engine.execute("CREATE OR REPLACE TEMP VIEW data AS SELECT * FROM \(name)")
                try engine.execute("CREATE OR REPLACE TABLE table_rule_answer AS \(select)")
                try engine.execute("DROP VIEW data; DROP TABLE \(name); ALTER TABLE table_rule_answer RENAME TO \(name)")
            }
        }
    }

    // MARK: - Files

    private func write(_ folder: String, hasTest: Bool) throws(MartletError) -> [PreparedData.Part] {
        var parts: [PreparedData.Part] = []
        for split in ["train", "validation", "test"] {
            let path = "\(folder)/\(split).parquet"
            let rows = split == "test" && hasTest ? "SELECT * FROM prepared_test" : "SELECT * EXCLUDE (\(Splits.column)) FROM prepared_train WHERE \(Splits.column) = '\(split)'"
            let count = try engine.query("SELECT count(*) AS n FROM (\(rows))").columns.first?.numbers?.first ?? 0
            guard count > 0 else { continue }
            try engine.execute("COPY (\(rows)) TO \(SQL.text(path)) (FORMAT parquet, COMPRESSION zstd)")
            parts.append(PreparedData.Part(split: split, path: path, rows: Int(count)))
        }
        return parts
    }
}

/// A prepared file.
package enum PreparedFile {
    /// The rows of a Parquet file, in its order.
    package static func load(_ path: String, engine: DuckDB) throws(MartletError) -> Table {
        try engine.query("SELECT * FROM read_parquet(\(SQL.text(path)))")
    }
}
