package import Support

/// A metric's history, drawn together to few points that lose no extreme.
package struct SeriesView: Sendable {
    package struct Point: Sendable {
        package var step: Int64
        package var at: Timestamp
        package var value: Double
        package var least: Double
        package var greatest: Double

        package init(step: Int64, at: Timestamp, value: Double, least: Double, greatest: Double) {
            self.step = step
            self.at = at
            self.value = value
            self.least = least
            self.greatest = greatest
        }
    }

    package var metric: String
    /// How many points there are.
    package var count: Int
    package var points: [Point]

    package init(_ metric: String, count: Int, points: [Point]) {
        self.metric = metric
        self.count = count
        self.points = points
    }

    /// As scripts read it: columns of numbers, of which those that are not finite are null.
    package var json: JSONValue {
        func numbers(_ path: KeyPath<Point, Double>) -> JSONValue { .array(points.map { JSONValue($0[keyPath: path]) }) }
        var json: JSONValue = [
            "metric": .string(metric), "count": JSONValue(count), "step": .array(points.map { .integer($0.step) }),
            "at": .array(points.map { .integer($0.at.microseconds / 1000) }), "value": numbers(\.value),
        ]
        if count > points.count { (json["least"], json["greatest"]) = (numbers(\.least), numbers(\.greatest)) }
        return json
    }
}

/// One run of an experiment with all that was logged to it.
package struct TrackedRunView: Sendable {
    package struct Metric: Sendable {
        package var name: String
        package var value: Double
        package var step: Int64
        package var at: Timestamp

        package init(_ name: String, _ value: Double, step: Int64, at: Timestamp) {
            self.name = name
            self.value = value
            self.step = step
            self.at = at
        }
    }

    /// A dataset that the run has read.
    package struct Input: Sendable {
        package var name: String
        package var digest: String
        package var source: String
        package var facts: [FactView]

        package init(_ name: String, digest: String, source: String, facts: [FactView] = []) {
            self.name = name
            self.digest = digest
            self.source = source
            self.facts = facts
        }
    }

    /// A logged model that the run made or took in.
    package struct Model: Sendable {
        package var name: String
        package var id: String
        package var isInput: Bool
        package var step: Int64

        package init(_ name: String, id: String, isInput: Bool, step: Int64 = 0) {
            self.name = name
            self.id = id
            self.isInput = isInput
            self.step = step
        }
    }

    /// Another thing of the project that this run is bound to.
    package struct Link: Sendable {
        package var relation: String
        package var name: String
        /// An address of this server; nil where there is no page of it.
        package var path: String?

        package init(_ relation: String, _ name: String, path: String? = nil) {
            self.relation = relation
            self.name = name
            self.path = path
        }
    }

    package var run: RunRowView
    package var experiment: ExperimentView
    package var ended: Timestamp?
    package var isDeleted = false
    package var note = ""
    package var parent: RunRowView?
    package var children: [RunRowView] = []
    package var metrics: [Metric] = []
    package var parameters: [FactView] = []
    package var tags: [FactView] = []
    /// Tags that clients keep for themselves.
    package var ownTags: [FactView] = []
    package var inputs: [Input] = []
    package var models: [Model] = []
    package var links: [Link] = []
    /// The histories that are drawn, and how many more there are.
    package var series: [SeriesView] = []
    package var furtherSeries = 0
    package var images: [ImageSeriesView] = []
    package var histograms: [HistogramSeriesView] = []
    package var tables: [LoggedTableView] = []
    /// Whether there are charts that can be looked into.
    package var hasPlotly = false
    /// Where its artifacts are, where that is not here.
    package var artifactsElsewhere: String?
    package var folder = FolderView()
    package var command: CommandView?

    package init(_ run: RunRowView, in experiment: ExperimentView) {
        self.run = run
        self.experiment = experiment
    }

    /// Whether a metric is of the machine that the run was on, and not of what it made.
    package static func isOfSystem(_ metric: String) -> Bool { metric.hasPrefix("system/") }

    /// The newest moment of a point that is shown.
    var newest: Timestamp { metrics.map(\.at).max() ?? Timestamp(microseconds: 0) }
}
