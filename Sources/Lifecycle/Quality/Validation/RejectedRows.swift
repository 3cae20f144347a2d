import DuckDB
import Support
import Tables

/// The rows that were not expected, kept as a Parquet file: every column of the table, the number of the row (`martlet_row`, from 0) and the
/// expectations that it does not meet (`martlet_reason`, separated by semicolons). A row stands once.
package struct RejectedRows: Sendable {
    /// Where the file is written.
    package var path: String
    /// The severities that count.
    package var severities: Set<Expectation.Severity>
    /// Whether the values of the rows are written, or only their numbers and reasons.
    package var keepsValues: Bool

    package init(path: String, severities: Set<Expectation.Severity> = [.critical, .warning], keepsValues: Bool = true) {
        self.path = path
        self.severities = severities
        self.keepsValues = keepsValues
    }

    /// Writes the file; none where no row is rejected.
    /// - Returns: how many rows there are.
    func write(
        _ judged: [(ExpectationResult, CompiledExpectation.Unexpected?)], _ table: CheckedTable
    ) throws(MartletError) -> Int {
        let parts = judged.compactMap { result, unexpected -> String? in
            guard let unexpected, !result.success, result.unexpectedCount ?? 0 > 0, severities.contains(result.expectation.severity) else {
                return nil
            }
            let reason = "\(result.expectation.columns.joined(separator: ", ")): \(result.expectation.type.rawValue)"
            return "SELECT martlet_row, \(SQL.text(reason)) AS reason FROM (\(unexpected.source ?? table.numbered)) WHERE \(unexpected.condition)"
        }
        guard !parts.isEmpty else { return 0 }
        let reasons =
            "SELECT martlet_row, string_agg(DISTINCT reason, '; ' ORDER BY reason) AS martlet_reason FROM (\(parts.joined(separator: " UNION ALL "))) GROUP BY ALL"
        return try ScratchTable.with(reasons, in: table.engine) { reasons throws(MartletError) in
            let whole = "SELECT r.*, w.martlet_reason FROM (\(table.numbered)) r JOIN \(reasons) w USING (martlet_row) ORDER BY martlet_row"
            let rows = keepsValues ? whole : "SELECT * FROM \(reasons) ORDER BY martlet_row"
            try table.engine.execute("COPY (\(rows)) TO \(SQL.text(path)) (FORMAT parquet, COMPRESSION zstd)")
            return try Answer(table.engine, "SELECT count(*) FROM \(reasons)").count(0, 0)
        }
    }
}
