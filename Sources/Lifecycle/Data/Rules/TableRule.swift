/// A rule on the training source as a whole. It is not served: a model is asked row by row, and a request carries the columns that such rules add.
package enum TableRule: Sendable, Equatable, Codable {
    /// Keeps the first of rows that agree in these columns; nil means in every column.
    case deduplicate(by: [String]?)
    /// Keeps the rows for which a condition in SQL holds.
    case filter(String)
    /// Replaces the rows by the answer of a SELECT over the table `data`.
    case sql(String)
    /// Adds the columns of another file or source by key. A test file is joined alike.
    case join(JoinRule)
    /// Adds figures of earlier rows.
    case window(WindowRule)

    /// The word of the rule in settings and messages.
    package var word: String {
        switch self {
        case .deduplicate: "deduplicate"
        case .filter: "filter"
        case .sql: "sql"
        case .join: "join"
        case .window: "window"
        }
    }

    /// The columns that the rule goes by.
    package var columns: [String] {
        switch self {
        case .deduplicate(let names): names ?? []
        case .filter, .sql: []
        case .join(let join): join.on.map(\.here)
        case .window(let window): window.by + [window.order]
        }
    }
}

/// A table that is joined to the rows by key.
package struct JoinRule: Sendable, Equatable, Codable {
    package enum Kind: String, Sendable, Equatable, Codable, CaseIterable {
        /// Every row stays; what has no partner gets missing values.
        case left
        /// Rows without a partner go.
        case inner
    }

    /// A column of the rows and the column of the other table that must be equal.
    package struct Key: Sendable, Equatable, Codable {
        package var here: String
        package var there: String

        package init(_ here: String, _ there: String) {
            self.here = here
            self.there = there
        }
    }

    /// A path, a glob or `source:NAME`.
    package var path: String
    package var on: [Key]
    package var kind = Kind.left
    /// The columns that are added; empty for all but the keys.
    package var columns: [String] = []
    /// What the names of added columns begin with.
    package var prefix = ""
}

/// Figures of earlier rows with the same key.
package struct WindowRule: Sendable, Equatable, Codable {
    package enum Function: String, Sendable, Equatable, Codable, CaseIterable {
        /// The value so many rows before.
        case lag
        case mean, sum, count, min, max
        /// The standard deviation of the sample.
        case std
    }

    /// How far back a figure looks; never past the row itself.
    package enum Reach: Sendable, Equatable, Codable {
        case all
        /// So many rows, in the order of time and, within one moment, of the source.
        case rows(Int)
        /// So many seconds, up to and without the row's own moment.
        case seconds(Double)
        /// So much of a numeric order.
        case span(Double)
    }

    /// One column that the rule adds.
    package struct Figure: Sendable, Equatable, Codable {
        package var name: String
        package var function: Function
        /// Nil counts rows.
        package var column: String?
        package var reach = Reach.all
        /// Whether the row itself counts.
        package var isWithCurrent = false
    }

    /// Rows that agree in these columns see each other; without columns all do.
    package var by: [String]
    /// The column of time, or a number that grows with it. Rows without a value see nothing and are not seen.
    package var order: String
    package var figures: [Figure]
}
