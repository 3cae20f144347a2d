/// A rule on the training source as a whole. It is not served: a model is asked row by row.
package enum TableRule: Sendable, Equatable, Codable {
    /// Keeps the first of rows that agree in these columns; nil means in every column.
    case deduplicate(by: [String]?)
    /// Keeps the rows for which a condition in SQL holds.
    case filter(String)
    /// Replaces the rows by the answer of a SELECT over the table `data`.
    case sql(String)
}
