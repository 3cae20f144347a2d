package import DuckDB
import Exploration
import Statistics
package import Support
package import Tables

extension SourceInspection {
    /// Tables of as many columns are refused.
    package static let tooManyColumns = 20_000

    /// Looks at a source and proposes how to learn from it.
    ///
    /// Relations of more than 100,000 rows are sampled, except for what only every row can say: the target, rows that repeat, columns without a value.
    /// - Parameters:
    ///   - train: what stands after FROM: a quoted name, or a SELECT in parentheses. It is scanned several times: keep a slow SELECT's answer in a table.
    ///   - test: the same for a test file; nil where there is none.
    ///   - columns: the columns of `train`, the target among them, as they were read: without markers of missing values and without trimming.
    ///   - target: the column to predict.
    /// - Throws: `notFound` for an unknown target, with the nearest name; `invalidInput` where nothing can be learnt, or for too many columns;
    ///   what the engine throws.
    package static func make(
        train: String, test: String? = nil, columns: [(name: String, kind: ColumnKind)], target: String, engine: DuckDB
    ) throws(MartletError) -> SourceInspection {
        try check(columns.map(\.name), target)
        return try RelationSample.with(train, in: engine) { (sample) throws(MartletError) in
            guard sample.relationRows > 0 else {
                throw MartletError(
                    .invalidInput,
                    """
                    The source has columns but no rows. Name a file that holds data.
                    """)
            }
            let texts = try TextInspection(columns, in: sample.relation, engine: engine)
            let cleaning = InspectedSource.cleaning(texts.readings, from: sample.relation)
            return try ScratchTable.with(cleaning, in: engine) { (cleaned) throws(MartletError) in
                guard let reading = texts.readings.first(where: { $0.name == target }) else {
                    throw MartletError(.defect, "The target was not read.")
                }
                let profile = try Profile.make(
                    relation: cleaned, columns: texts.readings.map { ($0.name, $0.kind) }, engine: engine, comparesColumns: false)
                let source = InspectedSource(
                    engine: engine, train: train, test: test, readings: texts.readings, target: reading, rowCount: sample.relationRows,
                    cleaned: cleaned,
                    profile: profile)
                return try inspect(source, texts)
            }
        }
    }

    private static func check(_ names: [String], _ target: String) throws(MartletError) {
        guard names.count < tooManyColumns else {
            throw MartletError(
                .invalidInput,
                """
                The source has \(names.count) columns; fewer than \(tooManyColumns) can be handled, because each is described, checked and shown. \
                Choose some with “--columns”, or put repeated measurements into rows.
                """)
        }
        guard names.contains(target) else {
            throw MartletError(
                .notFound,
                """
                There is no column “\(target)”.\(didYouMean(target, among: names)) The source has: \
                \(names.prefix(30).joined(separator: ", "))\(names.count > 30 ? " and \(names.count - 30) more" : "").\
                \(names.contains("column_1") ? " Where the file has no header, give the names with --columns a,b,c or --columns @FILE." : "")
                """)
        }
        guard names.count > 1 else {
            throw MartletError(.invalidInput, "The source has no column but the target “\(target)”, so that there is nothing to predict it from.")
        }
    }

    private static func inspect(_ source: InspectedSource, _ texts: TextInspection) throws(MartletError) -> SourceInspection {
        var inspection = SourceInspection(
            rowCount: source.rowCount, problem: .regression, positive: nil, classes: [], missingTargets: 0,
            columns: source.features.map { ColumnPlan($0.name) },
            weightCandidate: nil, missingMarkers: [], decimal: ".", rules: [], split: SplitPlan(), findings: [])
        try TargetInspection(source: source).add(to: &inspection)
        inspection.split = SplitPlan(test: source.test == nil ? 0.2 : 0, method: inspection.problem == .regression ? .random : .stratified)
        texts.add(to: &inspection)
        try TestFileInspection(source: source).add(to: &inspection)
        try RoleInspection(source: source).add(to: &inspection)
        try TimeInspection(source: source).add(to: &inspection)
        try LeakageInspection(source: source, problem: inspection.problem, positive: inspection.positive).add(to: &inspection)
        try RepeatInspection(source: source).add(to: &inspection)
        inspection.describeSplit()
        guard inspection.columns.contains(where: \.use) else {
            let reasons = inspection.columns.prefix(5).map { "“\($0.name)”: \($0.why ?? "not used")" }.joined(separator: "; ")
            throw MartletError(
                .invalidInput,
                """
                No column is left to learn from (\(reasons)). Name a source with columns that say something about the target.
                """)
        }
        return inspection
    }

    private mutating func describeSplit() {
        guard split.method == .random || split.method == .stratified else { return }
        let choosing = "\(percent(Int(split.validation * 100), of: 100)) of the rows are for choosing"
        let judging = split.test > 0 ? " and \(percent(Int(split.test * 100), of: 100)) for the last judgement" : ""
        say(.assumed, nil, "\(choosing)\(judging), dealt out by chance\(split.method == .stratified ? " within every class" : "").")
    }
}
