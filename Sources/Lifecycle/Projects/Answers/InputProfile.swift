internal import Data
internal import Objects
internal import Registry
internal import Serving
internal import Support
internal import Tables

extension Project {
    /// Rows that the distributions of inputs are learnt from.
    private static let sampleSize = 10_000

    /// What a version's inputs are held against; nil where its data is not kept, or has other columns.
    func inputGuard(of version: ModelVersion) throws(MartletError) -> InputGuard? {
        let columns = version.details.signature.inputs.map(\.name)
        guard !columns.isEmpty, let path = try trainingFile(of: version) else { return nil }
        let engine = try openDuckDB()
        let sample = try PreparedFile.sample(path, columns: columns, rows: Project.sampleSize, engine: engine)
        let bounds = try PreparedFile.bounds(path, of: sample.columns, mostTexts: GuardedColumn.categoryLimit, engine: engine)
        let guarded = zip(sample.columns, bounds).map { column, bounds in
            GuardedColumn(
                column.name, kind: column.kind, rows: bounds.rows, missing: bounds.missing, range: bounds.range, categories: bounds.texts)
        }
        return InputGuard(guarded, sample: sample)
    }
}
