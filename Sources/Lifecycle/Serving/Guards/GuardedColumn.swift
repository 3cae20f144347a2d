package import Tables

/// What is known of a column from training, as far as inputs are held against it.
package struct GuardedColumn: Sendable, Equatable {
    package var name: String
    package var kind: ColumnKind
    package var rows: Int
    package var missing: Int
    /// The least and the greatest number; nil for texts, moments in time and empty columns.
    package var range: ClosedRange<Double>?
    /// All texts with their rows; nil for numbers, and where there are so many that another is no surprise.
    package var categories: [String: Int]?

    package init(_ name: String, kind: ColumnKind, rows: Int, missing: Int, range: ClosedRange<Double>? = nil, categories: [String: Int]? = nil) {
        self.name = name
        self.kind = kind
        self.rows = rows
        self.missing = missing
        self.range = range
        // A text in five is new: names and sentences, not categories.
        self.categories = categories.flatMap { $0.count <= GuardedColumn.categoryLimit && $0.count * 5 <= rows - missing ? $0 : nil }
    }

    /// The most texts that are taken for categories.
    package static let categoryLimit = 1000
    /// From how many rows on it tells something that none was missing.
    private static let fewestRows = 50

    /// Whether a missing value is unlike training.
    var isMissingUnexpected: Bool { missing == 0 && rows >= GuardedColumn.fewestRows }
}
