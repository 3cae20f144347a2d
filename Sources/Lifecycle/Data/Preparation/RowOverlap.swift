package import DuckDB
package import Support
import Tables

/// Which rows of one dataset version an earlier version used too, although a later split may have dealt them to another part.
///
/// Row numbers do not tell: the source may have grown, or other rows may have been left out. A row is known by its key where both versions have
/// the same key columns and these tell the earlier rows apart; otherwise by the values of the target and the features that both have. Columns
/// that a rule fills with what it learnt from the training part are left out then: the same row may hold another value in each version.
package struct RowOverlap: Sendable {
    private let columns: [(name: String, isNumber: Bool)]
    private let isByKey: Bool
    private let engine: DuckDB

    /// - Returns: nil where the versions have too few columns in common to know a row by.
    package init?(_ version: DatasetVersion, earlier: DatasetVersion, filled: Set<String>, byKey: Bool, engine: DuckDB) {
        self.engine = engine
        isByKey = byKey
        let kinds = Dictionary(earlier.details.columns.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        let roles: [DatasetVersion.Role] = byKey ? [.key] : [.target, .feature]
        let wanted = version.details.columns.filter { roles.contains($0.role) && (byKey || !filled.contains($0.name)) }
        columns = wanted.compactMap { column in
            guard let other = kinds[column.name], roles.contains(other.role) else { return nil }
            let (isNumber, wasNumber) = (RowOverlap.isNumber(column), RowOverlap.isNumber(other))
            return isNumber == wasNumber && (isNumber || column.kind == other.kind) ? (column.name, isNumber) : nil
        }
        if byKey {
            guard !columns.isEmpty, columns.count == wanted.count, columns.count == earlier.columns(.key).count else { return nil }
        } else {
            guard columns.count > 1 else { return nil }
        }
    }

    private static func isNumber(_ column: DatasetVersion.ColumnInfo) -> Bool { column.kind == .integer || column.kind == .number }

    /// For each row of a file, in its order, whether it occurs in the earlier files and in none of the version's own.
    ///
    /// What both have learnt from favours neither: equal rows of a table with few different ones are no reason to leave a row out.
    /// - Parameters:
    ///   - file: a Parquet file that `Preparation` wrote.
    ///   - earlier: the files that the earlier model learnt from.
    ///   - own: the files that the later model learnt from.
    /// - Returns: nil where keys are to be compared and do not tell the earlier rows apart.
    package func rows(of file: String, in earlier: [String], butNotIn own: [String]) throws(MartletError) -> [Bool]? {
        if isByKey {
            let sql = "SELECT count(*) - count(DISTINCT h) AS n FROM (\(hashes(earlier)))"
            guard try engine.query(sql).columns.first?.numbers?.first == 0 else { return nil }
        }
        let sql = """
            SELECT CAST(h IN (\(hashes(earlier))) AND h NOT IN (\(hashes(own))) AS INTEGER) AS seen
            FROM (SELECT \(hash) AS h, file_row_number AS n FROM read_parquet(\(SQL.text(file)), file_row_number = true)) ORDER BY n
            """
        return try engine.query(sql).columns.first?.numbers?.map { $0 == 1 }
    }

    private func hashes(_ files: [String]) -> String {
        "SELECT \(hash) AS h FROM read_parquet([\(files.map(SQL.text).joined(separator: ", "))], union_by_name = true)"
    }

    /// Equal for equal values, whichever type of number a file holds them in.
    private var hash: String {
        "hash(\(columns.map { "CAST(\(SQL.name($0.name)) AS \($0.isNumber ? "DOUBLE" : "VARCHAR"))" }.joined(separator: ", ")))"
    }
}
