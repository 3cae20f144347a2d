/// How closely two columns of a dataset go together.
package struct AssociationView: Sendable {
    package var first: String
    package var second: String
    /// `pearson`, `spearman` or `cramers_v`.
    package var measure: String
    package var value: Double

    package init(_ first: String, _ second: String, _ measure: String, _ value: Double) {
        self.first = first
        self.second = second
        self.measure = measure
        self.value = value
    }
}

/// Columns that are missing together, and in how many rows exactly these are.
package struct MissingPatternView: Sendable {
    /// Empty for rows in which nothing is missing.
    package var columns: [String]
    package var rows: Int

    package init(_ columns: [String], _ rows: Int) {
        self.columns = columns
        self.rows = rows
    }
}
