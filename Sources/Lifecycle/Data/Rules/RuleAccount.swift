/// What a row rule did to the rows of a source.
package struct RuleAccount: Sendable, Equatable, Codable {
    /// The rule's word in the settings.
    package var rule: String
    /// The columns that it names; empty for all.
    package var columns: [String]
    /// Rows in which a value is another one afterwards, or is missing or filled.
    package var changed: Int
    /// Rows in which a value that was there is missing afterwards.
    package var emptied: Int
    /// Rows in which a missing value is filled afterwards.
    package var filled: Int

    package init(rule: String, columns: [String], changed: Int, emptied: Int, filled: Int) {
        self.rule = rule
        self.columns = columns
        self.changed = changed
        self.emptied = emptied
        self.filled = filled
    }
}
