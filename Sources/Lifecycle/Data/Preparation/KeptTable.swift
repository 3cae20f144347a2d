package import DuckDB
package import Exploration
package import Support
package import Tables

/// The rows of a file as they are, kept for comparison: no rules, no split.
package struct KeptTable: Sendable {
    package var rows: Int
    package var columns: [TypedColumn]
    package var profile: ProfileReport
    package var file: SourceFile
    /// Rows that could not be read.
    package var rejected: [RejectedRow]

    /// Reads a file of CSV, JSON lines or Parquet and writes its rows as Parquet.
    /// - Parameters:
    ///   - path: absolute, or relative to `directory`.
    ///   - target: the Parquet file to write.
    /// - Throws: `notFound`; `invalidInput` with file, line and what to do.
    package init(of path: String, in directory: String, to target: String, engine: DuckDB) throws(MartletError) {
        let plan = DataPlan(source: SourcePlan(train: [path]))
        let read = try SourceReader(engine: engine, plan: plan, directory: directory).read()
        guard let file = try SourceFile.resolve([path], in: directory).first else { throw MartletError(.notFound, "There is no file \(path).") }
        let relation = SQL.name(read.train.table)
        columns = read.format.fields.map { TypedColumn($0.name, $0.kind) }
        profile = try Profile.make(relation: relation, columns: columns.map { ($0.name, $0.kind) }, engine: engine)
        rows = profile.rowCount
        let numbered = "SELECT *, (row_number() OVER () - 1)::BIGINT AS \(PreparedData.rowColumn) FROM \(relation)"
        try engine.execute(PreparedFile.writing(numbered, columns: columns, to: target))
        self.file = file
        rejected = read.train.rejected
    }
}
