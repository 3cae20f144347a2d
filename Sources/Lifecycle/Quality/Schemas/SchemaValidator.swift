package import Support
import Tables

/// Holds a table against a schema, as TensorFlow Data Validation does with its statistics; here the values themselves are looked at, so that every
/// different one counts.
///
/// Times and truth values, which that tool does not have, are texts where the schema says BYTES, and otherwise whole numbers: seconds since 1970, 1 and 0.
package struct SchemaValidator {
    let schema: TableSchema
    /// The environment that the table belongs to; nil is every one.
    let environment: String?
    /// What `drift_comparator` compares with.
    let previous: JudgedTable?
    /// What `skew_comparator` compares with.
    let serving: JudgedTable?
    /// What the number of rows of the version before is.
    let previousVersion: JudgedTable?

    package init(
        _ schema: TableSchema, environment: String? = nil, previous: JudgedTable? = nil, serving: JudgedTable? = nil,
        previousVersion: JudgedTable? = nil
    ) {
        self.schema = schema
        self.environment = environment
        self.previous = previous
        self.serving = serving
        self.previousVersion = previousVersion
    }

    /// What is wrong with a table.
    /// - Throws: what the engine throws.
    package func anomalies(of table: JudgedTable) throws(MartletError) -> AnomalyReport {
        var report = AnomalyReport(schema: schema)
        guard table.rowCount > 0 else {
            report.isDataMissing = true
            return report
        }
        for column in table.columns {
            if let entry = try entry(column, in: table) { report.columns.append(entry) }
        }
        let names = Set(table.columns.map(\.name))
        for path in required(schema.features, below: []) where path.count > 1 || !names.contains(path[0]) {
            report.columns.append(
                .init(path: path, reasons: [.init(.missingColumn, "Missing column", "The column must be there and is not.")]))
        }
        report.columns.sort { $0.path.lexicographicallyPrecedes($1.path) }
        report.dataset = examples(in: table)
        return report
    }

    /// Nil where nothing is to be said about a column.
    private func entry(_ column: TypedColumn, in table: JudgedTable) throws(MartletError) -> AnomalyReport.Entry? {
        guard let feature = schema[column.name] else {
            return .init(path: [column.name], reasons: [.init(.newColumn, "New column", "The schema does not name this column.")])
        }
        guard !feature.isRetired else { return nil }
        var judge = FeatureJudge(feature, column: column, table: table, validator: self)
        try judge.judge()
        let entry = judge.entry
        return entry.reasons.isEmpty && entry.drift.isEmpty && entry.skew.isEmpty ? nil : entry
    }

    /// The paths of the features that must be there.
    private func required(_ features: [SchemaFeature], below path: [String]) -> [[String]] {
        features.flatMap { feature -> [[String]] in
            let own = path + [feature.name]
            let children = feature.isRetired ? [] : required(feature.children, below: own)
            return (schema.requires(feature, in: environment) ? [own] : []) + children
        }
    }

    // MARK: Rows

    private func examples(in table: JudgedTable) -> [AnomalyReport.Reason] {
        var reasons: [AnomalyReport.Reason] = []
        if let bounds = schema.examplesByPrevious, let previous {
            reasons += ratio(table.rowCount, to: previous.rowCount, "the table before", bounds)
        }
        if let bounds = schema.examplesByVersion, let previousVersion {
            reasons += ratio(table.rowCount, to: previousVersion.rowCount, "the version before", bounds)
        }
        if let least = schema.examples.least, table.rowCount < least {
            reasons.append(.init(.fewExamples, "Few rows", "There are \(table.rowCount) rows, fewer than \(least)."))
        }
        if let most = schema.examples.most, table.rowCount > most {
            reasons.append(.init(.manyExamples, "Many rows", "There are \(table.rowCount) rows, more than \(most)."))
        }
        return reasons
    }

    private func ratio(_ rows: Int, to control: Int, _ name: String, _ bounds: TableSchema.Bounds<Double>) -> [AnomalyReport.Reason] {
        guard control > 0 else {
            guard bounds.most != nil else { return [] }
            return [.init(.comparedManyExamples, "More rows than before", "There are \(rows) rows, and \(name) has none.")]
        }
        let ratio = Double(rows) / Double(control)
        let told = "There are \(AnomalyReport.digits(ratio)) times as many rows as \(name) has"
        var reasons: [AnomalyReport.Reason] = []
        if let most = bounds.most, ratio > most {
            reasons.append(.init(.comparedManyExamples, "More rows than before", "\(told), more than \(AnomalyReport.digits(most))."))
        }
        if let least = bounds.least, ratio < least {
            reasons.append(.init(.comparedFewExamples, "Fewer rows than before", "\(told), less than \(AnomalyReport.digits(least))."))
        }
        return reasons
    }
}
