package import Digests
package import Support

/// Rows that came together, kept as one file.
package struct SourceBatch: Sendable, Equatable {
    package var source: String
    /// Counted from 1, in the order in which they came.
    package var sequence: Int
    /// The file's name at its origin; its end tells the format.
    package var name: String
    package var digest: Digest
    /// Nil where nobody counted.
    package var rows: Int?
    package var bytes: Int
    package var at: Timestamp
    /// When another batch took its place; nil while it counts.
    package var replaced: Timestamp?

    /// Whether its columns are all texts, whose meaning the values tell.
    package var holdsTexts: Bool { name.hasSuffix(".texts.parquet") }
}

/// How far a source is.
package struct SourceStanding: Sendable, Equatable {
    /// What the next fetch begins with.
    package var state: JSONValue
    /// When it was asked last and answered.
    package var checked: Timestamp?
    /// When the newest row came to be, where the source tells.
    package var newest: Timestamp?
    /// Why the last fetch failed; nil where it did not.
    package var error: String?
    package var failed: Timestamp?

    package init(state: JSONValue = .object([]), checked: Timestamp? = nil, newest: Timestamp? = nil, error: String? = nil, failed: Timestamp? = nil)
    {
        self.state = state
        self.checked = checked
        self.newest = newest
        self.error = error
        self.failed = failed
    }
}
