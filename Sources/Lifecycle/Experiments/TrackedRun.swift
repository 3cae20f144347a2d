package import Support

/// A run as experiments know it: the pipeline's own and those of clients alike.
package struct TrackedRun: Sendable, Equatable {
    /// Under which its points and tags are stored.
    package var number: Int
    package var id: RunID
    package var experiment: Int
    package var name: String
    package var parent: RunID?
    package var status: Run.Status
    package var started: Timestamp
    package var ended: Timestamp?
    /// When it was deleted; nil where it is not.
    package var deleted: Timestamp?
    /// Who was recognised when it began; nil for old runs.
    package var actor: String?
    /// Who the client said it was: nobody has checked that.
    package var claimedUser: String
    /// Whether it is one of the project's own pipeline.
    package var isPipeline: Bool
}

/// What a run begins with.
package struct RunDraft: Sendable {
    package var id: RunID
    package var experiment: Int
    package var name: String
    package var parent: RunID?
    package var started: Timestamp
    package var claimedUser: String

    package init(id: RunID, experiment: Int, name: String, parent: RunID? = nil, started: Timestamp, claimedUser: String = "") {
        self.id = id
        self.experiment = experiment
        self.name = name
        self.parent = parent
        self.started = started
        self.claimedUser = claimedUser
    }
}

/// One value of a metric of a run.
package struct MetricPoint: Sendable, Equatable {
    package var name: String
    /// NaN is kept; an infinity is kept as the largest finite number of its sign.
    package var value: Double
    package var at: Timestamp
    package var step: Int64
    /// What it was measured of; nil where nothing is said.
    package var about: MetricAbout?

    package init(_ name: String, _ value: Double, at: Timestamp, step: Int64 = 0, about: MetricAbout? = nil) {
        self.name = name
        self.value = value
        self.at = at
        self.step = step
        self.about = about
    }

    /// Whether it stands after another in what counts as the latest: by step, then time, then value.
    func isLater(than other: MetricPoint) -> Bool {
        if step != other.step { return step > other.step }
        if at != other.at { return at > other.at }
        return other.value.isNaN ? false : value.isNaN || value > other.value
    }
}

/// The logged model and the dataset that a metric was measured of; empty texts where nothing is said.
package struct MetricAbout: Sendable, Hashable {
    package var model: String
    package var datasetName: String
    package var datasetDigest: String

    package init(model: String, datasetName: String, datasetDigest: String) {
        self.model = model
        self.datasetName = datasetName
        self.datasetDigest = datasetDigest
    }
}

/// What one call logs to a run, together or not at all.
package struct RunBatch: Sendable {
    package var points: [MetricPoint]
    package var parameters: [KeyValue]
    package var tags: [KeyValue]

    package init(points: [MetricPoint] = [], parameters: [KeyValue] = [], tags: [KeyValue] = []) {
        self.points = points
        self.parameters = parameters
        self.tags = tags
    }
}

/// A parameter that has another value already.
package struct ParameterConflict: Error, Sendable, Equatable {
    package var key: String
    package var old: String
    package var new: String
}

/// All that was logged to a run: the latest value of each metric, parameters, tags, inputs and models.
package struct RunContent: Sendable, Equatable {
    package var metrics: [MetricPoint] = []
    package var parameters: [KeyValue] = []
    package var tags: [KeyValue] = []
    package var inputs: [DatasetInput] = []
    package var models: [ModelLink] = []

    package init() {}
}

/// A dataset that a client says a run has read.
package struct DatasetInput: Sendable, Equatable {
    package var name: String
    package var digest: String
    package var sourceType: String
    package var source: String
    package var schema: String?
    package var profile: String?
    package var tags: [KeyValue]

    package init(
        name: String, digest: String, sourceType: String, source: String, schema: String? = nil, profile: String? = nil, tags: [KeyValue] = []
    ) {
        self.name = name
        self.digest = digest
        self.sourceType = sourceType
        self.source = source
        self.schema = schema
        self.profile = profile
        self.tags = tags
    }
}

/// A logged model that a run took in or made.
package struct ModelLink: Sendable, Equatable {
    package enum Direction: String, Sendable { case input, output }

    package var direction: Direction
    package var model: String
    package var step: Int64

    package init(_ direction: Direction, _ model: String, step: Int64 = 0) {
        self.direction = direction
        self.model = model
        self.step = step
    }
}
