/// What a table rule did to the rows of the training source.
package struct TableRuleAccount: Sendable, Equatable, Codable {
    /// The rule's word in the settings.
    package var rule: String
    /// The columns that it goes by; empty for all, and for SQL.
    package var columns: [String]
    package var rowsBefore: Int
    package var rowsAfter: Int
    /// Rows that a join found no partner for; nil for other rules.
    package var unmatched: Int?
    /// Columns that the rule added.
    package var added: [String]

    package init(rule: String, columns: [String], rowsBefore: Int, rowsAfter: Int, unmatched: Int? = nil, added: [String] = []) {
        self.rule = rule
        self.columns = columns
        self.rowsBefore = rowsBefore
        self.rowsAfter = rowsAfter
        self.unmatched = unmatched
        self.added = added
    }
}

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
    /// Rows that the rule left out; nil where it leaves none out, and for versions from before that was counted.
    package var dropped: Int?

    package init(rule: String, columns: [String], changed: Int, emptied: Int, filled: Int, dropped: Int? = nil) {
        self.rule = rule
        self.columns = columns
        self.changed = changed
        self.emptied = emptied
        self.filled = filled
        self.dropped = dropped
    }
}
