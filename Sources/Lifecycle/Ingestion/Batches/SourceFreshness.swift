package import Support

/// How old the newest rows of a source are, held against what was agreed.
package struct SourceFreshness: Sendable, Equatable {
    /// When the newest row came to be, or came; nil where nothing came yet.
    package var newest: Timestamp?
    /// Seconds; nil where nothing came yet.
    package var age: Double?
    /// How old it may be, in seconds; nil for any age.
    package var limit: Double?

    package init(_ source: NamedSource, _ standing: SourceStanding, _ batches: [SourceBatch], now: Timestamp) {
        newest = standing.newest ?? batches.last?.at
        age = newest.map { max(0, now.seconds - $0.seconds) }
        limit = source.fresh
    }

    /// Whether it is as fresh as agreed; nil where nothing was agreed.
    package var holds: Bool? { limit.map { limit in age.map { $0 <= limit } ?? false } }
}
