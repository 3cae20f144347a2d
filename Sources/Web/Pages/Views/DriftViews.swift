package import Support

/// Two distributions over the same bins.
package struct HistogramView: View {
    /// The edges of numeric bins, one more than there are bins; empty for categories.
    package var edges: [Double]
    /// One name for every bin; empty for numbers.
    package var categories: [String]
    /// The share of rows in each bin in training, adding up to 1.
    package var reference: [Double]
    /// The share of rows in each bin now, adding up to 1.
    package var current: [Double]

    package init(edges: [Double], reference: [Double], current: [Double]) {
        (self.edges, categories, self.reference, self.current) = (edges, [], reference, current)
    }

    package init(categories: [String], reference: [Double], current: [Double]) {
        (edges, self.categories, self.reference, self.current) = ([], categories, reference, current)
    }

    package static let about = "Two distributions over the same bins."
    package static var members: [ViewMember<HistogramView>] {
        [
            .init("edges", \.edges, "Edges of numeric bins, one more than bins; empty for categories."),
            .init("categories", \.categories, "Names of the bins; empty for numbers."),
            .init("reference", \.reference, "Share of rows in each bin in training."), .init("current", \.current, "Share of rows in each bin now."),
        ]
    }
}

/// The scores of a model version in production against those on the test set.
package struct ScoresView: View {
    package var version: Int
    package var histogram: HistogramView

    package init(version: Int, histogram: HistogramView) {
        self.version = version
        self.histogram = histogram
    }

    package static let about = "The scores of a model version in production against those on the test set."
    package static var members: [ViewMember<ScoresView>] {
        [.init("version", \.version, "The version that answered last."), .init("histogram", \.histogram, "The reference is the test set.")]
    }
}

/// Drift of every column against the training data.
package struct DriftView: View {
    /// One column.
    package struct Column: View {
        package var name: String
        /// `psi`, `ks`, `jensen_shannon`, `chi_square`.
        package var method: String
        package var statistic: Double?
        /// The value from which the column counts as drifted.
        package var threshold: Double?
        /// Nil for methods without one.
        package var pValue: Double?
        package var drifted: Bool
        package var histogram: HistogramView?

        package init(
            name: String, method: String, statistic: Double?, threshold: Double?, pValue: Double? = nil, drifted: Bool,
            histogram: HistogramView? = nil
        ) {
            self.name = name
            self.method = method
            self.statistic = statistic
            self.threshold = threshold
            self.pValue = pValue
            self.drifted = drifted
            self.histogram = histogram
        }

        package static let about = "Drift of one column."
        package static var members: [ViewMember<Column>] {
            [
                .init("name", \.name), .init("method", \.method), .init("statistic", \.statistic),
                .init("threshold", \.threshold, "From which the column counts as drifted."),
                .init("p_value", \.pValue, "Null for methods without one."),
                .init("drifted", \.drifted), .init("histogram", \.histogram),
            ]
        }
    }

    package var from: Timestamp
    package var to: Timestamp
    /// The number of predictions compared.
    package var rows: Int
    /// What they were compared with: `training data of model:loans@v1`.
    package var reference: String
    package var columns: [Column]
    /// The number of predictions in the histograms, the newest ones; nil where there are none.
    package var picturedRows: Int?
    /// Columns that are not compared, as the log hashes them or leaves them out.
    package var notKept: [String]

    package init(
        from: Timestamp, to: Timestamp, rows: Int, reference: String = "training data", columns: [Column], picturedRows: Int? = nil,
        notKept: [String] = []
    ) {
        self.notKept = notKept
        self.from = from
        self.to = to
        self.rows = rows
        self.reference = reference
        self.columns = columns
        self.picturedRows = picturedRows
    }

    package static let about = "Drift of every column against the training data."
    package static var members: [ViewMember<DriftView>] {
        [
            .init("from", \.from), .init("to", \.to), .init("rows", \.rows, "Predictions compared."),
            .init("reference", \.reference, "What they were compared with."), .init("columns", \.columns),
            .init("pictured_rows", \.picturedRows, "Predictions in the histograms, the newest ones."),
            .init("not_kept", \.notKept, "Columns that are not compared, as the log hashes them or leaves them out."),
        ]
    }
}
