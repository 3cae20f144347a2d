package import Support
package import Tables

/// The truth about one application, which becomes known weeks after the decision.
package struct LateLabel: Sendable, Equatable {
    /// The `application_id` of the row it belongs to.
    package var key: String
    package var defaulted: Bool
    package var knownAt: Timestamp

    /// The value of the target column: `defaulted` or `repaid`.
    package var outcome: String { defaulted ? "defaulted" : "repaid" }
}

/// One month of applications in the order of their arrival, and what became of them.
package struct LoanMonth: Sendable, Equatable {
    /// 0 for the first month.
    package var index: Int
    /// What the lender sees at the moment of each application; it does not hold the outcome.
    package var table: Table
    /// One label per row, in the order of the rows.
    package var labels: [LateLabel]

    /// A part of a month, or one of one's own.
    package init(index: Int, table: Table, labels: [LateLabel]) {
        self.index = index
        self.table = table
        self.labels = labels
    }

    /// The applications whose outcome is known at a moment, with the target column `outcome` (`defaulted` or `repaid`) at the end.
    package func labelled(by moment: Timestamp = Timestamp(microseconds: .max)) throws(MartletError) -> Table {
        let rows = labels.indices.filter { labels[$0].knownAt <= moment }
        let outcome = Column(LoanGenerator.target, strings: rows.map { labels[$0].outcome })
        return try Table(table.rows(rows).columns + [outcome])
    }

    /// The labels as a table (`application_id`, `outcome`, `known_at`) of those that become known after one moment and until another,
    /// in the order in which they become known: what a lender's back office would send.
    package func feedback(after start: Timestamp, until end: Timestamp) throws(MartletError) -> Table {
        try Self.feedback(labels.filter { $0.knownAt > start && $0.knownAt <= end })
    }

    /// Labels as a table, earliest first.
    package static func feedback(_ labels: [LateLabel]) throws(MartletError) -> Table {
        let sorted = labels.sorted { ($0.knownAt, $0.key) < ($1.knownAt, $1.key) }
        return try Table([
            Column(LoanGenerator.key, strings: sorted.map(\.key)),
            Column(LoanGenerator.target, strings: sorted.map(\.outcome)),
            Column("known_at", kind: .timestamp, numbers: sorted.map(\.knownAt.seconds)),
        ])
    }
}
