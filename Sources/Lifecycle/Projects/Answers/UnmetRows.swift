package import Data
internal import DuckDB
internal import Objects
package import Support
package import Tables

extension Project {
    /// The rows of a version that did not meet an expectation when it was made, as they are in it now: what was erased is not among them, and neither are
    /// rows without a target.
    /// - Parameters:
    ///   - path: where all of them are written, as Parquet; nil keeps no file.
    ///   - limit: how many are answered, with the number of the row (`martlet_row`) and the reasons (`martlet_reason`).
    /// - Returns: how many there are, and the first; nil where that was not kept.
    package func unmetRows(of version: DatasetVersion, to path: String? = nil, limit: Int) throws(MartletError) -> (count: Int, rows: Table)? {
        guard let unmet = version.details.unmet, objects.contains(unmet.digest) else { return nil }
        var parts: [String] = []
        // A test file numbers its rows by itself, and was not judged.
        for part in version.details.judgedParts(settingsNameTestFile: !file.data.source.test.isEmpty) {
            parts.append(SQL.text(try objects.path(part.digest)))
        }
        let row = PreparedData.rowColumn
        let found = """
            SELECT p.* EXCLUDE (\(row)), \(row), u.martlet_reason FROM read_parquet([\(parts.joined(separator: ", "))]) p
            JOIN read_parquet(\(SQL.text(try objects.path(unmet.digest)))) u USING (\(row)) ORDER BY \(row)
            """
        let engine = try openDuckDB()
        if let path { try engine.execute("COPY (\(found)) TO \(SQL.text(path)) (FORMAT parquet, COMPRESSION zstd)") }
        let count = try Answer(engine, "SELECT count(*) FROM (\(found))").count(0, 0)
        return (count, try engine.query("\(found) LIMIT \(max(0, limit))"))
    }
}
