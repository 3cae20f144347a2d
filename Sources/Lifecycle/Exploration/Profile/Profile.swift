package import DuckDB
package import Support
package import Tables

/// Describes the columns of a table in few scans.
///
/// Columns are taken in groups, so that thousands of them neither make one statement of thousands of terms nor thousands of scans. Relations of
/// more than 100,000 rows are sampled for quantiles; counts, extremes, means and histograms are always of every row.
package enum Profile {
    /// How many columns one statement takes.
    package static let groupSize = 100

    /// - Parameters:
    ///   - relation: what stands after FROM: a quoted name, or a SELECT in parentheses. It is scanned a few times.
    ///   - columns: the columns to describe, with the kinds of their values. Columns whose type is not text, but whose kind is, are cast.
    ///   - engine: the connection that knows the relation.
    ///   - comparesColumns: whether what the columns have to do with each other is looked at as well.
    /// - Throws: what the engine throws, for an unknown relation or column, or `cancelled`.
    package static func make(
        relation: String, columns: [(name: String, kind: ColumnKind)], engine: DuckDB, comparesColumns: Bool = true
    ) throws(MartletError) -> ProfileReport {
        try RelationSample.with(relation, in: engine) { (sample) throws(MartletError) in
            var profiles = columns.map { ColumnProfile($0.name, kind: $0.kind) }
            let numeric = columns.indices.filter { columns[$0].kind.isNumeric }
            for group in numeric.runs(of: groupSize) {
                let measured = group.map { MeasuredColumn(name: columns[$0].name, kind: columns[$0].kind) }
                let found = try NumberProfiler(engine: engine, relation: relation, sample: sample).profiles(of: measured)
                for (i, profile) in zip(group, found) { profiles[i] = profile }
            }
            let textual = columns.indices.filter { !columns[$0].kind.isNumeric }
            for group in textual.runs(of: groupSize) {
                let measured = group.map { MeasuredColumn(name: columns[$0].name, kind: columns[$0].kind) }
                let found = try TextProfiler(engine: engine, relation: relation, sample: sample).profiles(of: measured)
                for (i, profile) in zip(group, found) { profiles[i] = profile }
            }
            let relations =
                comparesColumns ? try RelationsReader(engine: engine, relation: relation, sample: sample, profiles: profiles).read() : nil
            let closest = relations?.closest ?? []
            for i in profiles.indices {
                profiles[i].alerts = ColumnAlerts(profile: profiles[i], rowCount: sample.relationRows, closest: closest).sentences
            }
            return ProfileReport(
                rowCount: sample.relationRows, sampledRows: sample.isWhole ? nil : sample.rowCount, columns: profiles, relations: relations)
        }
    }
}
