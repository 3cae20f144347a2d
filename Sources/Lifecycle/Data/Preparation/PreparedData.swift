package import Tables

/// Cleaned, typed and split rows in Parquet files, and how they came to be.
package struct PreparedData: Sendable {
    /// The name of the column of row numbers in every file: the row's place in its source, from 0, counted after table rules.
    package static let rowColumn = "martlet_row"

    /// A split's file, its rows cleaned and typed.
    package struct Part: Sendable, Equatable, Codable {
        /// `train`, `validation` or `test`.
        package var split: String
        /// The Parquet file.
        package var path: String
        package var rows: Int

        package init(split: String, path: String, rows: Int) {
            self.split = split
            self.path = path
            self.rows = rows
        }
    }

    /// What a table rule did.
    package struct TableRuleOutcome: Sendable, Equatable {
        package var rule: TableRule
        package var rowsBefore: Int
        package var rowsAfter: Int
        /// Rows that a join found no partner for; nil for other rules.
        package var unmatched: Int?
        /// Columns that the rule added.
        package var added: [String] = []
        /// Files that a join read.
        package var files: [SourceFile] = []
    }

    /// The rows of one class in each part.
    package struct ClassCount: Sendable, Equatable, Codable {
        package var name: String
        /// In the order of `parts`.
        package var rows: [Int]
    }

    /// In the order train, validation, test; parts without rows are left out.
    package var parts: [Part]
    /// The columns of the parts, after all rules, with what they are for.
    package var columns: [DatasetVersion.ColumnInfo]
    /// The columns of the source, before the row rules: what a request is made of.
    package var raw: [TypedColumn]
    /// The row rules with what they learnt from the training part; the first makes the source's missing markers missing.
    package var rules: RowRules
    package var format: SourceFormat
    package var files: [SourceFile]
    /// Rows that were read, training and test source together, before table rules.
    package var rowsRead: Int
    /// The first 1,000 rows that could not be read.
    package var rejected: [RejectedRow]
    package var rejectedCount: Int
    package var tableRules: [TableRuleOutcome]
    /// What each row rule of a person did to the training source; empty for very wide tables.
    package var cleaning: [RuleAccount]
    /// The rows that rules left out, in a file of their own; nil where they left none out. Its columns hold texts.
    package var leftOut: Part?
    /// Rows that were left out because their target is missing.
    package var rowsWithoutTarget: Int
    /// Classes of the target, most frequent first; empty for regression.
    package var classes: [ClassCount]
    /// The name of the engine's view or table of all rows of the training source, cleaned, those without a target included: for expectations and the
    /// profile. It may read the files of `parts`; use it before they are moved.
    package var view: String
    /// The name of the engine's view of the same rows in the same order: their `place`, from 0, and their `number` in the column `rowColumn` of `parts`.
    package var numbers: String
    /// What a person should know, a sentence each.
    package var notes: [String]

    /// The columns that a model sees.
    package var features: [String] { columns.filter { $0.role == .feature }.map(\.name) }

    /// The raw columns that a served model needs for its features.
    package var inputs: [TypedColumn] { rules.inputs(for: features, among: raw) }
}
