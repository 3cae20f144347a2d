package import Pages
package import Support

/// A picture among the artifacts, as a browser may show it.
package struct Picture: Sendable {
    package var bytes: [UInt8]
    package var type: String

    package init(bytes: [UInt8], type: String) {
        self.bytes = bytes
        self.type = type
    }
}

/// What is new in a run that is followed.
package struct RunNews: Sendable {
    /// A value of a metric; NaN for what is no number.
    package struct Point: Sendable {
        package var metric: String
        package var step: Int64
        package var at: Timestamp
        package var value: Double

        package init(_ metric: String, step: Int64, at: Timestamp, value: Double) {
            self.metric = metric
            self.step = step
            self.at = at
            self.value = value
        }
    }

    package var points: [Point]
    /// Whether more is there to be had at once.
    package var hasMore: Bool
    /// How the run stands.
    package var standing: RunStanding

    package init(points: [Point], hasMore: Bool, standing: RunStanding) {
        self.points = points
        self.hasMore = hasMore
        self.standing = standing
    }
}

/// Somebody who follows a run, until nobody holds it any more.
package protocol RunFollower: AnyObject, Sendable {
    /// What is new since it was asked last; at once, also where that is nothing.
    func next() async throws -> RunNews
}

/// The experiments of a project, as pages show them. Every method throws a `MartletError` that says what is wrong and what to do.
package protocol TrackingSource: Sendable {
    /// Where Plotly lies on this machine; nil where it does not.
    var plotly: String? { get }

    func experiments(_ request: ExperimentsRequest) async throws -> ExperimentsView

    /// A page of runs; with what is wrong in it where the search cannot be read.
    /// - Throws: `notFound` where there is no such experiment.
    func runs(_ request: RunTableRequest) async throws -> RunTableView

    /// What a search over the runs of an experiment may name: keys that begin with a text, or that it stands in.
    /// - Parameter kind: of all kinds where it is nil.
    /// - Throws: `notFound` where there is no such experiment.
    func keys(like text: String, _ kind: RunColumn.Kind?, of experiment: Int) async throws -> [RunColumn]

    /// - Parameter metric: the one whose history is drawn; the first ones where it is nil.
    /// - Throws: `notFound`, also where the run is in another experiment.
    func run(_ id: String, in experiment: Int, metric: String?) async throws -> TrackedRunView

    /// Runs side by side, in the order in which they are named.
    /// - Throws: `notFound`.
    func comparison(of runs: [String], in experiment: Int, showsAll: Bool) async throws -> ComparisonView

    /// The history of a metric, drawn together to so many points.
    /// - Throws: `notFound`.
    func series(_ metric: String, of run: String, in experiment: Int, points: Int) async throws -> SeriesView

    /// - Parameter path: from the root of the run's artifacts; empty for the root.
    /// - Throws: `notFound`, `invalidInput`.
    func artifact(_ path: String, of run: String, in experiment: Int) async throws -> ArtifactView

    /// - Throws: `notFound`; `invalidInput` for what is no picture that browsers may show.
    func picture(_ path: String, of run: String, in experiment: Int) async throws -> Picture

    /// Begins to follow a run.
    /// - Parameter since: points up to that moment are known.
    /// - Throws: `notFound`; `unavailable` where too many follow already.
    func follow(_ run: String, in experiment: Int, since: Timestamp) async throws -> any RunFollower
}
