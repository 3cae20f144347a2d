/// Pictures that a run logged under one name, by step.
package struct ImageSeriesView: Sendable {
    package struct Picture: Sendable {
        package var step: Int64
        /// From the root of the run's artifacts.
        package var path: String
        /// A smaller one of the same; nil where there is none.
        package var small: String?

        package init(step: Int64, path: String, small: String? = nil) {
            self.step = step
            self.path = path
            self.small = small
        }
    }

    package var name: String
    /// By step.
    package var pictures: [Picture]
    /// How many more there are.
    package var further: Int

    package init(_ name: String, _ pictures: [Picture], further: Int = 0) {
        self.name = name
        self.pictures = pictures
        self.further = further
    }
}

/// How some values were spread, step by step.
package struct HistogramSeriesView: Sendable {
    package struct Step: Sendable, Equatable {
        package var step: Int64
        /// One more than there are counts, rising.
        package var edges: [Double]
        package var counts: [Double]

        /// Nil for what is no histogram.
        package init?(step: Int64, edges: [Double], counts: [Double]) {
            guard !counts.isEmpty, edges.count == counts.count + 1, edges.allSatisfy({ $0.isFinite && abs($0) < 1e300 }) else { return nil }
            guard counts.allSatisfy({ $0.isFinite && $0 >= 0 && $0 < 1e300 }), zip(edges, edges.dropFirst()).allSatisfy({ $0 <= $1 }) else {
                return nil
            }
            (self.step, self.edges, self.counts) = (step, edges, counts)
        }
    }

    package var name: String
    /// From the root of the run's artifacts.
    package var path: String
    /// By step; the most are left out evenly where there are many.
    package var steps: [Step]

    package init(_ name: String, path: String, steps: [Step]) {
        self.name = name
        self.path = path
        self.steps = steps
    }
}

/// A table that a run logged.
package struct LoggedTableView: Sendable {
    package enum Cell: Sendable, Equatable {
        case none
        case text(String)
        case number(Double)
        /// A picture of the same run, by its path.
        case picture(String)
    }

    /// From the root of the run's artifacts.
    package var path: String
    package var names: [String]
    package var rows: [[Cell]]
    /// Whether there is more of it than is given.
    package var isCut: Bool

    package init(path: String, names: [String], rows: [[Cell]], isCut: Bool = false) {
        self.path = path
        self.names = names
        self.rows = rows
        self.isCut = isCut
    }
}
