internal import Data
package import Quality
package import Support

extension QualityCheck {
    /// What is wrong with the rows by a schema.
    /// - Parameters:
    ///   - environment: the environment that they belong to; nil is every one.
    ///   - previous: what `drift_comparator` and the comparators of the number of rows compare with.
    ///   - serving: what `skew_comparator` compares with.
    package func anomalies(
        _ schema: TableSchema, environment: String? = nil, previous: QualityCheck? = nil, serving: QualityCheck? = nil
    ) throws(MartletError) -> AnomalyReport {
        let before = try previous?.judgedTable()
        return try SchemaValidator(schema, environment: environment, previous: before, serving: serving?.judgedTable(), previousVersion: before)
            .anomalies(of: judgedTable())
    }

    /// The schema that the rows meet.
    package func proposeSchema() throws(MartletError) -> TableSchema { try SchemaProposer(judgedTable()).schema() }
}

extension Project {
    /// The version before the one that a text names, where its rows are still there; nil for a file, and for a first version.
    package func checkBefore(_ text: String?) throws(MartletError) -> QualityCheck? { try earlierChecks(text, most: 1).first }
}
