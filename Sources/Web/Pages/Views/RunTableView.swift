package import Support

/// How a run of an experiment stands.
package enum RunStanding: String, Sendable, CaseIterable {
    case running, finished, failed, scheduled, killed, interrupted
}

/// One run, as a list shows it.
package struct RunRowView: Sendable {
    /// What stands in a chosen column.
    package enum Cell: Sendable, Equatable {
        case none
        case number(Double)
        case text(String)
    }

    package var id: String
    package var experiment: Int
    package var name: String
    package var standing: RunStanding
    package var started: Timestamp
    /// How long it took, or has been going on.
    package var seconds: Double?
    /// Who the client said it was, or who was recognised.
    package var user: String
    /// Whether it began within another run.
    package var isNested: Bool
    /// As many as the table has chosen columns.
    package var cells: [Cell]

    package init(
        id: String, experiment: Int, name: String, standing: RunStanding, started: Timestamp, seconds: Double? = nil, user: String = "",
        isNested: Bool = false, cells: [Cell] = []
    ) {
        self.id = id
        self.experiment = experiment
        self.name = name
        self.standing = standing
        self.started = started
        self.seconds = seconds
        self.user = user
        self.isNested = isNested
        self.cells = cells
    }

    /// What it is called where it has no name.
    var title: String { name.isEmpty ? String(id.prefix(12)) : name }
}

/// A page of the runs of an experiment.
package struct RunTableView: Sendable {
    /// What is wrong with a search.
    package struct Problem: Sendable, Equatable {
        package var message: String
        /// Where in the search, in characters (Unicode scalars) from its beginning.
        package var place: Int?

        package init(_ message: String, at place: Int? = nil) {
            self.message = message
            self.place = place
        }
    }

    package var experiment: ExperimentView
    package var request: RunTableRequest
    package var columns: [RunColumn]
    /// What the runs of this page have, to choose columns from.
    package var known: [RunColumn]
    package var rows: [RunRowView]
    /// In the place of rows, where the request groups them.
    package var groups: [RunGroupView]
    package var hasMore: Bool
    /// Why what was looked for cannot be.
    package var problem: Problem?

    package init(
        _ experiment: ExperimentView, _ request: RunTableRequest, columns: [RunColumn] = [], known: [RunColumn] = [], rows: [RunRowView] = [],
        groups: [RunGroupView] = [], hasMore: Bool = false, problem: Problem? = nil
    ) {
        self.experiment = experiment
        self.request = request
        self.columns = columns
        self.known = known
        self.rows = rows
        self.groups = groups
        self.hasMore = hasMore
        self.problem = problem
    }
}
